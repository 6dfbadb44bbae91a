import JOSE
import OAuthProtocol
import Storage

/// A JWT of an issuer that the tenant trusts (RFC 7521, RFC 7523 section 3), and the user of ours whom it names.
struct TrustedAssertion: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// An assertion that holds now. Only `verify` makes one. Whether it was used before shows when it is claimed.
    struct Verified: Sendable {
        let issuer: TrustedIssuer
        let payload: JSONObject
        let user: User
        let use: AssertionUse
        let kind: AssertionKind
        let limits: AssertionLimits
    }

    /// Why an assertion is not believed.
    private struct Fault: Error {
        let reason: String
        init(_ reason: String) { self.reason = reason }
    }

    private static let maximumLifetime: Lifetime = .hours(1)
    private static let skew: Lifetime = 10

    /// Throws the use's refusal for everything wrong with the assertion, keys that cannot be had included, and what the stores
    /// throw.
    func verify(_ compact: String, as use: AssertionUse, for client: Client) async throws -> Verified {
        do {
            guard let claimed = (try? JWS.unverified(compact))?.payload["iss"]?.string,
                let issuer = issuer(claimed, use.subjectTokenType, client)
            else { throw Fault("no trusted issuer") }
            let jwt = try await signatureChecked(compact, of: issuer)
            let kind = AssertionKind(jwt)
            guard use.admits(kind, from: issuer) else { throw Fault("typ") }
            try check(jwt.payload, kind, for: client)
            guard let limits = use.limits(in: jwt.payload) else { throw Fault("scope or resource") }
            guard let user = try await user(jwt.payload, issuer) else { throw Fault("no such user") }
            return Verified(issuer: issuer, payload: jwt.payload, user: user, use: use, kind: kind, limits: limits)
        } catch let fault as Fault {
            throw use.refusal(fault.reason)
        }
    }

    /// Uses the assertion up (RFC 7523 section 3). The last thing before anything is issued: what is refused for another reason, as a
    /// proof without its nonce is, can be sent again. Of any number of concurrent calls one returns; the others throw.
    func claim(_ assertion: Verified) async throws {
        let (issuer, name) = (assertion.issuer.issuer, Self.name(assertion.payload) ?? "")
        let end = Timestamp(seconds: assertion.payload["exp"]?.integer ?? 0)
        let key = "trusted-assertion|\(issuer.utf8.count):\(issuer)|\(name)"
        guard try await context.stores.replays.claim(key, until: end, at: request.now) else {
            throw assertion.use.refusal("replayed")
        }
    }

    /// The trusted issuer of that name whose assertions the client may present; `type` as in `verify`.
    func issuer(_ claimed: String, _ type: String?, _ client: Client) -> TrustedIssuer? {
        context.settings.trustedIssuers.first { issuer in
            issuer.issuer.isExactly(claimed) && (type == nil || issuer.subjectTokenType?.isExactly(type ?? "") == true)
                && (issuer.clients?.contains { $0.isExactly(client.clientID) } ?? true)
        }
    }

    // MARK: Signature

    /// Checked with the issuer's keys, which are asked for again if the one that is named is not among them.
    func signatureChecked(_ compact: String, of issuer: TrustedIssuer) async throws -> VerifiedJWT {
        let published = PublishedKeys(context, in: request)
        do {
            if let text = issuer.jwks { return try Self.checked(compact, try context.environment.remoteDocuments.keySets.keys(in: text)) }
            guard let url = issuer.jwksURI else { throw Fault("the issuer has no keys") }
            let known = try await published.keys(at: url)
            do throws(JWSError) {
                return try Self.checked(compact, known)
            } catch {
                guard error.mayHealWithNewKeys, let fresh = try await published.refreshed(at: url, insteadOf: known) else {
                    throw Fault("\(error)")
                }
                return try Self.checked(compact, fresh)
            }
        } catch {
            throw error as? Fault ?? Fault("\(error)")
        }
    }

    private static func checked(_ compact: String, _ keys: JWKSet) throws(JWSError) -> VerifiedJWT {
        try JWS.verify(compact, keys: keys, algorithms: SignatureAlgorithm.asymmetric)
    }

    // MARK: Claims

    private func check(_ payload: JSONObject, _ kind: AssertionKind, for client: Client) throws(Fault) {
        try checkTimes(payload, kind)
        try checkAudience(payload, kind)
        guard payload["client_id"].map({ $0.string?.isExactly(client.clientID) ?? false }) ?? (kind != .identity) else {
            throw Fault("not the client's assertion")
        }
        guard Self.name(payload) != nil else { throw Fault("jti") }
    }

    private func checkTimes(_ payload: JSONObject, _ kind: AssertionKind) throws(Fault) {
        guard let end = payload["exp"]?.integer, end > request.now.seconds,
            end <= (request.now + Self.maximumLifetime).seconds
        else { throw Fault("exp") }
        let latest = (request.now + Self.skew).seconds
        for name in ["nbf", "iat"] {
            guard payload[name].map({ $0.integer.map { $0 <= latest } ?? false }) ?? true else { throw Fault(name) }
        }
        guard kind != .identity || payload["iat"] != nil else { throw Fault("iat") }
    }

    /// The issuer, alone; in other assertions also the token endpoint (RFC 7523 section 3), and others beside it.
    private func checkAudience(_ payload: JSONObject, _ kind: AssertionKind) throws(Fault) {
        let named = payload["aud"]?.string.map { [$0] } ?? (payload["aud"]?.array ?? []).compactMap(\.string)
        let issuer = request.issuer.description
        let isForUs: Bool = switch kind {
        case .identity: named.count == 1 && named[0].isExactly(issuer)
        case .plain, .typed: named.contains { $0.isExactly(issuer) || $0.isExactly(request.issuer.url("oauth/token")) }
        }
        guard isForUs else { throw Fault("aud") }
    }

    /// The `jti`.
    private static func name(_ payload: JSONObject) -> String? {
        guard let jti = payload["jti"]?.string, (1...256).contains(jti.utf8.count) else { return nil }
        return jti
    }

    /// Only users of the issuer's connection: an issuer cannot speak for another's users.
    func user(_ payload: JSONObject, _ issuer: TrustedIssuer) async throws -> User? {
        guard let value = payload[issuer.subjectClaim]?.string, !value.isEmpty else { return nil }
        let users = context.stores.users
        let found: User?
        if issuer.subjectClaim == "email" {
            guard payload["email_verified"]?.bool == true else { return nil }
            found = try await users.findCredential(connection: issuer.connection, identifier: value)?.user
        } else if let whole = try await users.find(value) {
            found = whole
        } else {
            found = try await users.find("auth0|\(value)")
        }
        return found.flatMap { $0.connection.isExactly(issuer.connection) ? $0 : nil }
    }
}

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
    }

    private static let maximumLifetime: Lifetime = .hours(1)
    private static let skew: Lifetime = 10
    private static let keysAge: Lifetime = .minutes(10)

    /// `subjectTokenType` selects the issuers of one custom exchange; `nil` admits all. Throws `invalidGrant` for everything wrong
    /// with the assertion.
    func verify(_ compact: String, subjectTokenType: String?, for client: Client) async throws -> Verified {
        guard let claimed = (try? JWS.unverified(compact))?.payload["iss"]?.string,
            let issuer = issuer(claimed, subjectTokenType, client)
        else { throw Self.refusal("no trusted issuer") }
        guard let verified = try? JWS.verify(compact, keys: try await keys(of: issuer), algorithms: SignatureAlgorithm.asymmetric)
        else { throw Self.refusal("bad signature") }
        try checkTimes(verified.payload)
        try checkAudience(verified.payload)
        if let named = verified.payload["client_id"]?.string, !named.isExactly(client.clientID) {
            throw Self.refusal("another client's assertion")
        }
        guard let user = try await user(verified.payload, issuer) else { throw Self.refusal("no such user") }
        guard Self.name(verified.payload) != nil else { throw Self.refusal("jti") }
        return Verified(issuer: issuer, payload: verified.payload, user: user)
    }

    /// The trusted issuer of that name whose assertions the client may present; `type` as in `verify`.
    func issuer(_ claimed: String, _ type: String?, _ client: Client) -> TrustedIssuer? {
        context.settings.trustedIssuers.first { issuer in
            issuer.issuer.isExactly(claimed) && (type == nil || issuer.subjectTokenType?.isExactly(type ?? "") == true)
                && (issuer.clients?.contains { $0.isExactly(client.clientID) } ?? true)
        }
    }

    /// Throws `invalidGrant` for an issuer without keys, and what fetching and reading them throws.
    func keys(of issuer: TrustedIssuer) async throws -> JWKSet {
        if let text = issuer.jwks { return try JWKSet(parsing: Array(text.utf8)) }
        guard let url = issuer.jwksURI else { throw Self.refusal("the issuer has no keys") }
        let environment = context.environment
        let answer = try await environment.remoteDocuments.document(
            at: url, accepting: "application/json", through: environment.outbound,
            freshness: DocumentFreshness(now: request.now, maximumAge: Self.keysAge))
        return try JWKSet(parsing: answer.body)
    }

    private func checkTimes(_ payload: JSONObject) throws(OAuthError) {
        guard let end = payload["exp"]?.integer, end > request.now.seconds,
            end <= (request.now + Self.maximumLifetime).seconds
        else { throw Self.refusal("exp") }
        let latest = (request.now + Self.skew).seconds
        for name in ["nbf", "iat"] {
            guard payload[name].map({ $0.integer.map { $0 <= latest } ?? false }) ?? true else { throw Self.refusal(name) }
        }
    }

    /// The issuer or the token endpoint, alone or in a list.
    private func checkAudience(_ payload: JSONObject) throws(OAuthError) {
        let named = payload["aud"]?.string.map { [$0] } ?? (payload["aud"]?.array ?? []).compactMap(\.string)
        let ours = [request.issuer.description, request.issuer.url("oauth/token")]
        guard named.contains(where: { name in ours.contains { $0.isExactly(name) } }) else { throw Self.refusal("aud") }
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

    /// Uses the assertion up (RFC 7523 section 3). The last thing before anything is issued: what is refused for another reason, as a
    /// proof without its nonce is, can be sent again. Of any number of concurrent calls one returns; the others throw.
    func claim(_ assertion: Verified) async throws {
        let (issuer, name) = (assertion.issuer.issuer, Self.name(assertion.payload) ?? "")
        let end = Timestamp(seconds: assertion.payload["exp"]?.integer ?? 0)
        let key = "trusted-assertion|\(issuer.utf8.count):\(issuer)|\(name)"
        guard try await context.stores.replays.claim(key, until: end, at: request.now) else { throw Self.refusal("replayed") }
    }

    /// The `jti`.
    private static func name(_ payload: JSONObject) -> String? {
        guard let jti = payload["jti"]?.string, (1...256).contains(jti.utf8.count) else { return nil }
        return jti
    }

    private static func refusal(_ reason: String) -> OAuthError {
        var error = OAuthError(.invalidGrant, WireText.invalidAssertion, auditReason: "assertion: \(reason)")
        error.auth0Status = 400
        return error
    }
}

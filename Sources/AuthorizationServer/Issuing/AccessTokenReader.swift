import JOSE
package import OAuthProtocol
package import Storage

/// An access token that is good now: of this issuer and a client that exists, unexpired, not revoked. Only `AccessTokenReader`
/// makes one. Whether it was presented with the key that it is bound to is for `ResourceProof`.
package struct VerifiedAccessToken: Sendable {
    package let userID: String
    /// What the client and the API know the user by.
    package let subject: String
    package let client: Client
    package let clientID: String
    package let audiences: [String]
    package let scopes: Scopes
    package let issuedAt: Timestamp
    package let expiresAt: Timestamp
    package let jti: String?
    package let grantID: String?
    package let sid: String?
    package let confirmation: Confirmation?
    /// The `claims` parameter's part for `/userinfo`.
    package let requestedClaims: JSONObject
    /// The claims of a JWT; for an opaque token what a JWT would say.
    package let payload: JSONObject
}

/// Whose access tokens count.
package enum AccessTokenSigner: Sendable {
    /// The tenant's own alone: where a token opens something, or proves who called.
    case tenant
    /// Also those under the secret of an HS256 API, as tokens for that API and nothing else: its operator shares the secret and
    /// can make them.
    case tenantOrAPI
}

/// Reads access tokens of every dialect and algorithm, opaque ones included.
package struct AccessTokenReader: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `invalidToken` for everything that is no good token; the audit reason says why.
    package func read(
        _ token: String, signedBy signer: AccessTokenSigner = .tenant, in request: RequestInfo
    ) async throws -> VerifiedAccessToken {
        let isJWT = token.utf8.contains(UInt8(ascii: "."))
        let read = isJWT ? try await jwt(token, signer, in: request) : try await opaque(token, in: request)
        guard read.expiresAt > request.now else { throw Self.refusal("expired token") }
        guard try await !context.stores.revocations.isRevoked(anyOf: Self.keys(of: read), at: request.now) else {
            throw Self.refusal("revoked token")
        }
        return read
    }

    /// Every name under which the token may have been revoked.
    static func keys(of token: VerifiedAccessToken) -> [RevocationKey] {
        var keys: [RevocationKey] = [.user(token.userID, issuedBy: token.issuedAt)]
        if let jti = token.jti { keys.append(.token(jti: jti)) }
        if let grantID = token.grantID { keys.append(.grant(grantID)) }
        if let sid = token.sid { keys.append(.session(sid: sid)) }
        // Only a token that says nothing of its grant: the second of its issue is a guess that others may share.
        if token.jti == nil, token.grantID == nil { keys.append(issue(of: token)) }
        return keys
    }

    /// The second that the token was issued in, with whom it was issued to and for.
    static func issue(of token: VerifiedAccessToken) -> RevocationKey {
        let audience = token.payload["audience_id"]?.string ?? token.audiences.first ?? ""
        return .issue(clientID: token.clientID, userID: token.userID, audience: audience, issuedAt: token.issuedAt.seconds)
    }

    /// How far the clock of the node that made a client may be ahead of the one that issued a token to it.
    private static let clockSkew: Lifetime = 10

    /// Whom the token was issued to: its tokens end with a client. One that was made later under the same id is another.
    private func client(_ id: String, issuedAt: Timestamp) async throws -> Client {
        guard let client = try await context.client(id), client.createdAt.seconds <= (issuedAt + Self.clockSkew).seconds else {
            throw Self.refusal("the client is gone")
        }
        return client
    }

    // MARK: Opaque tokens

    private func opaque(_ token: String, in request: RequestInfo) async throws -> VerifiedAccessToken {
        guard let opened = OpaqueAccessToken(opening: token, in: context) else { throw Self.refusal("unreadable token") }
        let client = try await client(opened.clientID, issuedAt: opened.issuedAt)
        let subject = try await SubjectIdentifier(context).subject(of: opened.userID, for: client)
        var audiences = [opened.audience].compactMap(\.self)
        if opened.scopes.contains(Scopes.openid) || audiences.isEmpty { audiences.append(request.issuer.url("userinfo")) }
        let requested = opened.claims.flatMap { RequestedClaims(parsing: $0) } ?? .none
        return VerifiedAccessToken(
            userID: opened.userID, subject: subject, client: client, clientID: opened.clientID, audiences: audiences,
            scopes: opened.scopes, issuedAt: opened.issuedAt, expiresAt: opened.expiresAt, jti: nil, grantID: opened.grantID,
            sid: opened.sid, confirmation: opened.confirmation, requestedClaims: requested.userinfo,
            payload: Self.payload(of: opened))
    }

    private static func payload(of token: OpaqueAccessToken) -> JSONObject {
        var payload: JSONObject = ["audience_id": .string(token.audience ?? "")]
        for (name, text) in [("act", token.actor), ("authorization_details", token.authorizationDetails)] {
            if let value = text.flatMap({ try? JSONValue.parse(Array($0.utf8)) }) { payload.append(name, value) }
        }
        return payload
    }

    // MARK: JWTs

    private func jwt(
        _ token: String, _ signer: AccessTokenSigner, in request: RequestInfo
    ) async throws -> VerifiedAccessToken {
        let payload = try await verifiedPayload(token, signer, in: request)
        guard payload["iss"]?.string?.isExactly(request.issuer.description) == true else {
            throw Self.refusal("another issuer's token")
        }
        guard let subject = payload["sub"]?.string, let end = payload["exp"]?.integer, let start = payload["iat"]?.integer,
            let clientID = (payload["azp"] ?? payload["client_id"])?.string
        else { throw Self.refusal("not an access token") }
        let client = try await client(clientID, issuedAt: Timestamp(seconds: start))
        guard let userID = try await SubjectIdentifier(context).userID(from: subject, for: client) else {
            throw Self.refusal("unreadable subject")
        }
        let jti = payload["jti"]?.string
        return VerifiedAccessToken(
            userID: userID, subject: subject, client: client, clientID: clientID, audiences: Self.audiences(payload),
            scopes: payload["scope"]?.string.flatMap(Scopes.init(parsing:)) ?? [], issuedAt: Timestamp(seconds: start),
            expiresAt: Timestamp(seconds: end), jti: jti, grantID: jti.flatMap(TokenName.grantID), sid: payload["sid"]?.string,
            confirmation: Self.confirmation(payload),
            requestedClaims: payload["claims"]?.object?["userinfo"]?.object ?? [:], payload: payload)
    }

    /// Signed by a key of the tenant's, or under the secret of the HS256 API that the token is for: which one, the API's record
    /// says, never the token alone.
    private func verifiedPayload(
        _ token: String, _ signer: AccessTokenSigner, in request: RequestInfo
    ) async throws -> JSONObject {
        guard let unverified = try? JWS.unverified(token) else { throw Self.refusal("malformed token") }
        if unverified.header["alg"]?.string?.isExactly(SignatureAlgorithm.hs256.rawValue) == true {
            switch signer {
            case .tenant: throw Self.refusal("a token under a shared secret")
            case .tenantOrAPI: return try await payload(token, sharedWith: Self.audiences(unverified.payload))
            }
        }
        let keys = try await context.environment.signingKeys.keySet(for: context, host: request.issuer.host, now: request.now)
        guard let verified = try? JWS.verify(token, keys: keys.verification) else { throw Self.refusal("bad signature") }
        guard verified.typ?.isExactly("logout+jwt") != true else { throw Self.refusal("not an access token") }
        return verified.payload
    }

    /// Whoever shares the secret can say anything under it, so it counts for tokens that are for that API alone, and for none that
    /// would open an API of this server.
    private func payload(_ token: String, sharedWith audiences: [String]) async throws -> JSONObject {
        guard audiences.count == 1, OwnAPI(audiences[0], of: context) == nil,
            let api = try await context.stores.resourceServers.find(identifier: audiences[0]),
            api.identifier.isExactly(audiences[0]), let secret = try? TokenAlgorithm.sharedSecret(of: api),
            let verified = try? JWS.verifyHS256(token, secret: Array(secret.revealed.utf8))
        else { throw Self.refusal("bad signature, or not for the API of the secret alone") }
        return verified.payload
    }

    /// None when one of them is no text.
    private static func audiences(_ payload: JSONObject) -> [String] {
        if let single = payload["aud"]?.string { return [single] }
        let (list, texts) = (payload["aud"]?.array ?? [], (payload["aud"]?.array ?? []).compactMap(\.string))
        return list.count == texts.count ? texts : []
    }

    private static func confirmation(_ payload: JSONObject) -> Confirmation? {
        guard let object = payload["cnf"]?.object else { return nil }
        return Confirmation.Method.allCases.lazy.compactMap { method in
            object[method.rawValue]?.string.map { Confirmation(method: method, thumbprint: $0) }
        }.first
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: reason)
    }
}

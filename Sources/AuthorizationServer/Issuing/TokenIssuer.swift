import JOSE
import OAuthProtocol
package import Storage

/// An access token and how many seconds it lives.
package struct IssuedAccessToken: Sendable {
    package let value: String
    package let expiresIn: Int64
}

/// What an ID token is bound to beside its subject (OIDC Core 2, 3.3.2.11).
package struct IDTokenBindings: Sendable {
    /// As sent to `/authorize`; never on refresh.
    package var nonce: String?
    /// The access token that travels beside it in the front channel: makes `at_hash`.
    package var accessToken: String?
    /// The code that travels beside it in the front channel: makes `c_hash`.
    package var code: String?

    package init(nonce: String? = nil, accessToken: String? = nil, code: String? = nil) {
        (self.nonce, self.accessToken, self.code) = (nonce, accessToken, code)
    }

    package static let none = IDTokenBindings()
}

/// Makes access tokens and ID tokens (contract 9). Changes nothing that is stored, but a tenant's first signing keys.
package struct TokenIssuer: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// An access token for `api`, or the opaque token of `/userinfo` when there is none (contract 9.1).
    /// `frontChannel` selects the lifetime for browsers.
    package func accessToken(
        for access: GrantedAccess, client: Client, api: ResourceServer?, in request: RequestInfo, frontChannel: Bool
    ) async throws -> IssuedAccessToken {
        try await accessToken(
            Issuance(access: access, client: client, api: api, channel: frontChannel ? .frontChannel : .tokenEndpoint),
            in: request)
    }

    /// An ID token about `user` for `client` (contract 9.4). `at_hash` and `c_hash` are there only when `bindings` asks.
    package func idToken(
        for access: GrantedAccess, client: Client, user: User, bindings: IDTokenBindings, in request: RequestInfo
    ) async throws -> String {
        let claims = IDTokenClaims(access: access, client: client, user: user, bindings: bindings)
        let payload = claims.payload(issuer: request.issuer, now: request.now)
        if let secret = Self.symmetricSecret(of: client) {
            return JWS.signHS256(typ: "JWT", payload: payload, secret: Array(secret.revealed.utf8), kid: nil)
        }
        return try await sign(payload, typ: "JWT", in: request)
    }

    func accessToken(_ issuance: Issuance, in request: RequestInfo) async throws -> IssuedAccessToken {
        let lifetime = issuance.lifetime
        guard let api = issuance.api else {
            let token = UserinfoToken(issuance.access, expiresAt: request.now + lifetime)
            return IssuedAccessToken(value: try token.sealed(in: context), expiresIn: lifetime.seconds)
        }
        let claims = AccessTokenClaims(issuance: issuance, api: api, issuer: request.issuer)
        let payload = claims.payload(now: request.now, randomness: context.environment.randomness)
        let token = try await sign(payload, typ: claims.type, in: request)
        return IssuedAccessToken(value: token, expiresIn: lifetime.seconds)
    }

    private func sign(_ payload: JSONObject, typ: String, in request: RequestInfo) async throws -> String {
        let keys = try await context.environment.signingKeys.keySet(for: context, host: request.issuer.host, now: request.now)
        return try JWS.sign(typ: typ, payload: payload, with: keys.current)
    }

    /// The key of HS256 ID tokens: only for clients that can keep a secret and ask for it (contract 9.4, 24 row 34).
    static func symmetricSecret(of client: Client) -> SecretString? {
        guard client.jwtConfiguration.alg.isExactly(SignatureAlgorithm.hs256.rawValue), !client.isPublic else { return nil }
        return client.clientSecret
    }
}

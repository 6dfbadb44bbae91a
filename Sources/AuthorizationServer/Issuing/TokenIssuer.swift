package import JOSE
package import OAuthProtocol
package import Storage

/// An access token and how many seconds it lives.
package struct IssuedAccessToken: Sendable {
    package let value: String
    package let expiresIn: Int64
    /// `Bearer`, or `DPoP` when it is bound to a DPoP key.
    package var tokenType = "Bearer"
}

/// What an ID token is bound to beside its subject (OIDC Core 2, 3.3.2.11).
package struct IDTokenBindings: Sendable {
    /// As sent to `/authorize`; never on refresh.
    package var nonce: String?
    /// The access token that travels beside it in the front channel: makes `at_hash`.
    package var accessToken: String?
    /// The code that travels beside it in the front channel: makes `c_hash`.
    package var code: String?
    /// The `state` of the request: makes `s_hash` (FAPI 1.0 Part 2, 5.2.2).
    package var state: String?
    /// No access token is issued in the whole flow, so claims of scopes can only be here (OIDC Core 5.4).
    package var isOnlyToken = false

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

    /// An ID token about `user` for `client` (contract 9.4), encrypted when the client registered that. `at_hash` and `c_hash`
    /// are there only when `bindings` asks.
    package func idToken(
        for access: GrantedAccess, client: Client, user: User, bindings: IDTokenBindings, in request: RequestInfo
    ) async throws -> String {
        let profile = context.profile(of: client)
        let algorithm = try TokenAlgorithm.forIDTokens(of: client, profile, context.settings)
        let claims = IDTokenClaims(
            access: access, client: client, user: user,
            subject: try await SubjectIdentifier(context).subject(of: user.userID, for: client), bindings: bindings,
            profile: profile, algorithm: algorithm)
        let payload = CustomClaims(context.settings).adding(
            to: claims.payload(issuer: request.issuer, now: request.now), .idToken, of: user, under: claims.customGrant)
        let token = try await sign(payload, typ: "JWT", algorithm, for: client, in: request)
        return try await ResponseEncryption(context).idToken(token, for: client, in: request)
    }

    func accessToken(_ issuance: Issuance, in request: RequestInfo) async throws -> IssuedAccessToken {
        let lifetime = issuance.lifetime
        let value: String
        if let api = issuance.api, api.tokenFormat == .jwt {
            value = try await jwt(issuance, api, in: request)
        } else {
            let token = OpaqueAccessToken(
                issuance.access, confirmation: issuance.confirmation, issuedAt: request.now, expiresAt: request.now + lifetime)
            value = try token.sealed(in: context)
        }
        let type = issuance.confirmation?.method == .jkt ? "DPoP" : "Bearer"
        return IssuedAccessToken(value: value, expiresIn: lifetime.seconds, tokenType: type)
    }

    private func jwt(_ issuance: Issuance, _ api: ResourceServer, in request: RequestInfo) async throws -> String {
        let profile = context.profile(of: issuance.client)
        var permissions: [String]?
        if api.tokenDialect.listsPermissions {
            permissions = try await UserPermissions(context).claim(for: issuance.access, at: api)
        }
        let claims = AccessTokenClaims(
            issuance: issuance, api: api, issuer: request.issuer,
            subject: try await SubjectIdentifier(context).subject(of: issuance.access.userID, for: issuance.client),
            permissions: permissions, profile: profile)
        var payload = claims.payload(now: request.now, randomness: context.environment.randomness)
        if !context.settings.customClaims.isEmpty, let user = try await context.stores.users.find(issuance.access.userID) {
            let isOwn = OwnAPI(api.identifier, of: context) != nil
            payload = CustomClaims(context.settings).adding(
                to: payload, .accessToken, of: user,
                under: CustomClaims.Grant(scopes: issuance.access.scopes, isForOwnAPI: isOwn))
        }
        if let secret = try TokenAlgorithm.sharedSecret(of: api) {
            return JWS.signHS256(typ: claims.type, payload: payload, secret: Array(secret.revealed.utf8), kid: nil)
        }
        let algorithm = try TokenAlgorithm.forAccessTokens(of: api, profile, context.settings)
        return try await sign(payload, typ: claims.type, algorithm: algorithm, in: request)
    }

    private func sign(
        _ payload: JSONObject, typ: String, _ algorithm: SignatureAlgorithm, for client: Client, in request: RequestInfo
    ) async throws -> String {
        // A public client that asks for HS256 all the same gets the default: its secret would be everybody's (contract 9.4).
        guard algorithm == .hs256, let secret = Self.symmetricSecret(of: client) else {
            return try await sign(payload, typ: typ, algorithm: algorithm == .hs256 ? .rs256 : algorithm, in: request)
        }
        return JWS.signHS256(typ: typ, payload: payload, secret: Array(secret.revealed.utf8), kid: nil)
    }

    /// Signs with the tenant's current key of an asymmetric algorithm, made at its first use. For every JWT that the tenant
    /// signs: tokens, logout tokens, signed responses.
    package func sign(
        _ payload: JSONObject, typ: String, algorithm: SignatureAlgorithm, in request: RequestInfo
    ) async throws -> String {
        let key = try await context.environment.signingKeys.key(
            for: algorithm, of: context, host: request.issuer.host, now: request.now)
        return try JWS.sign(typ: typ, payload: payload, with: key)
    }

    /// The key of HS256 ID tokens: only for clients that can keep a secret and ask for it (contract 9.4, 24 row 34).
    static func symmetricSecret(of client: Client) -> SecretString? {
        guard client.jwtConfiguration.alg.isExactly(SignatureAlgorithm.hs256.rawValue), !client.isPublic else { return nil }
        return client.clientSecret
    }
}

/// What a wire profile demands beyond the spelling of errors. One row per profile; read the table below by columns.
package struct ProfileRules: Sendable, Equatable {
    /// What the `aud` of a client assertion may be (RFC 7523 section 3; conformance 1.1).
    package enum AssertionAudience: Sendable, Equatable {
        /// The issuer or any endpoint of ours, also inside an array.
        case issuerOrEndpoint
        /// The issuer alone, as a plain string.
        case issuerOnly
    }

    package var assertionAudience: AssertionAudience = .issuerOrEndpoint
    /// Authorization requests must be pushed (RFC 9126).
    package var requiresPushedRequests = false
    /// The parameters of authorization (and backchannel) requests count only inside a signed object.
    package var requiresSignedRequests = false
    /// A signed request object must have `exp`, `nbf` and an `aud` that holds the issuer, and live an hour at most.
    package var limitsRequestObjectLifetime = false
    /// A code needs an S256 challenge, from every client. For FAPI 1 only when the request was pushed.
    package var requiresS256 = false
    /// The `alg` values that count where a client signs: assertions, request objects and backchannel requests. Those of HMAC are
    /// for `client_secret_jwt`, which a profile without them does not accept.
    package var clientAlgorithms = [
        "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "HS256", "HS384", "HS512",
    ]
    /// The `alg` values of DPoP proofs, the one that everybody knows first (RFC 9449 section 4.2).
    package var proofAlgorithms = ["ES256", "PS256", "EdDSA"]
    /// Nothing that a client signs may be unsigned, and we sign for it with `clientAlgorithms` alone.
    package var requiresStrongSignatures = false
    /// Access tokens are bound to a key or certificate.
    package var requiresSenderConstraint = false
    /// Only `private_key_jwt` and mutual TLS prove a client.
    package var requiresStrongClientAuthentication = false
    /// The text `None` as `client_secret` beside an assertion is no second proof: Auth0's SDK for Python sends it for a secret that
    /// it does not have. Otherwise two proofs are refused (RFC 6749 section 2.3).
    package var toleratesNoneAsSecret = false
    /// Authorization responses carry `iss` (RFC 9207).
    package var includesIssuer = true
    /// Refresh tokens keep their value, whatever the client's settings say.
    package var forbidsRotation = false
    /// Codes live this many seconds at most.
    package var maximumCodeLifetime: Int64 = 600
    /// `updated_at` is a number (OIDC Core 5.1), not Auth0's ISO 8601 text.
    package var hasNumericUpdatedAt = true
    /// The claims of scopes are in the ID token also when userinfo can be asked (Auth0's habit).
    package var putsScopeClaimsInIDToken = false
    /// ID tokens carry `auth_time` also when nobody asked for it; Auth0's do not (contract 9.4).
    package var alwaysSendsAuthTime = true
    /// Access tokens may travel in a query or body (RFC 6750 sections 2.2 and 2.3).
    package var acceptsTokenParameter = true
    /// The tokens of the access-token dialects carry `jti`, so that one can be revoked.
    package var namesAccessTokens = true
    /// `s_hash` in front-channel ID tokens.
    package var hashesState = false
    /// PKCE's `code_verifier` without a challenge is refused (RFC 9700 section 2.1.1).
    package var refusesUnaskedVerifier = true
    /// `Authorization: Basic` failures of the token endpoint are answered with `WWW-Authenticate` (RFC 6749 section 5.2).
    package var challengesClients = false
    /// Public clients must put a nonce of ours into their DPoP proofs (contract 16.1).
    package var demandsNonceOfPublicClients = false
    /// A scope or resource beyond the grant is refused by `invalid_scope` or `invalid_target` (RFC 6749 section 6, RFC 8707
    /// section 2.2) and not ignored.
    package var refusesExcess = true
    /// Access tokens can be revoked, alone and with their refresh token (RFC 7009 section 2.1).
    package var revokesAccessTokens = true
    /// Logout tokens are `logout+jwt`.
    package var typesLogoutTokens = true
    /// How long a pushed request may be used, in seconds (RFC 9126 section 2.2; contract 15.1; conformance 9).
    package var pushedRequestLifetime: Int64 = 90
}

extension WireProfile {
    package var rules: ProfileRules {
        var rules = ProfileRules()
        switch self {
        case .auth0:
            // Contract 2.2, 15.2 and 16.1.
            rules.clientAlgorithms = ["RS256", "RS384", "PS256"]
            rules.proofAlgorithms = ["ES256"]
            rules.toleratesNoneAsSecret = true
            rules.includesIssuer = false
            rules.hasNumericUpdatedAt = false
            rules.putsScopeClaimsInIDToken = true
            rules.alwaysSendsAuthTime = false
            rules.namesAccessTokens = false
            rules.refusesUnaskedVerifier = false
            rules.demandsNonceOfPublicClients = true
            rules.refusesExcess = false
            rules.revokesAccessTokens = false
            rules.typesLogoutTokens = false
            rules.pushedRequestLifetime = 30
        case .standard:
            rules.challengesClients = true
        case .fapi1Advanced:
            rules.applyFAPI()
            rules.requiresSignedRequests = true
            rules.limitsRequestObjectLifetime = true
            rules.hashesState = true
        case .fapi2Security:
            rules.applyFAPI2()
        case .fapi2MessageSigning:
            rules.applyFAPI2()
            rules.requiresSignedRequests = true
            rules.limitsRequestObjectLifetime = true
        case .fapiCIBA:
            rules.applyFAPI()
            rules.requiresSignedRequests = true
            rules.limitsRequestObjectLifetime = true
        }
        return rules
    }
}

extension ProfileRules {
    /// What every FAPI profile shares. The algorithms are those of FAPI 1.0 Advanced section 8.6, which FAPI-CIBA takes over.
    fileprivate mutating func applyFAPI() {
        clientAlgorithms = ["PS256", "ES256"]
        proofAlgorithms = ["ES256", "PS256"]
        requiresStrongSignatures = true
        requiresSenderConstraint = true
        requiresStrongClientAuthentication = true
        forbidsRotation = true
        maximumCodeLifetime = 60
        acceptsTokenParameter = false
    }

    fileprivate mutating func applyFAPI2() {
        applyFAPI()
        // FAPI 2.0 Security Profile section 5.4.1.
        clientAlgorithms.append("EdDSA")
        proofAlgorithms.append("EdDSA")
        assertionAudience = .issuerOnly
        requiresPushedRequests = true
        requiresS256 = true
    }
}

package import JOSE
package import OAuthProtocol
package import Storage

/// Which algorithm signs what (contract 2.1, 9.1, 9.4; conformance 1.1).
package enum TokenAlgorithm {
    /// The ID token's: what the client registered, as far as the profile and the tenant allow it.
    package static func forIDTokens(
        of client: Client, _ profile: WireProfile, _ settings: TenantSettings
    ) throws(OAuthError) -> SignatureAlgorithm {
        try allowed(client.jwtConfiguration.alg, profile, settings)
    }

    /// A signed authorization response's (JARM 3): what the client registered, else the ID token's.
    package static func forResponses(
        of client: Client, _ profile: WireProfile, _ settings: TenantSettings
    ) throws(OAuthError) -> SignatureAlgorithm {
        let chosen = client.responses.authorizationSignedResponseAlg ?? client.jwtConfiguration.alg
        let algorithm = try allowed(chosen, profile, settings)
        return algorithm.isSymmetric ? .rs256 : algorithm
    }

    static func forAccessTokens(
        of api: ResourceServer, _ profile: WireProfile, _ settings: TenantSettings
    ) throws(OAuthError) -> SignatureAlgorithm {
        try allowed(api.signingAlgorithm, profile, settings)
    }

    /// The secret that an HS256 API shares with us; `nil` for other algorithms. Throws when an HS256 API has none.
    static func sharedSecret(of api: ResourceServer) throws(OAuthError) -> SecretString? {
        guard api.signingAlgorithm.isExactly(SignatureAlgorithm.hs256.rawValue) else { return nil }
        guard let secret = api.signingSecret else { throw unusable("the API has no signing secret") }
        return secret
    }

    /// `RS256` where a profile insists on stronger signatures becomes `PS256`: it is the default, not a choice.
    private static func allowed(
        _ name: String, _ profile: WireProfile, _ settings: TenantSettings
    ) throws(OAuthError) -> SignatureAlgorithm {
        guard let algorithm = SignatureAlgorithm(exactly: name) else { throw unusable("unknown algorithm") }
        let rules = profile.rules
        if rules.requiresStrongSignatures, !rules.clientSignatures(symmetric: false).contains(algorithm) { return .ps256 }
        guard algorithm == .rs256 || settings.signingAlgorithms.contains(name) else {
            throw unusable("\(algorithm.rawValue) is not among the tenant's signing algorithms")
        }
        return algorithm
    }

    /// A configuration that an administrator must mend; the reason is for the log.
    static func unusable(_ reason: String) -> OAuthError {
        OAuthError(.serverError, WireText.serverError, auditReason: reason)
    }
}

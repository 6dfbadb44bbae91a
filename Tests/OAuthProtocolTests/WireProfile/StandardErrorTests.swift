import OAuthProtocol
import Testing

/// Statuses and codes outside Auth0's profile: RFC 6749 section 5.2, RFC 6750 section 3.1 and the extensions that register codes.
@Suite struct StandardErrorTests {
    static let profiles = WireProfile.allCases.filter { $0 != .auth0 }

    /// Everything that is not 400.
    static let statuses: [OAuthError.Kind: Int] = [
        .invalidClient: 401, .invalidToken: 401, .invalidMFAToken: 401, .insufficientScope: 403, .endpointDisabled: 404,
        .federatedTokenNotFound: 401, .notFound: 404, .methodNotAllowed: 405, .requestTooLarge: 413, .tooManyAttempts: 429,
        .tooManyRequests: 429, .serverError: 500, .temporarilyUnavailable: 503,
    ]

    /// The codes that are not the kind's name in lower case with underscores.
    static let codes: [(OAuthError.Kind, String)] = [
        (.requestTooLarge, "invalid_request"), (.userBlocked, "access_denied"), (.invalidMFAToken, "invalid_grant"), (.invalidRequestURI, "invalid_request_uri"),
        (.requestURINotSupported, "request_uri_not_supported"), (.invalidRedirectURI, "invalid_redirect_uri"),
        (.invalidDPoPProof, "invalid_dpop_proof"), (.useDPoPNonce, "use_dpop_nonce"), (.unknownUserID, "unknown_user_id"),
        (.mfaRequired, "mfa_required"), (.invalidAuthorizationDetails, "invalid_authorization_details"),
        (.invalidClient, "invalid_client"), (.slowDown, "slow_down"), (.expiredToken, "expired_token"),
        (.unmetAuthenticationRequirements, "unmet_authentication_requirements"), (.notFound, "not_found"),
        (.federatedTokenNotFound, "federated_connection_refresh_token_not_found"),
    ]

    @Test("the token endpoint answers the RFCs' statuses in every profile but Auth0's", arguments: OAuthError.Kind.allCases)
    func status(_ kind: OAuthError.Kind) {
        for profile in Self.profiles {
            #expect(profile.wireError(for: kind, at: .token).status == Self.statuses[kind] ?? 400)
            #expect(profile.wireError(for: kind, at: .clientEndpoint).status == Self.statuses[kind] ?? 400)
        }
    }

    @Test("codes are those of the specifications, the same at every endpoint", arguments: codes)
    func code(_ kind: OAuthError.Kind, _ code: String) {
        for profile in Self.profiles {
            for family in ErrorFamily.allCases { #expect(profile.wireError(for: kind, at: family).code == code) }
        }
    }

    @Test("a resource answers 401 to a bad proof, the token endpoint 400", arguments: [OAuthError.Kind.invalidDPoPProof, .useDPoPNonce])
    func proofs(_ kind: OAuthError.Kind) {
        for profile in WireProfile.allCases {
            #expect(profile.wireError(for: kind, at: .resource).status == 401)
            #expect(profile.wireError(for: kind, at: .token).status == 400)
        }
    }

    /// Contract 1.4, 14, 15.3: where Auth0 differs in status.
    static let auth0: [(OAuthError.Kind, Int)] = [
        (.unauthorizedClient, 403), (.invalidGrant, 403), (.unsupportedGrantType, 403), (.accessDenied, 403), (.mfaRequired, 403),
        (.authorizationPending, 403), (.expiredToken, 403), (.slowDown, 429), (.unsupportedResponseType, 501),
        (.invalidTarget, 400), (.invalidScope, 400), (.unknownUserID, 400), (.invalidRequestObject, 400),
        (.invalidAuthorizationDetails, 400), (.invalidClientMetadata, 400), (.endpointDisabled, 404),
        (.federatedTokenNotFound, 401), (.notFound, 404),
    ]

    @Test("Auth0's statuses for what came later", arguments: auth0)
    func auth0Status(_ kind: OAuthError.Kind, _ status: Int) {
        #expect(WireProfile.auth0.wireError(for: kind, at: .token).status == status)
    }
}

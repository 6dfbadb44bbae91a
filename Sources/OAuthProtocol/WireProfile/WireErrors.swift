extension WireProfile {
    /// The code that a specification gives a failure, whoever answers it.
    static func registeredCode(_ kind: OAuthError.Kind) -> String { registeredCodes[kind] ?? "server_error" }

    /// Names every kind; a test walks it.
    private static let registeredCodes: [OAuthError.Kind: String] = [
        .invalidRequest: "invalid_request",
        .requestTooLarge: "invalid_request",
        .invalidClient: "invalid_client",
        .unauthorizedClient: "unauthorized_client",
        .invalidGrant: "invalid_grant",
        .invalidMFAToken: "invalid_grant",
        .unsupportedGrantType: "unsupported_grant_type",
        .unsupportedResponseType: "unsupported_response_type",
        .invalidScope: "invalid_scope",
        .invalidTarget: "invalid_target",
        .accessDenied: "access_denied",
        .userBlocked: "access_denied",
        .loginRequired: "login_required",
        .consentRequired: "consent_required",
        .interactionRequired: "interaction_required",
        .accountSelectionRequired: "account_selection_required",
        .invalidToken: "invalid_token",
        .insufficientScope: "insufficient_scope",
        .tooManyAttempts: "too_many_attempts",
        .tooManyRequests: "too_many_requests",
        .methodNotAllowed: "method_not_allowed",
        .endpointDisabled: "endpoint_disabled",
        .authorizationPending: "authorization_pending",
        .slowDown: "slow_down",
        .expiredToken: "expired_token",
        .mfaRequired: "mfa_required",
        .unsupportedChallengeType: "unsupported_challenge_type",
        .associationRequired: "association_required",
        .invalidRequestObject: "invalid_request_object",
        .invalidRequestURI: "invalid_request_uri",
        .requestNotSupported: "request_not_supported",
        .requestURINotSupported: "request_uri_not_supported",
        .invalidAuthorizationDetails: "invalid_authorization_details",
        .invalidRedirectURI: "invalid_redirect_uri",
        .invalidClientMetadata: "invalid_client_metadata",
        .invalidSoftwareStatement: "invalid_software_statement",
        .unapprovedSoftwareStatement: "unapproved_software_statement",
        .invalidDPoPProof: "invalid_dpop_proof",
        .useDPoPNonce: "use_dpop_nonce",
        .unknownUserID: "unknown_user_id",
        .invalidBindingMessage: "invalid_binding_message",
        .invalidUserCode: "invalid_user_code",
        .missingUserCode: "missing_user_code",
        .expiredLoginHintToken: "expired_login_hint_token",
        .unmetAuthenticationRequirements: "unmet_authentication_requirements",
        .invalidConnection: "invalid_connection",
        .federatedTokenNotFound: "federated_connection_refresh_token_not_found",
        .notFound: "not_found",
        .serverError: "server_error",
        .temporarilyUnavailable: "temporarily_unavailable",
    ]

    /// The RFCs' statuses: 400, but for clients, tokens and limits.
    static func standardError(_ kind: OAuthError.Kind, _ family: ErrorFamily) -> WireError {
        WireError(status: standardStatus(kind, family), code: registeredCode(kind))
    }

    private static func standardStatus(_ kind: OAuthError.Kind, _ family: ErrorFamily) -> Int {
        if family == .resource, kind == .invalidDPoPProof || kind == .useDPoPNonce { return 401 }
        return standardStatuses[kind] ?? 400
    }

    private static let standardStatuses: [OAuthError.Kind: Int] = [
        .invalidClient: 401, .invalidToken: 401, .invalidMFAToken: 401, .federatedTokenNotFound: 401, .insufficientScope: 403,
        .endpointDisabled: 404, .notFound: 404, .methodNotAllowed: 405, .requestTooLarge: 413, .tooManyAttempts: 429,
        .tooManyRequests: 429, .serverError: 500, .temporarilyUnavailable: 503,
    ]

    /// Auth0's statuses and spellings (contract 1.4). The device flow's answers are here; CIBA and the MFA grants set
    /// `auth0Status` on the error.
    static func auth0Error(_ kind: OAuthError.Kind, _ family: ErrorFamily) -> WireError {
        if kind == .invalidClient, family == .token { return WireError(status: 401, code: "access_denied") }
        if kind == .userBlocked { return WireError(status: 401, code: "unauthorized") }
        return WireError(status: auth0Statuses[kind] ?? standardStatus(kind, family), code: registeredCode(kind))
    }

    private static let auth0Statuses: [OAuthError.Kind: Int] = [
        .unauthorizedClient: 403, .invalidGrant: 403, .unsupportedGrantType: 403, .accessDenied: 403, .mfaRequired: 403,
        .authorizationPending: 403, .expiredToken: 403, .slowDown: 429, .unsupportedResponseType: 501,
    ]
}

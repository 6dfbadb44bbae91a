/// How a client's requests are answered where Auth0 and the RFCs differ. One profile per client; `auth0` is the default.
///
/// This table is the only place that knows a status or the wire spelling of an error (contract 1.4, 24).
package enum WireProfile: String, Sendable, Codable, CaseIterable {
    /// Auth0's statuses and texts: 403 for grant errors, `access_denied` for a bad client at the token endpoint.
    case auth0
}

/// The families of endpoints that spell the same failure differently.
package enum ErrorFamily: Sendable, CaseIterable {
    /// `/oauth/token`.
    case token
    /// `/oauth/revoke` and the other back-channel endpoints.
    case clientEndpoint
    /// `/userinfo`, a resource protected by a bearer token.
    case resource
    /// Answers and pages of `/authorize`, logout and the login pages.
    case page
}

/// The wire form of one failure.
package struct WireError: Sendable, Equatable {
    package var status: Int
    package var code: String
}

extension WireProfile {
    /// The status and code for a failure at an endpoint of a family.
    package func wireError(for kind: OAuthError.Kind, at family: ErrorFamily) -> WireError {
        switch self {
        case .auth0: Self.auth0Error(kind, family)
        }
    }

    private static func auth0Error(_ kind: OAuthError.Kind, _ family: ErrorFamily) -> WireError {
        switch kind {
        case .invalidRequest: WireError(status: 400, code: "invalid_request")
        case .invalidClient where family == .token: WireError(status: 401, code: "access_denied")
        case .invalidClient: WireError(status: 401, code: "invalid_client")
        case .unauthorizedClient: WireError(status: 403, code: "unauthorized_client")
        case .invalidGrant: WireError(status: 403, code: "invalid_grant")
        case .unsupportedGrantType: WireError(status: 403, code: "unsupported_grant_type")
        case .unsupportedResponseType: WireError(status: 501, code: "unsupported_response_type")
        case .invalidScope: WireError(status: 400, code: "invalid_scope")
        case .invalidTarget: WireError(status: 400, code: "invalid_target")
        case .accessDenied: WireError(status: 403, code: "access_denied")
        case .userBlocked: WireError(status: 401, code: "unauthorized")
        case .loginRequired: WireError(status: 400, code: "login_required")
        case .consentRequired: WireError(status: 400, code: "consent_required")
        case .interactionRequired: WireError(status: 400, code: "interaction_required")
        case .invalidToken: WireError(status: 401, code: "invalid_token")
        case .insufficientScope: WireError(status: 403, code: "insufficient_scope")
        case .tooManyAttempts: WireError(status: 429, code: "too_many_attempts")
        case .tooManyRequests: WireError(status: 429, code: "too_many_requests")
        case .methodNotAllowed: WireError(status: 405, code: "method_not_allowed")
        case .endpointDisabled: WireError(status: 404, code: "endpoint_disabled")
        case .serverError: WireError(status: 500, code: "server_error")
        case .temporarilyUnavailable: WireError(status: 503, code: "temporarily_unavailable")
        }
    }
}

import OAuthProtocol
import Testing

@Suite struct WireProfileTests {
    /// Contract 1.4, row by row.
    static let rows: [(OAuthError.Kind, ErrorFamily, Int, String)] = [
        (.invalidRequest, .token, 400, "invalid_request"),
        (.invalidClient, .token, 401, "access_denied"),
        (.invalidClient, .clientEndpoint, 401, "invalid_client"),
        (.unauthorizedClient, .token, 403, "unauthorized_client"),
        (.invalidGrant, .token, 403, "invalid_grant"),
        (.unsupportedGrantType, .token, 403, "unsupported_grant_type"),
        (.accessDenied, .token, 403, "access_denied"),
        (.userBlocked, .token, 401, "unauthorized"),
        (.invalidToken, .resource, 401, "invalid_token"),
        (.insufficientScope, .resource, 403, "insufficient_scope"),
        (.tooManyAttempts, .token, 429, "too_many_attempts"),
        (.tooManyRequests, .token, 429, "too_many_requests"),
        (.methodNotAllowed, .token, 405, "method_not_allowed"),
        (.loginRequired, .page, 400, "login_required"),
        (.serverError, .token, 500, "server_error"),
    ]

    @Test("Auth0's statuses and codes are those of the contract", arguments: rows)
    func row(kind: OAuthError.Kind, family: ErrorFamily, status: Int, code: String) {
        let error = WireProfile.auth0.wireError(for: kind, at: family)
        #expect(error.status == status)
        #expect(error.code == code)
    }

    @Test("Every kind has an error status and a code of lower-case words at every family", arguments: OAuthError.Kind.allCases)
    func total(kind: OAuthError.Kind) {
        for family in ErrorFamily.allCases {
            let error = WireProfile.auth0.wireError(for: kind, at: family)
            #expect((400...599).contains(error.status))
            #expect(error.code.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x5F })
        }
    }
}

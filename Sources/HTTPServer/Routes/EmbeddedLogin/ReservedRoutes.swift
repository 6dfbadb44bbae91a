import HTTPTypes
import Hummingbird
import OAuthProtocol

/// Paths of Auth0's that no other endpoint may take: answered 404 in the shape of errors that SDKs read.
enum ReservedRoutes {
    static let routes: [Route] =
        ["/samlp/*", "/wsfed/*"].map { .api(.get, .post, at: $0, .oauth(.clientEndpoint), use: disabled) }
        + [
            "/oauth/ro", "/oauth/access_token", "/delegation", "/tokeninfo", "/users/*", "/unlink",
        ].map { .api(.get, .post, at: $0, .oauth(.clientEndpoint), use: removed) }

    /// SAML and WS-Federation (contract 21.4).
    @Sendable private static func disabled(_ call: TenantCall) async throws -> Response {
        throw OAuthError(.endpointDisabled, WireText.endpointDisabled)
    }

    /// Contract 21.5; `/users/{id}/impersonate` was all that stood under `/users`.
    @Sendable private static func removed(_ call: TenantCall) async throws -> Response {
        throw OAuthError(.endpointDisabled, WireText.endpointRemoved)
    }
}

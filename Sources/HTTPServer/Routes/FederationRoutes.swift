import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `POST /oauth/global-token-revocation/connection/{name}` (contract 12.4): for identity providers, not for browsers.
enum FederationRoutes {
    private static let prefix = "/oauth/global-token-revocation/connection/"

    static let routes: [Route] = [
        .api(.post, at: prefix + "*", .oauth(.resource), use: revoke).hiddenFromBrowsers()
    ]

    /// 204 without a body (draft-parecki-oauth-global-token-revocation). Names of connections need no escapes.
    @Sendable private static func revoke(_ call: TenantCall) async throws -> Response {
        let presented = try call.authorization().flatMap { PresentedAccessToken(authorization: $0) }
        try await GlobalTokenRevocationEndpoint(call.context).respond(
            to: try await call.jsonBody(), presenting: presented,
            connection: String(call.request.uri.path.dropFirst(prefix.count)), in: call.info)
        return Response(status: .noContent)
    }
}

import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// `POST /co/authenticate` (contract 21.3) and `GET /user/ssodata` (contract 13.5).
enum CrossOriginLoginRoutes {
    static let routes: [Route] = [
        .api(.post, at: "/co/authenticate", .oauth(.clientEndpoint), use: authenticate).withCredentials()
            .limited(by: .embeddedLogin),
        .api(.get, at: "/user/ssodata", .oauth(.clientEndpoint), use: singleSignOnData).withCredentials(),
    ]

    /// A browser says where its request comes from. Whoever does not, or is elsewhere, learns nothing of a password.
    @Sendable private static func authenticate(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        guard try await call.comesFromPage(of: try form.required("client_id", maximumBytes: 512)) else {
            return .text(WireText.originNotAllowed, status: .forbidden)
        }
        let login = try await CrossOriginAuthentication(call.context).respond(to: form, in: call.info)
        return Response.json(login.json).setting(login.changes, for: call.info.issuer)
    }

    @Sendable private static func singleSignOnData(_ call: TenantCall) async throws -> Response {
        let query = try call.queryParameters()
        call.asker?.note(query, authorization: nil)
        let client = try query.optional("client_id", maximumBytes: 512)
        let browser = try await mayReadSession(call, client) ? call.browser : BrowserState()
        return .json(try await SingleSignOnData(call.context).respond(browser: browser, in: call.info))
    }

    /// Our own pages, which send no `Origin` with a GET, and pages of a client that may ask for passwords: a user's name is not for
    /// every client that registered itself.
    private static func mayReadSession(_ call: TenantCall, _ clientID: String?) async throws -> Bool {
        guard call.request.headers.contains(.origin) else { return true }
        guard let clientID, let client = try await call.context.client(clientID), client.mayAuthenticateCrossOrigin else {
            return false
        }
        return try await call.comesFromPage(of: clientID)
    }
}

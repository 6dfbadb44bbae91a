import AuthorizationServer
import Hummingbird
import OAuthProtocol

/// `/authorize` and `/authorize/resume` (contract 4).
enum AuthorizeRoutes {
    @Sendable static func begin(_ call: TenantCall) async throws -> Response {
        let form = try await call.parameters()
        return try await call.answeringFailures {
            call.answer(
                to: try await AuthorizeEndpoint(call.context).begin(form, browser: call.browser, in: call.info(telling: form)))
        }
    }

    @Sendable static func resume(_ call: TenantCall) async throws -> Response {
        let state = try call.queryParameters().optional("state")
        return try await call.answeringFailures {
            call.answer(to: try await AuthorizeEndpoint(call.context).resume(state: state, browser: call.browser, in: call.info))
        }
    }
}

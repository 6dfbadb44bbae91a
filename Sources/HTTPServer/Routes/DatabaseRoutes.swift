import AuthorizationServer
import HTTPTypes
import Hummingbird
import NIOCore

/// `POST /dbconnections/*` (contract 13).
enum DatabaseRoutes {
    @Sendable static func signup(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(try await SignupEndpoint(call.context).respond(to: form, in: call.info))
    }

    /// A sentence, labelled as HTML as Auth0 does.
    @Sendable static func changePassword(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let text = try await ChangePasswordEndpoint(call.context).respond(to: form, in: call.info)
        return .content(ByteBuffer(string: text), type: "text/html; charset=utf-8")
    }
}

import AuthorizationServer
import HTTPTypes
import Hummingbird

/// `POST /oauth/token` (contract 7), `POST /oauth/revoke` (contract 11) and `POST /oauth/introspect` (RFC 7662).
enum TokenRoutes {
    @Sendable static func token(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        let answer = try await TokenEndpoint(call.context).respond(
            to: form, authorization: try call.authorization(), in: call.info)
        return Response.json(answer.json).with(dpopNonce: answer.dpopNonce)
    }

    /// 200 with an empty body: an SDK that signs out insists on exactly that.
    @Sendable static func revoke(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        try await RevocationEndpoint(call.context).respond(to: form, authorization: try call.authorization(), in: call.info)
        return Response(status: .ok)
    }

    @Sendable static func introspect(_ call: TenantCall) async throws -> Response {
        let form = try await call.bodyParameters()
        return .json(
            try await IntrospectionEndpoint(call.context).respond(
                to: form, authorization: try call.authorization(), in: call.info))
    }
}

import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import Storage

/// What test suites drive a development tenant by. Elsewhere there is nothing here.
enum DevelopmentRoutes {
    static let routes: [Route] = [
        Route(
            methods: [.post], path: "/dev/backchannel", errors: .oauth(.clientEndpoint), crossOrigin: .nobody,
            handler: .tenant(decideBackchannel))
    ]

    /// Conformance suites put the parameters into the address; a form or JSON will do as well.
    @Sendable private static func decideBackchannel(_ call: TenantCall) async throws -> Response {
        guard call.edge.configuration.scriptsApprovals, call.tenant.settings.isDevelopment else { throw RouteFailure.notFound }
        let query = try call.queryParameters()
        let form = query.entries.isEmpty ? try await call.bodyParameters() : query
        try await ScriptedApproval(call.context).respond(to: form, in: call.info)
        return Response(status: .noContent)
    }
}

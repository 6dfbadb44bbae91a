import HTTPTypes
import Hummingbird
import OAuthProtocol

/// The innermost handler: hands the request to its route.
struct RouteDispatcher: Sendable {
    let edge: HTTPEdge

    @Sendable func respond(_ request: Request, _ context: MartletRequestContext) async throws -> Response {
        switch context.match {
        case .notFound: throw RouteFailure.notFound
        case .methodNotAllowed(_, let allow): throw RouteFailure.methodNotAllowed(allow: allow)
        case .options(_, let allow): return Response(status: .noContent, headers: [.allow: allow])
        case .route(let route): return try await answer(request, route, context)
        }
    }

    private func answer(_ request: Request, _ route: Route, _ context: MartletRequestContext) async throws -> Response {
        switch (route.handler, context.tenant) {
        case (.anyHost(let handler), _):
            return try await handler(request, edge)
        case (.tenant(let handler), .tenant(let tenant, let info)):
            return try await handler(TenantCall(request: request, context: tenant, info: info, edge: edge, asker: context.asker))
        case (.tenant, .unknownHost): throw RouteFailure.unknownHost
        case (.tenant, .failed(let error)): throw error
        }
    }
}

/// A request that no handler sees.
enum RouteFailure: Error {
    case notFound
    case unknownHost
    case methodNotAllowed(allow: String)
}

package import AuthorizationServer
import HTTPTypes
package import Hummingbird
package import Storage

/// Answers requests: the table of routes behind the middleware. One value serves every listener.
package struct MartletHTTP: Sendable {
    package let edge: HTTPEdge
    private let index: RouteIndex
    private let pipeline: RequestHandler

    /// Builds the table once. Throws when the embedded pages do not load.
    package init(engine: any StorageEngine, environment: ServerEnvironment, configuration: HTTPConfiguration) throws {
        edge = try HTTPEdge(engine: engine, environment: environment, configuration: configuration)
        index = RouteIndex(RouteTable.routes)
        pipeline = MiddlewareOrder.pipeline(edge, around: RouteDispatcher(edge: edge).respond)
    }

    /// What a listener answers with, `Application(responder:)`.
    package func responder(for listener: ListenerScheme) -> MartletResponder {
        MartletResponder(index: index, pipeline: pipeline, listener: listener, trustedProxies: edge.configuration.trustedProxies)
    }
}

/// The entrance of one listener: finds the route, then runs the middleware.
package struct MartletResponder: HTTPResponder {
    let index: RouteIndex
    let pipeline: RequestHandler
    let listener: ListenerScheme
    let trustedProxies: [AddressRange]

    package func respond(to request: Request, context: MartletRequestContext) async throws -> Response {
        var context = context
        context.match = index.match(request.method, path: request.uri.path)
        context.arrival = Arrival(request.head, peer: context.peer, listener: listener, trusting: trustedProxies)
        if let route = context.match.route { context.coreContext.endpointPath.value = route.path }
        let response = try await pipeline(request, context)
        // Refusals included: bytes after the head would be read as the beginning of the next answer.
        return request.method == .head ? response.createHeadResponse() : response
    }
}

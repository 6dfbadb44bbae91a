package import Hummingbird

/// What answers a request, middleware or route.
package typealias RequestHandler = @Sendable (Request, MartletRequestContext) async throws -> Response

/// One layer around everything inside it. Hummingbird's own protocol would hop to the global executor at every layer.
package protocol HTTPMiddleware: Sendable {
    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response
}

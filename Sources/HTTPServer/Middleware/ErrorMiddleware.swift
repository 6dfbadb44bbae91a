import Hummingbird

/// Turns whatever was thrown into an answer. Nothing below throws past it.
struct ErrorMiddleware: HTTPMiddleware {
    let edge: HTTPEdge

    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        do {
            return try await next(request, context)
        } catch {
            return ErrorResponse(request: request, context: context, edge: edge).response(to: error)
        }
    }
}

import HTTPTypes
import Hummingbird

/// `no-store` on every answer that does not say itself how long it may be kept (RFC 6749 section 5.1, contract 1.1).
struct NoStoreMiddleware: HTTPMiddleware {
    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        var response = try await next(request, context)
        if !response.headers.contains(.cacheControl) { response.headers[.cacheControl] = "no-store" }
        if response.headers[.cacheControl] == "no-store" { response.headers[.pragma] = "no-cache" }
        return response
    }
}

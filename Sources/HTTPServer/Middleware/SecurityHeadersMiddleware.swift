import HTTPTypes
import Hummingbird

/// What every browser is told. An answer that sets its own content security policy (a page) decides about framing by it.
struct SecurityHeadersMiddleware: HTTPMiddleware {
    let isDevelopment: Bool

    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        var response = try await next(request, context)
        response.headers[.xContentTypeOptions] = "nosniff"
        if !response.headers.contains(.referrerPolicy) { response.headers[.referrerPolicy] = "no-referrer" }
        if !response.headers.contains(.contentSecurityPolicy) {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
            response.headers[.frameOptions] = "DENY"
        }
        // Not in development: browsers would apply it to every port of localhost.
        if context.arrival?.scheme == .https, !isDevelopment {
            response.headers[.strictTransportSecurity] = "max-age=31536000"
        }
        return response
    }
}

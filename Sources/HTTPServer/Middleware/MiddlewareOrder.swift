import Hummingbird

/// The order of the middleware, outermost first. It is a security policy: read it as a whole, change it with care.
package enum MiddlewareOrder {
    /// Each sees the request before, and the answer after, those below it.
    package static func list(_ edge: HTTPEdge) -> [any HTTPMiddleware] {
        [
            RequestIDMiddleware(),  // Every answer, failures included, can be found in the log.
            SecurityHeadersMiddleware(isDevelopment: edge.configuration.isDevelopment),  // On failures as well.
            TenantMiddleware(edge: edge),  // Resolves only; refusing an unknown host is left to the innermost.
            CrossOriginMiddleware(edge: edge),  // Needs the tenant's clients; outside of errors so that errors carry it too.
            NoStoreMiddleware(),  // What is not marked as cacheable is not cached, errors included.
            RateLimitMiddleware(edge: edge),  // Outside of errors, so that refusals and failures tell what is left as well.
            ErrorMiddleware(edge: edge),  // Innermost, so that no failure skips what is above.
        ]
    }

    static func pipeline(_ edge: HTTPEdge, around innermost: @escaping RequestHandler) -> RequestHandler {
        list(edge).reversed().reduce(innermost) { inner, middleware in
            { try await middleware.handle($0, context: $1, next: inner) }
        }
    }
}

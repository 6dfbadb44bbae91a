import AuthorizationServer
import Crypto
import HTTPTypes
import Hummingbird
import Logging
import OAuthProtocol
import Storage

/// Refuses what exceeds a route's bucket, and tells every answer of a limited route how much is left (contract 1.5).
struct RateLimitMiddleware: HTTPMiddleware {
    let edge: HTTPEdge

    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        guard case .route(let route) = context.match, let bucket = route.rateBucket,
            case .tenant(let tenant, let info) = context.tenant
        else { return try await next(request, context) }
        let verdict: RateLimiter.Verdict
        do {
            verdict = try await edge.limiter.take(
                Self.key(bucket, request, info), from: bucket.bucket(in: tenant.settings), in: tenant.stores.attempts,
                at: info.now)
        } catch {
            // A database that cannot count must not answer for the endpoint: it will say so itself if it needs one.
            context.logger.warning("rate limit not counted", metadata: ["error": "\(error)"])
            return try await next(request, context)
        }
        let response = verdict.isAllowed
            ? try await next(request, context) : try await refusal(verdict, request, context, tenant, info)
        return Self.telling(verdict, response)
    }

    private func refusal(
        _ verdict: RateLimiter.Verdict, _ request: Request, _ context: MartletRequestContext, _ tenant: TenantContext,
        _ info: RequestInfo
    ) async throws -> Response {
        let error = OAuthError(.tooManyRequests, WireText.tooManyRequests, retryAfter: verdict.retryAfter)
        if edge.limitLog.isDue(tenant.stores.tenant, at: info.now) {
            try? await tenant.stores.logs.record(info.event(.apiLimit, description: "\(request.uri.path)"))
        }
        return ErrorResponse(request: request, context: context, edge: edge).response(to: error)
    }

    private static func telling(_ verdict: RateLimiter.Verdict, _ response: Response) -> Response {
        var response = response
        response.headers[.rateLimitLimit] = String(verdict.limit)
        response.headers[.rateLimitRemaining] = String(verdict.remaining)
        response.headers[.rateLimitReset] = String(verdict.reset)
        return response
    }

    private static func key(_ bucket: Route.RateBucket, _ request: Request, _ info: RequestInfo) -> String {
        switch bucket.scope {
        case .tenant: "rate|\(bucket.rawValue)"
        case .address: "rate|\(bucket.rawValue)|\(NetworkPrefix.of(info.address))"
        case .token: "rate|\(bucket.rawValue)|\(digest(request.headers[.authorization] ?? info.address))"
        }
    }

    private static func digest(_ text: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array(text.utf8)).prefix(16))
    }
}

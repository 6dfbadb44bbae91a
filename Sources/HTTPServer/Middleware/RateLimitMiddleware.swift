import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol

/// Refuses what exceeds a route's bucket, and tells every answer of a limited route how much is left of the limit that has least
/// (contract 1.5).
struct RateLimitMiddleware: HTTPMiddleware {
    let edge: HTTPEdge

    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        guard case .route(let route) = context.match, let bucket = route.rateBucket,
            case .tenant(let tenant, let info) = context.tenant
        else { return try await next(request, context) }
        let counter = RequestCounter(edge: edge, tenant: tenant, info: info)
        let (counted, subject) = counter.countedFirst(for: bucket)
        guard let verdict = await counter.take(counted, per: subject) else {
            return Self.telling(try await next(request, context), info.limits)
        }
        guard verdict.isAllowed else {
            info.limits.note(verdict.state)
            let refusal = await counter.refusal(verdict)
            return Self.telling(ErrorResponse(request: request, context: context, edge: edge).response(to: refusal), info.limits)
        }
        let response = try await next(request, context)
        if counted != bucket, info.limits.least != nil {
            // The handler counted the user instead.
            counter.giveBack(counted, per: subject, verdict)
        } else {
            info.limits.note(verdict.state)
        }
        return Self.telling(response, info.limits)
    }

    private static func telling(_ response: Response, _ limits: RequestLimits) -> Response {
        guard let state = limits.least else { return response }
        var response = response
        response.headers[.rateLimitLimit] = String(state.limit)
        response.headers[.rateLimitRemaining] = String(state.remaining)
        response.headers[.rateLimitReset] = String(state.reset)
        return response
    }
}

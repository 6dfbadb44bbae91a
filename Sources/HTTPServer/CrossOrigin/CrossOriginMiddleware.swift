import AuthorizationServer
import HTTPTypes
import Hummingbird
import Logging
import OAuthProtocol
import Storage

/// Lets browsers read answers across origins, by the rule of the route (contract 1.6; Fetch standard section 3.2).
struct CrossOriginMiddleware: HTTPMiddleware {
    let edge: HTTPEdge

    func handle(_ request: Request, context: MartletRequestContext, next: RequestHandler) async throws -> Response {
        switch context.match.route?.crossOrigin ?? .nobody {
        case .nobody: return try await next(request, context)
        case .everybody: return allow("*", to: try await next(request, context), request)
        case .clientOrigins: return try await answer(request, context, next)
        case .clientOriginsWithCredentials:
            var response = try await answer(request, context, next)
            if response.headers.contains(.accessControlAllowOrigin) {
                response.headers[.accessControlAllowCredentials] = "true"
            }
            return response
        }
    }

    private func answer(
        _ request: Request, _ context: MartletRequestContext, _ next: RequestHandler
    ) async throws -> Response {
        var context = context
        let field = request.headers[.origin]
        if field != nil { context.asker = AskingClient() }
        var response = try await next(request, context)
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        guard let field, await allows(field, context) else { return response }
        return allow(field, to: response, request)
    }

    private func allow(_ origin: String, to response: Response, _ request: Request) -> Response {
        var response = response
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = Self.exposed
        guard request.method == .options, request.headers.contains(.accessControlRequestMethod) else { return response }
        response.headers[.accessControlAllowMethods] = "GET, POST, DELETE"
        response.headers[.accessControlAllowHeaders] = "Content-Type, Authorization, Auth0-Client, DPoP"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }

    private func allows(_ field: String, _ context: MartletRequestContext) async -> Bool {
        guard case .tenant(let tenant, let info) = context.tenant else { return false }
        do {
            return try await OriginRule(edge: edge).allows(field, client: context.asker?.clientID, of: tenant, at: info.now)
        } catch {
            context.logger.error("origins unknown", metadata: ["error": "\(error)"])
            return false
        }
    }

    private static let exposed = "DPoP-Nonce, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
}

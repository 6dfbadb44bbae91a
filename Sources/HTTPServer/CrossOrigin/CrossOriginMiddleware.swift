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
        case .clientOrigins:
            var context = context
            let field = request.headers[.origin]
            if field != nil { context.asker = AskingClient() }
            var response = try await next(request, context)
            response.headers.append(HTTPField(name: .vary, value: "Origin"))
            guard let field, await allows(field, context) else { return response }
            return allow(field, to: response, request)
        }
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
        guard let origin = WebOrigin(field), case .tenant(let tenant, let info) = context.tenant else { return false }
        do {
            return try await origins(tenant, context.asker?.clientID, info).allows(origin)
        } catch {
            context.logger.error("origins unknown", metadata: ["error": "\(error)"])
            return false
        }
    }

    /// The client's own when it is known, else those of all clients of the tenant.
    private func origins(_ tenant: TenantContext, _ clientID: String?, _ info: RequestInfo) async throws -> AllowedOrigins {
        let isDevelopment = tenant.settings.isDevelopment
        if let clientID, let client = try await tenant.client(clientID) {
            return AllowedOrigins([client], isDevelopment: isDevelopment)
        }
        return try await edge.origins.origins(tenant.stores, isDevelopment: isDevelopment, at: info.now)
    }

    private static let exposed = "DPoP-Nonce, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
}

import AuthorizationServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import Storage

/// Which origins may ask a tenant (contract 1.6).
struct OriginRule: Sendable {
    let edge: HTTPEdge

    /// Whether the `Origin` is one of the client's when that is known, else one of any client of the tenant. Never true for
    /// `null` and for what is no origin.
    func allows(_ field: String, client clientID: String?, of tenant: TenantContext, at now: Timestamp) async throws -> Bool {
        guard let origin = WebOrigin(field) else { return false }
        let isDevelopment = tenant.settings.isDevelopment
        if let clientID, let client = try await tenant.clientIfAvailable(clientID) {
            return AllowedOrigins([client], isDevelopment: isDevelopment).allows(origin)
        }
        return try await edge.origins.origins(tenant.stores, isDevelopment: isDevelopment, at: now).allows(origin)
    }
}

extension TenantCall {
    /// Whether the request comes from a page of the client, or, when there is no such client, from a page of any. False without an
    /// `Origin`.
    func comesFromPage(of clientID: String) async throws -> Bool {
        guard let field = request.headers[.origin] else { return false }
        return try await OriginRule(edge: edge).allows(field, client: clientID, of: context, at: info.now)
    }
}

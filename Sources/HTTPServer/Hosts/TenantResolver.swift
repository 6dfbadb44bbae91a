package import AuthorizationServer
import Storage

/// Which tenant a request is for.
package enum TenantResolution: Sendable {
    case tenant(TenantContext, RequestInfo)
    case unknownHost
    /// The database did not answer.
    case failed(any Error)
}

/// Finds the tenant of a host.
struct TenantResolver: Sendable {
    let engine: any StorageEngine
    let environment: ServerEnvironment
    let hosts: TenantHosts

    /// `nil` when the host is nobody's.
    func resolve(_ arrival: Arrival) async throws -> (TenantContext, Issuer)? {
        switch hosts.select(authority: arrival.authority, scheme: arrival.scheme) {
        case .tenant(let id, let issuer):
            guard let tenant = try await engine.tenants.find(id) else { return nil }
            return (context(tenant), issuer)
        case .perhapsCustomDomain(let issuer):
            guard let tenant = try await engine.tenants.find(customDomain: issuer.host) else { return nil }
            return (context(tenant), issuer)
        case .unknown:
            return nil
        }
    }

    private func context(_ tenant: Tenant) -> TenantContext {
        var context = TenantContext(tenant: tenant, stores: engine.stores(for: tenant.id), environment: environment)
        context.isConfiguredHost = { [hosts] host in hosts.isConfigured(host, for: tenant.id) }
        return context
    }
}

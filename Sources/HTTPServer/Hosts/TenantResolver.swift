package import AuthorizationServer
import Storage
import Synchronization

/// Which tenant a request is for.
package enum TenantResolution: Sendable {
    case tenant(TenantContext, RequestInfo)
    case unknownHost
    /// The database did not answer.
    case failed(any Error)
}

/// Finds the tenant of a host, and makes the stores of each tenant once.
final class TenantResolver: Sendable {
    private let engine: any StorageEngine
    private let environment: ServerEnvironment
    private let hosts: TenantHosts
    /// At most one entry per tenant that exists.
    private let stores = Mutex<[TenantID: Stores]>([:])

    init(engine: any StorageEngine, environment: ServerEnvironment, hosts: TenantHosts) {
        (self.engine, self.environment, self.hosts) = (engine, environment, hosts)
    }

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
        let stores = stores.withLock { known in
            if let stores = known[tenant.id] { return stores }
            let made = engine.stores(for: tenant.id)
            known[tenant.id] = made
            return made
        }
        return TenantContext(tenant: tenant, stores: stores, environment: environment)
    }
}

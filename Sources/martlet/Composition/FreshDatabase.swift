import AuthorizationServer
import OAuthProtocol
import Storage

/// What a database has from its first moment: the tenant `default` with a database of users.
enum FreshDatabase {
    static let connectionName = "Username-Password-Authentication"

    /// Adds the tenant `default` when there is no tenant at all. Harmless when another node does so at the same time.
    static func seed(_ installation: Installation, settings: TenantSettings = TenantSettings()) async throws {
        guard try await installation.engine.tenants.list().isEmpty else { return }
        let tenant = Tenant(id: .default, settings: settings, createdAt: installation.now())
        do {
            try await create(tenant, in: installation)
        } catch is StoreConflict {
            // Another node was first, with the same tenant.
        }
    }

    /// Inserts a tenant with its connection. Throws `StoreConflict` when it exists.
    static func create(_ tenant: Tenant, in installation: Installation) async throws {
        try await installation.engine.tenants.insert(tenant)
        let connection = Connection(
            id: "con_" + installation.environment.randomness.alphanumeric(16), name: connectionName)
        try await installation.engine.stores(for: tenant.id).connections.insert(connection)
    }
}

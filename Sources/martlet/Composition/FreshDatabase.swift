import AuthorizationServer
import OAuthProtocol
import Storage

/// What a database has from its first moment: the tenant `default` with a database of users.
enum FreshDatabase {
    static let connectionName = "Username-Password-Authentication"

    /// Adds the tenant `default` when there is no tenant at all, and its connection when it has none: also after a start
    /// that ended between the two. Harmless when another node does so at the same time.
    static func seed(_ installation: Installation, settings: TenantSettings = TenantSettings()) async throws {
        let tenants = installation.engine.tenants
        if try await tenants.list().isEmpty {
            let tenant = Tenant(id: .default, settings: settings, createdAt: installation.now())
            try await ignoringConflict { try await tenants.insert(tenant) }
        }
        let hasConnection = try await !installation.engine.stores(for: .default).connections.list().isEmpty
        guard try await tenants.find(.default) != nil, !hasConnection else { return }
        try await ignoringConflict { try await addConnection(to: .default, in: installation) }
    }

    /// Inserts a tenant with its connection. Throws `StoreConflict` when it exists.
    static func create(_ tenant: Tenant, in installation: Installation) async throws {
        try await installation.engine.tenants.insert(tenant)
        try await addConnection(to: tenant.id, in: installation)
    }

    /// The database of users that every tenant begins with. Throws `StoreConflict` when it exists.
    static func addConnection(to tenant: TenantID, in installation: Installation) async throws {
        let id = "con_" + installation.environment.randomness.alphanumeric(16)
        try await installation.engine.stores(for: tenant).connections.insert(Connection(id: id, name: connectionName))
    }

    /// Another node was first, with the same record.
    private static func ignoringConflict(_ insert: () async throws -> Void) async throws {
        do {
            try await insert()
        } catch is StoreConflict {}
    }
}

import OAuthProtocol
import Storage

struct SQLTenantStore: TenantStore {
    let database: any Database
    let caches: TenantCaches
    /// Called after a change of a tenant was committed.
    let changed: @Sendable (TenantID) -> Void

    func insert(_ tenant: Tenant) async throws {
        let sql = "INSERT INTO tenants (id, document, created_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        let arguments: [SQLValue] = [.text(tenant.id.rawValue), try Document.encode(tenant), .time(tenant.createdAt)]
        try await change(tenant.id) { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "id") }
            try Self.insertDomains(of: tenant, on: connection)
        }
    }

    func find(_ id: TenantID) async throws -> Tenant? {
        try await caches.byID.value(for: id) {
            try await one("SELECT document FROM tenants WHERE id = $1", id.rawValue)
        }
    }

    func find(customDomain host: String) async throws -> Tenant? {
        let sql = "SELECT document FROM tenants WHERE id = (SELECT tenant_id FROM tenant_domains WHERE host = $1)"
        return try await caches.byDomain.value(for: ExactString(host)) { try await one(sql, host) }
    }

    func list() async throws -> [Tenant] {
        try await database.read { connection in
            try connection.query("SELECT document FROM tenants ORDER BY created_at, id", []) { columns in
                try Document.decode(Tenant.self, from: try columns.text())
            }
        }
    }

    func update(_ tenant: Tenant) async throws -> Bool {
        let sql = "UPDATE tenants SET document = $2 WHERE id = $1"
        let (key, document) = (SQLValue.text(tenant.id.rawValue), try Document.encode(tenant))
        return try await change(tenant.id) { connection in
            guard try connection.execute(sql, [key, document]) == 1 else { return false }
            _ = try connection.execute("DELETE FROM tenant_domains WHERE tenant_id = $1", [key])
            try Self.insertDomains(of: tenant, on: connection)
            return true
        }
    }

    func delete(_ id: TenantID) async throws -> Bool {
        let tables = [
            "tenant_domains", "clients", "client_grants", "resource_servers", "connections", "signing_keys",
            "tenant_secrets", "users", "consents", "sessions", "authenticators", "user_permissions", "role_permissions",
            "user_roles", "login_transactions", "pushed_requests", "authorization_codes", "deferred_authorizations",
            "refresh_token_families", "tickets", "one_time_codes", "attempt_buckets", "log_events", "replays",
            "revocations", "deliveries", "federated_tokens",
        ]
        let key = SQLValue.text(id.rawValue)
        return try await change(id) { connection in
            guard try connection.execute("DELETE FROM tenants WHERE id = $1", [key]) == 1 else { return false }
            for table in tables { _ = try connection.execute("DELETE FROM \(table) WHERE tenant_id = $1", [key]) }
            return true
        }
    }

    private func one(_ sql: String, _ key: String) async throws -> Tenant? {
        try await database.read { connection in
            try connection.first(sql, [.text(key)]) { try Document.decode(Tenant.self, from: try $0.text()) }
        }
    }

    private func change<T: Sendable>(
        _ id: TenantID, _ body: @escaping @Sendable (any SQLConnection) throws -> T
    ) async throws -> T {
        defer {
            caches.invalidate()
            changed(id)
        }
        let announce = database.dialect.announce
        return try await database.write { connection in
            let result = try body(connection)
            if let announce { try connection.forEachRow(of: announce, [.text(id.rawValue)]) { _ in } }
            return result
        }
    }

    private static func insertDomains(of tenant: Tenant, on connection: any SQLConnection) throws {
        let sql = "INSERT INTO tenant_domains (host, tenant_id) VALUES ($1, $2) ON CONFLICT DO NOTHING"
        for host in tenant.customDomains {
            guard try connection.execute(sql, [.text(host), .text(tenant.id.rawValue)]) == 1 else {
                throw StoreConflict(field: "custom_domains")
            }
        }
    }
}

import OAuthProtocol
import Storage

struct SQLResourceServerStore: ResourceServerStore {
    let scope: TenantScope

    func insert(_ api: ResourceServer) async throws {
        let sql = """
            INSERT INTO resource_servers (tenant_id, id, document, identifier, created_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """
        let arguments: [SQLValue] = [
            scope.key, .text(api.id), try Document.encode(api), .text(api.identifier), .time(api.createdAt),
        ]
        try await scope.configure { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "identifier") }
        }
    }

    func find(identifier: String) async throws -> ResourceServer? {
        try await scope.caches.apisByIdentifier.value(for: ExactString(identifier)) {
            try await one("SELECT document FROM resource_servers WHERE tenant_id = $1 AND identifier = $2", identifier)
        }
    }

    func find(id: String) async throws -> ResourceServer? {
        try await scope.caches.apisByID.value(for: ExactString(id)) {
            try await one("SELECT document FROM resource_servers WHERE tenant_id = $1 AND id = $2", id)
        }
    }

    func list() async throws -> [ResourceServer] {
        let sql = "SELECT document FROM resource_servers WHERE tenant_id = $1 ORDER BY created_at, id"
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key]) { try Document.decode(ResourceServer.self, from: try $0.text()) }
        }
    }

    /// The identifier is part of the condition, since it never changes.
    func update(_ api: ResourceServer) async throws -> Bool {
        let sql = "UPDATE resource_servers SET document = $3 WHERE tenant_id = $1 AND id = $2 AND identifier = $4"
        let arguments: [SQLValue] = [scope.key, .text(api.id), try Document.encode(api), .text(api.identifier)]
        return try await scope.configure { try $0.execute(sql, arguments) == 1 }
    }

    func delete(id: String) async throws -> Bool {
        let deletion = "DELETE FROM resource_servers WHERE tenant_id = $1 AND id = $2 RETURNING identifier"
        let grants = "DELETE FROM client_grants WHERE tenant_id = $1 AND audience = $2"
        return try await scope.configure { [scope] connection in
            let identifier = try connection.first(deletion, [scope.key, .text(id)]) { try $0.text() }
            guard let identifier else { return false }
            _ = try connection.execute(grants, [scope.key, .text(identifier)])
            return true
        }
    }

    private func one(_ sql: String, _ key: String) async throws -> ResourceServer? {
        try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .text(key)]) { columns in
                try Document.decode(ResourceServer.self, from: try columns.text())
            }
        }
    }
}

import OAuthProtocol
import Storage

struct SQLResourceServerStore: ResourceServerStore {
    let scope: TenantScope

    private static let columns = "id, document, signing_secret_key_id, signing_secret"

    func insert(_ api: ResourceServer) async throws {
        let sql = """
            INSERT INTO resource_servers (tenant_id, \(Self.columns), identifier, created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
            """
        let arguments = try values(api) + [.text(api.identifier), .time(api.createdAt)]
        try await scope.configure { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "identifier") }
        }
    }

    func find(identifier: String) async throws -> ResourceServer? {
        try await scope.caches.apisByIdentifier.value(for: ExactString(identifier)) {
            try await one("identifier", identifier)
        }
    }

    func find(id: String) async throws -> ResourceServer? {
        try await scope.caches.apisByID.value(for: ExactString(id)) {
            try await one("id", id)
        }
    }

    func list() async throws -> [ResourceServer] {
        let sql = "SELECT \(Self.columns) FROM resource_servers WHERE tenant_id = $1 ORDER BY created_at, id"
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key]) { try Self.read(&$0, in: scope) }
        }
    }

    /// The identifier is part of the condition, since it never changes.
    func update(_ api: ResourceServer) async throws -> Bool {
        let sql = """
            UPDATE resource_servers SET document = $3, signing_secret_key_id = $4, signing_secret = $5
            WHERE tenant_id = $1 AND id = $2 AND identifier = $6
            """
        let arguments = try values(api) + [.text(api.identifier)]
        return try await scope.configure { try $0.execute(sql, arguments) == 1 }
    }

    /// What users may do at the API goes too, so that one that is made later with the same identifier begins with nothing.
    func delete(id: String) async throws -> Bool {
        let deletion = "DELETE FROM resource_servers WHERE tenant_id = $1 AND id = $2 RETURNING identifier"
        let tables = ["client_grants", "user_permissions", "role_permissions"]
        return try await scope.configure { [scope] connection in
            let identifier = try connection.first(deletion, [scope.key, .text(id)]) { try $0.text() }
            guard let identifier else { return false }
            for table in tables {
                let sql = "DELETE FROM \(table) WHERE tenant_id = $1 AND audience = $2"
                _ = try connection.execute(sql, [scope.key, .text(identifier)])
            }
            return true
        }
    }

    private func one(_ column: String, _ key: String) async throws -> ResourceServer? {
        let sql = "SELECT \(Self.columns) FROM resource_servers WHERE tenant_id = $1 AND \(column) = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .text(key)]) { try Self.read(&$0, in: scope) }
        }
    }

    /// The tenant, then the columns with the secret sealed for the row.
    private func values(_ api: ResourceServer) throws -> [SQLValue] {
        let secret = try scope.sealed(api.signingSecret, for: "resource_servers", api.id)
        return [scope.key, .text(api.id), try Document.encode(api)] + secret
    }

    private static func read(_ columns: inout ColumnReader, in scope: TenantScope) throws -> ResourceServer {
        let id = try columns.text()
        var api = try Document.decode(ResourceServer.self, from: try columns.text())
        api.signingSecret = try scope.openedText(&columns, from: "resource_servers", id)
        return api
    }
}

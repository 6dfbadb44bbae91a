import OAuthProtocol
import Storage

struct SQLConnectionStore: ConnectionStore {
    let scope: TenantScope

    func insert(_ connection: Connection) async throws {
        let sql = """
            INSERT INTO connections (tenant_id, id, name, document) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING
            """
        let arguments = try values(connection)
        try await scope.configure { database in
            guard try database.execute(sql, arguments) == 1 else { throw StoreConflict(field: "name") }
        }
    }

    func find(name: String) async throws -> Connection? {
        let sql = "SELECT document FROM connections WHERE tenant_id = $1 AND name = $2"
        return try await scope.caches.connections.value(for: ExactString(name)) {
            try await scope.database.read { [scope] database in
                try database.first(sql, [scope.key, .text(name)]) { try Self.read(&$0) }
            }
        }
    }

    func list() async throws -> [Connection] {
        let sql = "SELECT document FROM connections WHERE tenant_id = $1 ORDER BY name"
        return try await scope.database.read { [scope] database in
            try database.query(sql, [scope.key]) { try Self.read(&$0) }
        }
    }

    func update(_ connection: Connection) async throws -> Bool {
        let sql = "UPDATE connections SET name = $3, document = $4 WHERE tenant_id = $1 AND id = $2"
        let arguments = try values(connection)
        do {
            return try await scope.configure { try $0.execute(sql, arguments) == 1 }
        } catch SQLError.uniqueViolation {
            throw StoreConflict(field: "name")
        }
    }

    private func values(_ connection: Connection) throws -> [SQLValue] {
        [scope.key, .text(connection.id), .text(connection.name), try Document.encode(connection)]
    }

    private static func read(_ columns: inout ColumnReader) throws -> Connection {
        try Document.decode(Connection.self, from: try columns.text())
    }
}

import OAuthProtocol
import Storage

struct SQLConnectionStore: ConnectionStore {
    let scope: TenantScope

    func insert(_ connection: Connection) async throws {
        let sql = """
            INSERT INTO connections (tenant_id, id, name, document, secret_key_id, secret) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO NOTHING
            """
        let arguments = try values(connection)
        try await scope.configure { database in
            guard try database.execute(sql, arguments) == 1 else { throw StoreConflict(field: "name") }
        }
    }

    func find(name: String) async throws -> Connection? {
        let sql = "SELECT \(Self.columns) FROM connections WHERE tenant_id = $1 AND name = $2"
        return try await scope.caches.connections.value(for: ExactString(name)) {
            try await scope.database.read { [scope] database in
                try database.first(sql, [scope.key, .text(name)]) { try Self.read(&$0, in: scope) }
            }
        }
    }

    func list() async throws -> [Connection] {
        let sql = "SELECT \(Self.columns) FROM connections WHERE tenant_id = $1 ORDER BY name"
        return try await scope.database.read { [scope] database in
            try database.query(sql, [scope.key]) { try Self.read(&$0, in: scope) }
        }
    }

    func update(_ connection: Connection) async throws -> Bool {
        let sql = """
            UPDATE connections SET name = $3, document = $4, secret_key_id = $5, secret = $6
            WHERE tenant_id = $1 AND id = $2
            """
        let arguments = try values(connection)
        do {
            return try await scope.configure { try $0.execute(sql, arguments) == 1 }
        } catch SQLError.uniqueViolation {
            throw StoreConflict(field: "name")
        }
    }

    private static let columns = "id, document, secret_key_id, secret"

    private func values(_ connection: Connection) throws -> [SQLValue] {
        let row: [SQLValue] = [
            scope.key, .text(connection.id), .text(connection.name), try Document.encode(connection),
        ]
        return try row + scope.sealed(connection.provider?.clientSecret, for: "connections", connection.id)
    }

    private static func read(_ columns: inout ColumnReader, in scope: TenantScope) throws -> Connection {
        let id = try columns.text()
        var connection = try Document.decode(Connection.self, from: try columns.text())
        connection.provider?.clientSecret = try scope.openedText(&columns, from: "connections", id)
        return connection
    }
}

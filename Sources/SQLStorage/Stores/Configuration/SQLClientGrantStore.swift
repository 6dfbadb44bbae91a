import OAuthProtocol
import Storage

struct SQLClientGrantStore: ClientGrantStore {
    let scope: TenantScope

    func insert(_ grant: ClientGrant) async throws {
        let sql = """
            INSERT INTO client_grants (tenant_id, id, client_id, audience, document) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT DO NOTHING
            """
        let arguments = try values(grant)
        try await scope.configure { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "audience") }
        }
    }

    func find(clientID: String, audience: String) async throws -> ClientGrant? {
        let sql = "SELECT document FROM client_grants WHERE tenant_id = $1 AND client_id = $2 AND audience = $3"
        let key = ConfigurationCaches.GrantKey(clientID: ExactString(clientID), audience: ExactString(audience))
        return try await scope.caches.grants.value(for: key) {
            try await scope.database.read { [scope] connection in
                try connection.first(sql, [scope.key, .text(clientID), .text(audience)]) { try Self.read(&$0) }
            }
        }
    }

    func list(clientID: String?) async throws -> [ClientGrant] {
        let condition = clientID == nil ? "" : "AND client_id = $2"
        let sql = "SELECT document FROM client_grants WHERE tenant_id = $1 \(condition) ORDER BY id"
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key] + (clientID.map { [.text($0)] } ?? [])) { try Self.read(&$0) }
        }
    }

    func update(_ grant: ClientGrant) async throws -> Bool {
        let sql = """
            UPDATE client_grants SET client_id = $3, audience = $4, document = $5 WHERE tenant_id = $1 AND id = $2
            """
        let arguments = try values(grant)
        do {
            return try await scope.configure { try $0.execute(sql, arguments) == 1 }
        } catch SQLError.uniqueViolation {
            throw StoreConflict(field: "audience")
        }
    }

    func delete(_ id: String) async throws -> Bool {
        let sql = "DELETE FROM client_grants WHERE tenant_id = $1 AND id = $2"
        return try await scope.configure { [scope] in try $0.execute(sql, [scope.key, .text(id)]) == 1 }
    }

    private func values(_ grant: ClientGrant) throws -> [SQLValue] {
        [scope.key, .text(grant.id), .text(grant.clientID), .text(grant.audience), try Document.encode(grant)]
    }

    private static func read(_ columns: inout ColumnReader) throws -> ClientGrant {
        try Document.decode(ClientGrant.self, from: try columns.text())
    }
}

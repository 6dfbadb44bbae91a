import OAuthProtocol
import Storage

struct SQLClientStore: ClientStore {
    let scope: TenantScope

    func insert(_ client: Client) async throws { try await insertRow(client, unusedUntil: nil) }

    func insert(_ client: Client, unusedUntil expiresAt: Timestamp) async throws {
        try await insertRow(client, unusedUntil: expiresAt)
    }

    private func insertRow(_ client: Client, unusedUntil expiresAt: Timestamp?) async throws {
        let sql = """
            INSERT INTO clients (tenant_id, \(ClientRows.columns), created_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING
            """
        let arguments = try key(client.clientID) + ClientRows.values(client, in: scope) + [
            .optional(time: expiresAt), .time(client.createdAt),
        ]
        try await scope.configure { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "client_id") }
        }
    }

    func find(_ clientID: String) async throws -> Client? { try await known(clientID)?.client }

    private func known(_ clientID: String) async throws -> ConfigurationCaches.KnownClient? {
        let sql = "SELECT \(ClientRows.columns) FROM clients WHERE tenant_id = $1 AND client_id = $2"
        return try await scope.caches.clients.value(for: ExactString(clientID)) {
            try await scope.database.read { [scope] connection in
                try connection.first(sql, [scope.key, .text(clientID)]) { try ClientRows.read(&$0, in: scope) }
            }
        }
    }

    func list() async throws -> [Client] {
        let sql = "SELECT \(ClientRows.columns) FROM clients WHERE tenant_id = $1 ORDER BY created_at, client_id"
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key]) { try ClientRows.read(&$0, in: scope).client }
        }
    }

    func update(_ client: Client) async throws -> Bool {
        let sql = """
            UPDATE clients SET document = $3, secret_key_id = $4, secret = $5, additional_secrets_key_id = $6,
                additional_secrets = $7
            WHERE tenant_id = $1 AND client_id = $2
            """
        let arguments = try key(client.clientID) + ClientRows.values(client, in: scope)
        return try await scope.configure { try $0.execute(sql, arguments) == 1 }
    }

    func delete(_ clientID: String) async throws -> Bool {
        let sql = "DELETE FROM clients WHERE tenant_id = $1 AND client_id = $2"
        return try await scope.configure { [scope] connection in
            guard try connection.execute(sql, [scope.key, .text(clientID)]) == 1 else { return false }
            try ClientRows.deleteDependents(of: clientID, tenant: scope.key, on: connection)
            return true
        }
    }

    /// Whether it was used before is in memory beside the client, so that only the first use writes.
    func noteUse(of clientID: String, at now: Timestamp) async throws {
        guard try await known(clientID)?.isUnused == true else { return }
        let sql = "UPDATE clients SET unused_until = NULL WHERE tenant_id = $1 AND client_id = $2 AND unused_until IS NOT NULL"
        let arguments = key(clientID)
        try await scope.configure { _ = try $0.execute(sql, arguments) }
    }

    private func key(_ clientID: String) -> [SQLValue] { [scope.key, .text(clientID)] }
}

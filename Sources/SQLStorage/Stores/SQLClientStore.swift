import OAuthProtocol
import Storage

struct SQLClientStore: ClientStore {
    let scope: TenantScope

    func insert(_ client: Client) async throws {
        let sql = """
            INSERT INTO clients (tenant_id, client_id, document, secret_key_id, secret, created_at)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """
        let arguments = try key(client) + document(client) + [.time(client.createdAt)]
        try await scope.configure { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "client_id") }
        }
    }

    func find(_ clientID: String) async throws -> Client? {
        let sql = """
            SELECT client_id, document, secret_key_id, secret FROM clients WHERE tenant_id = $1 AND client_id = $2
            """
        return try await scope.caches.clients.value(for: ExactString(clientID)) {
            try await scope.database.read { [self] connection in
                try connection.first(sql, [scope.key, .text(clientID)]) { try read(&$0) }
            }
        }
    }

    func list() async throws -> [Client] {
        let sql = """
            SELECT client_id, document, secret_key_id, secret FROM clients WHERE tenant_id = $1
            ORDER BY created_at, client_id
            """
        return try await scope.database.read { [self] connection in
            try connection.query(sql, [scope.key]) { try read(&$0) }
        }
    }

    func update(_ client: Client) async throws -> Bool {
        let sql = """
            UPDATE clients SET document = $3, secret_key_id = $4, secret = $5 WHERE tenant_id = $1 AND client_id = $2
            """
        let arguments = try key(client) + document(client)
        return try await scope.configure { try $0.execute(sql, arguments) == 1 }
    }

    func delete(_ clientID: String) async throws -> Bool {
        let tables = ["client_grants", "consents", "authorization_codes", "refresh_token_families"]
        let arguments: [SQLValue] = [scope.key, .text(clientID)]
        return try await scope.configure { connection in
            let deletion = "DELETE FROM clients WHERE tenant_id = $1 AND client_id = $2"
            guard try connection.execute(deletion, arguments) == 1 else { return false }
            for table in tables {
                _ = try connection.execute("DELETE FROM \(table) WHERE tenant_id = $1 AND client_id = $2", arguments)
            }
            return true
        }
    }

    private func key(_ client: Client) -> [SQLValue] { [scope.key, .text(client.clientID)] }

    /// The document, and the secret sealed for this row.
    private func document(_ client: Client) throws -> [SQLValue] {
        let context = scope.sealingContext("clients", client.clientID)
        let sealed = try client.clientSecret.map { secret in
            try scope.masterKeys.seal(SecretBytes(Array(secret.revealed.utf8)), context: context)
        }
        return [try Document.encode(client), .optional(text: sealed?.keyID), .optional(blob: sealed?.bytes)]
    }

    private func read(_ columns: inout ColumnReader) throws -> Client {
        let clientID = try columns.text()
        var client = try Document.decode(Client.self, from: try columns.text())
        if let keyID = try columns.optionalText(), let bytes = try columns.optionalBlob() {
            let sealed = SealedValue(keyID: keyID, bytes: bytes)
            let plain = try scope.masterKeys.open(sealed, context: scope.sealingContext("clients", clientID))
            client.clientSecret = SecretString(String(decoding: plain.revealed, as: UTF8.self))
        }
        return client
    }
}

import OAuthProtocol
import Storage

struct SQLTenantSecretStore: TenantSecretStore {
    let scope: TenantScope

    func secret(_ name: String, orInsert candidate: SecretBytes) async throws -> SecretBytes {
        if let known = try await scope.caches.secrets.value(for: ExactString(name), load: { try await find(name) }) {
            return known
        }
        return try await insert(candidate, named: name)
    }

    private func find(_ name: String) async throws -> SecretBytes? {
        try await scope.database.read { [scope] in try Self.find(name, in: scope, on: $0) }
    }

    /// A second insertion waits for the first one's commit, changes nothing and then reads what the first one inserted.
    private func insert(_ candidate: SecretBytes, named name: String) async throws -> SecretBytes {
        let sql = """
            INSERT INTO tenant_secrets (tenant_id, name, secret_key_id, secret) VALUES ($1, $2, $3, $4)
            ON CONFLICT DO NOTHING
            """
        let row = try [scope.key, .text(name)] + scope.sealed(candidate, for: "tenant_secrets", name)
        return try await scope.configure { [scope] connection in
            _ = try connection.execute(sql, row)
            return try Self.find(name, in: scope, on: connection) ?? candidate
        }
    }

    private static func find(_ name: String, in scope: TenantScope, on connection: any SQLConnection) throws -> SecretBytes? {
        let sql = "SELECT secret_key_id, secret FROM tenant_secrets WHERE tenant_id = $1 AND name = $2"
        return try connection.first(sql, [scope.key, .text(name)]) {
            try scope.opened(&$0, from: "tenant_secrets", name)
        } ?? nil
    }
}

import OAuthProtocol
import Storage

/// A lease is a `leased_until` in the future: when whoever has it does not come back, the next may try.
struct SQLFederatedTokenStore: FederatedTokenStore {
    let scope: TenantScope

    private static let key = "tenant_id = $1 AND user_id = $2 AND connection_name = $3 AND account = $4"
    /// The set as it was read.
    private static let unchanged = "\(key) AND revision = $5"

    func put(_ tokens: FederatedTokens) async throws {
        let sql = """
            INSERT INTO federated_tokens AS old (tenant_id, \(FederatedTokenRows.columns), sweep_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            ON CONFLICT (tenant_id, user_id, connection_name, account) DO UPDATE
            SET access_token_key_id = excluded.access_token_key_id, access_token = excluded.access_token,
                access_expires_at = excluded.access_expires_at, refresh_token_key_id = excluded.refresh_token_key_id,
                refresh_token = excluded.refresh_token, scope = excluded.scope, revision = old.revision + 1,
                leased_until = NULL, updated_at = excluded.updated_at, sweep_at = excluded.sweep_at
            """
        let arguments = FederatedTokenRows.key(tokens.key, in: scope) + (try FederatedTokenRows.content(tokens, in: scope)) + [
            .integer(tokens.revision), .time(tokens.createdAt), .time(tokens.updatedAt), FederatedTokenRows.sweepTime(tokens),
        ]
        try await scope.database.write { _ = try $0.execute(sql, arguments) }
    }

    func list(of userID: String, at connection: String) async throws -> [FederatedTokens] {
        let sql = """
            SELECT \(FederatedTokenRows.columns) FROM federated_tokens
            WHERE tenant_id = $1 AND user_id = $2 AND connection_name = $3 ORDER BY created_at, account
            """
        return try await scope.database.read { [scope] database in
            try database.query(sql, [scope.key, .text(userID), .text(connection)]) {
                try FederatedTokenRows.read(&$0, in: scope)
            }
        }
    }

    func lease(_ tokens: FederatedTokens, until leaseEnd: Timestamp, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE federated_tokens SET leased_until = $6
            WHERE \(Self.unchanged) AND (leased_until IS NULL OR leased_until <= $7)
            """
        return try await change(tokens, sql, [.time(leaseEnd), .time(now)])
    }

    func release(_ tokens: FederatedTokens) async throws {
        _ = try await change(tokens, "UPDATE federated_tokens SET leased_until = NULL WHERE \(Self.unchanged)", [])
    }

    func renew(_ renewed: FederatedTokens, recording event: LogEvent) async throws -> Bool {
        let sql = """
            UPDATE federated_tokens SET access_token_key_id = $6, access_token = $7, access_expires_at = $8,
                refresh_token_key_id = $9, refresh_token = $10, scope = $11, updated_at = $12, sweep_at = $13,
                revision = revision + 1, leased_until = NULL
            WHERE \(Self.unchanged)
            """
        let content = try FederatedTokenRows.content(renewed, in: scope)
        return try await change(
            renewed, sql, content + [.time(renewed.updatedAt), FederatedTokenRows.sweepTime(renewed)], recording: event)
    }

    func forget(_ tokens: FederatedTokens) async throws -> Bool {
        try await change(tokens, "DELETE FROM federated_tokens WHERE \(Self.unchanged)", [])
    }

    /// Whether the set still was as it was read.
    private func change(
        _ tokens: FederatedTokens, _ sql: String, _ more: [SQLValue], recording event: LogEvent? = nil
    ) async throws -> Bool {
        let arguments = FederatedTokenRows.key(tokens.key, in: scope) + [.integer(tokens.revision)] + more
        return try await scope.database.write { [scope] connection in
            guard try connection.execute(sql, arguments) == 1 else { return false }
            if let event { try scope.record(event, on: connection) }
            return true
        }
    }
}

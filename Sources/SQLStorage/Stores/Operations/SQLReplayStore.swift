import OAuthProtocol
import Storage

struct SQLReplayStore: ReplayStore {
    let scope: TenantScope

    /// One statement: it inserts, or takes over an expired claim, or changes nothing.
    func claim(_ key: String, until expiresAt: Timestamp, at now: Timestamp) async throws -> Bool {
        let sql = """
            INSERT INTO replays AS claim (tenant_id, key_hash, expires_at) VALUES ($1, $2, $3)
            ON CONFLICT (tenant_id, key_hash) DO UPDATE SET expires_at = excluded.expires_at WHERE claim.expires_at <= $4
            """
        let arguments: [SQLValue] = [scope.key, .hash(TokenHash(of: key)), .time(expiresAt), .time(now)]
        return try await scope.database.write { try $0.execute(sql, arguments) == 1 }
    }
}

import OAuthProtocol

/// Deletes what has expired, in batches small enough not to hold up anybody's write.
struct Sweeper: Sendable {
    let database: any Database

    /// Rows per transaction.
    static let batchSize = 1000

    /// A table, its key beside `tenant_id`, and the indexed column that tells when a row may go.
    private static let expiring: [(table: String, key: String, expiry: String)] = [
        ("sessions", "cookie_hash", "expires_at"),
        ("login_transactions", "state_hash", "expires_at"),
        ("authorization_codes", "hash", "expires_at"),
        ("refresh_token_families", "id", "sweep_at"),
        ("tickets", "hash", "expires_at"),
        ("attempt_buckets", "key_hash", "full_at"),
    ]

    /// Returns how many rows went.
    func sweep(at now: Timestamp, logRetention: Lifetime) async throws -> Int {
        var count = 0
        for (table, key, expiry) in Self.expiring {
            // The expiry is tested again outside: a row that was renewed meanwhile stays.
            let sql = """
                DELETE FROM \(table) WHERE \(expiry) <= $1 AND (tenant_id, \(key)) IN (
                    SELECT tenant_id, \(key) FROM \(table) WHERE \(expiry) <= $1 ORDER BY \(expiry) LIMIT $2)
                """
            count += try await repeated(sql, [.time(now)])
        }
        let tenants = try await database.read { try $0.query("SELECT id FROM tenants", []) { try $0.text() } }
        for tenant in tenants { count += try await sweepLogs(of: tenant, before: now - logRetention) }
        return count
    }

    /// Looks at the oldest records only, which the primary key finds; their dates follow the order of ids.
    private func sweepLogs(of tenant: String, before date: Timestamp) async throws -> Int {
        let sql = """
            DELETE FROM log_events WHERE tenant_id = $1 AND date < $2 AND id IN (
                SELECT id FROM log_events WHERE tenant_id = $1 ORDER BY id LIMIT $3)
            """
        return try await repeated(sql, [.text(tenant), .time(date)])
    }

    /// Runs the statement, with the size of a batch as its last argument, until a batch is not full.
    private func repeated(_ sql: String, _ arguments: [SQLValue]) async throws -> Int {
        var count = 0
        while true {
            try Task.checkCancellation()
            let deleted = try await database.write { try $0.execute(sql, arguments + [.count(Self.batchSize)]) }
            count += deleted
            if deleted < Self.batchSize { return count }
        }
    }
}

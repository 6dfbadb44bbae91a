import OAuthProtocol
import Storage

/// Deletes what has expired, in batches small enough not to hold up anybody's write.
struct Sweeper: Sendable {
    let database: any Database
    /// Called after clients of a tenant were deleted.
    let changed: @Sendable (TenantID) -> Void

    /// Rows per transaction.
    static let batchSize = 1000

    private struct Expiring {
        var table: String
        /// Its key beside `tenant_id`.
        var key: String
        /// The indexed column that tells when a row may go.
        var expiry = "expires_at"
        /// How long rows stay after that.
        var grace: Lifetime = 0
    }

    private static let expiring = [
        Expiring(table: "sessions", key: "cookie_hash"),
        // So that a page left open over night leads back to its application.
        Expiring(table: "login_transactions", key: "state_hash", grace: .days(1)),
        // A request that was taken up in time is used up with the answer, however long the user takes to log in.
        Expiring(table: "pushed_requests", key: "hash", grace: .hours(1)),
        // So that a code that comes again long after its use still revokes what it gave: as long as most access tokens live.
        Expiring(table: "authorization_codes", key: "hash", grace: .hours(24)),
        // So that a client that still polls is told that the time is over.
        Expiring(table: "deferred_authorizations", key: "hash", grace: .hours(1)),
        Expiring(table: "refresh_token_families", key: "id", expiry: "sweep_at"),
        Expiring(table: "tickets", key: "hash"),
        Expiring(table: "one_time_codes", key: "purpose, key_hash"),
        Expiring(table: "attempt_buckets", key: "key_hash", expiry: "full_at"),
        Expiring(table: "replays", key: "key_hash"),
        Expiring(table: "revocations", key: "key_hash"),
        Expiring(table: "deliveries", key: "id", expiry: "sweep_at"),
        Expiring(table: "federated_tokens", key: "user_id, connection_name, account", expiry: "sweep_at"),
    ]

    /// Returns how many rows went.
    func sweep(at now: Timestamp, logRetention: Lifetime) async throws -> Int {
        var count = 0
        for rows in Self.expiring { count += try await sweep(rows, at: now) }
        count += try await sweepUnusedClients(at: now)
        let tenants = try await database.read { try $0.query("SELECT id FROM tenants", []) { try $0.text() } }
        for tenant in tenants { count += try await sweepLogs(of: tenant, before: now - logRetention) }
        return count
    }

    private func sweep(_ rows: Expiring, at now: Timestamp) async throws -> Int {
        // The expiry is tested again outside: a row that was renewed meanwhile stays.
        let sql = """
            DELETE FROM \(rows.table) WHERE \(rows.expiry) <= $1 AND (tenant_id, \(rows.key)) IN (
                SELECT tenant_id, \(rows.key) FROM \(rows.table) WHERE \(rows.expiry) <= $1
                ORDER BY \(rows.expiry) LIMIT $2)
            """
        return try await repeated(sql, [.time(now - rows.grace)])
    }

    /// Clients that registered themselves and were not used in time, with all that hangs on them; each in a transaction.
    private func sweepUnusedClients(at now: Timestamp) async throws -> Int {
        let sql = "SELECT tenant_id, client_id FROM clients WHERE unused_until <= $1 ORDER BY unused_until LIMIT $2"
        var count = 0
        while true {
            try Task.checkCancellation()
            let unused = try await database.read { connection in
                try connection.query(sql, [.time(now), .count(Self.batchSize)]) { (tenant: try $0.text(), id: try $0.text()) }
            }
            for client in unused { count += try await deleteUnused(client.id, of: client.tenant, at: now) ? 1 : 0 }
            for tenant in Set(unused.map(\.tenant)).compactMap(TenantID.init) { changed(tenant) }
            if unused.count < Self.batchSize { return count }
        }
    }

    /// False when the client was used meanwhile.
    private func deleteUnused(_ clientID: String, of tenant: String, at now: Timestamp) async throws -> Bool {
        let sql = "DELETE FROM clients WHERE tenant_id = $1 AND client_id = $2 AND unused_until <= $3"
        let announce = database.dialect.announce
        return try await database.write { connection in
            guard try connection.execute(sql, [.text(tenant), .text(clientID), .time(now)]) == 1 else { return false }
            try ClientRows.deleteDependents(of: clientID, tenant: .text(tenant), on: connection)
            if let announce { try connection.forEachRow(of: announce, [.text(tenant)]) { _ in } }
            return true
        }
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

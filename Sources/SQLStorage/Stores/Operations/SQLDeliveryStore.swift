import OAuthProtocol
import Storage

/// A lease is a `next_attempt_at` in the future: when whoever has it does not come back, the delivery is due again.
struct SQLDeliveryStore: DeliveryStore {
    let scope: TenantScope

    /// How long what is over is shown to the operator, in milliseconds.
    private static let retention = Lifetime.days(7).seconds * 1000

    func insert(_ deliveries: [Delivery]) async throws {
        guard !deliveries.isEmpty else { return }
        try await scope.database.write { [scope] in try DeliveryRows.insert(deliveries, in: scope, on: $0) }
    }

    /// The rows are picked once, before the update: PostgreSQL would run a subquery in its condition again and again, and each
    /// time pick others. The condition is tested again there: what another transaction leased meanwhile is left to it.
    func lease(limit: Int, until leaseEnd: Timestamp, at now: Timestamp) async throws -> [Delivery] {
        let due = "tenant_id = $1 AND state = 'due' AND next_attempt_at <= $2"
        let sql = """
            WITH picked AS MATERIALIZED (
                SELECT id FROM deliveries WHERE \(due) ORDER BY next_attempt_at, id LIMIT $3
                \(scope.database.dialect.skippingLocked))
            UPDATE deliveries SET next_attempt_at = $4 WHERE \(due) AND id IN (SELECT id FROM picked)
            RETURNING \(DeliveryRows.columns)
            """
        let arguments: [SQLValue] = [scope.key, .time(now), .count(limit), .time(leaseEnd)]
        let leased = try await scope.database.write { [scope] connection in
            try connection.query(sql, arguments) { try DeliveryRows.read(&$0, in: scope) }.compactMap(\.self)
        }
        return leased.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    func nextDue() async throws -> Timestamp? {
        let sql = "SELECT MIN(next_attempt_at) FROM deliveries WHERE tenant_id = $1 AND state = 'due'"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key]) { try $0.optionalTime() } ?? nil
        }
    }

    func markDelivered(_ id: String, recording event: LogEvent?) async throws {
        let sql = """
            UPDATE deliveries SET state = 'delivered', attempts = attempts + 1, last_error = NULL,
                sweep_at = next_attempt_at + $3
            WHERE tenant_id = $1 AND id = $2 AND state = 'due'
            """
        try await mark(sql, [scope.key, .text(id), .integer(Self.retention)], recording: event)
    }

    func markFailed(_ id: String, error: String, nextAttemptAt: Timestamp?, recording event: LogEvent?) async throws {
        let change = nextAttemptAt == nil ? "state = 'failed', sweep_at = next_attempt_at + $4" : "next_attempt_at = $4"
        let sql = """
            UPDATE deliveries SET last_error = $3, attempts = attempts + 1, \(change)
            WHERE tenant_id = $1 AND id = $2 AND state = 'due'
            """
        let last = nextAttemptAt.map { SQLValue.time($0) } ?? .integer(Self.retention)
        try await mark(sql, [scope.key, .text(id), .text(error), last], recording: event)
    }

    /// The event is recorded only by the call that changes the delivery.
    private func mark(_ sql: String, _ arguments: [SQLValue], recording event: LogEvent?) async throws {
        try await scope.database.write { [scope] connection in
            guard try connection.execute(sql, arguments) == 1, let event else { return }
            try scope.record(event, on: connection)
        }
    }

    func list(limit: Int) async throws -> [Delivery] {
        let sql = """
            SELECT \(DeliveryRows.columns) FROM deliveries WHERE tenant_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2
            """
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key, .count(limit)]) { try DeliveryRows.read(&$0, in: scope) }.compactMap(\.self)
        }
    }
}

import OAuthProtocol
import Storage

struct SQLDeferredAuthorizationStore: DeferredAuthorizationStore {
    let scope: TenantScope

    func insert(_ authorization: DeferredAuthorization) async throws {
        _ = try await insert(authorization) { _ in true }
    }

    /// Where transactions run side by side, those for one user take turns, so that the count cannot change under them.
    func insert(_ authorization: DeferredAuthorization, ifFewerWaitThan limit: Int) async throws -> Bool {
        let sql = """
            SELECT COUNT(*) FROM deferred_authorizations
            WHERE tenant_id = $1 AND user_id = $2 AND kind = 'backchannel' AND state = 'pending' AND expires_at > $3
            """
        let userID = authorization.access.userID
        let arguments: [SQLValue] = [scope.key, .text(userID), .time(authorization.createdAt)]
        return try await insert(authorization) { [scope] connection in
            if let lock = scope.database.dialect.transactionLock {
                let number = scope.lockNumber("waiting", userID)
                try connection.forEachRow(of: lock, [.integer(number)]) { _ in }
            }
            return try connection.first(sql, arguments) { try $0.integer() } ?? 0 < Int64(limit)
        }
    }

    /// First takes the user code from those that expired with it.
    private func insert(
        _ authorization: DeferredAuthorization, if hasRoom: @escaping @Sendable (any SQLConnection) throws -> Bool
    ) async throws -> Bool {
        let release = """
            UPDATE deferred_authorizations SET holds_user_code = 0
            WHERE tenant_id = $1 AND kind = $2 AND user_code_hash = $3 AND holds_user_code = 1 AND expires_at <= $4
            """
        let held: [SQLValue] = [
            scope.key, .text(authorization.kind.rawValue), .hash(authorization.userCodeHash), .time(authorization.createdAt),
        ]
        let row = try DeferredRows.values(authorization, in: scope)
        return try await scope.database.write { connection in
            guard try hasRoom(connection) else { return false }
            _ = try connection.execute(release, held)
            guard try connection.execute(DeferredRows.insertion, row) == 1 else { throw StoreConflict(field: "user_code") }
            return true
        }
    }

    func find(_ hash: TokenHash) async throws -> DeferredAuthorization? {
        let sql = "SELECT \(DeferredRows.columns) FROM deferred_authorizations WHERE tenant_id = $1 AND hash = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .hash(hash)]) { try DeferredRows.read(&$0, in: scope) }
        }
    }

    func find(
        kind: DeferredAuthorization.Kind, userCodeHash: TokenHash, at now: Timestamp
    ) async throws -> DeferredAuthorization? {
        let sql = """
            SELECT \(DeferredRows.columns) FROM deferred_authorizations
            WHERE tenant_id = $1 AND kind = $2 AND user_code_hash = $3 AND holds_user_code = 1 AND expires_at > $4
            """
        return try await scope.database.read { [scope] connection in
            let key: [SQLValue] = [scope.key, .text(kind.rawValue), .hash(userCodeHash), .time(now)]
            return try connection.first(sql, key) { try DeferredRows.read(&$0, in: scope) }
        }
    }
}

// The decision.
extension SQLDeferredAuthorizationStore {
    private static let undecided = "tenant_id = $1 AND hash = $2 AND state = 'pending' AND expires_at > $3"

    /// The client stays who it is, whatever is granted.
    func approve(
        _ hash: TokenHash, granting access: GrantedAccess, at now: Timestamp, recording event: LogEvent,
        delivering delivery: Delivery?
    ) async throws -> Bool {
        let sql = """
            UPDATE deferred_authorizations SET state = 'approved', holds_user_code = 0, user_id = $5, audience = $6,
                scopes = $7, sid = $8, auth_time = $9, gty = $10, grant_id = $11, details = $12
            WHERE \(Self.undecided) AND client_id = $4
            """
        let granted = try GrantedAccessColumns.values(access)
        return try await decide(sql, [scope.key, .hash(hash), .time(now)] + granted, recording: event, delivering: delivery)
    }

    func deny(
        _ hash: TokenHash, at now: Timestamp, recording event: LogEvent, delivering delivery: Delivery?
    ) async throws -> Bool {
        let sql = "UPDATE deferred_authorizations SET state = 'denied', holds_user_code = 0 WHERE \(Self.undecided)"
        return try await decide(sql, [scope.key, .hash(hash), .time(now)], recording: event, delivering: delivery)
    }

    private func decide(
        _ sql: String, _ arguments: [SQLValue], recording event: LogEvent, delivering delivery: Delivery?
    ) async throws -> Bool {
        try await scope.database.write { [scope] connection in
            guard try connection.execute(sql, arguments) == 1 else { return false }
            if let delivery { try DeliveryRows.insert([delivery], in: scope, on: connection) }
            try scope.record(event, on: connection)
            return true
        }
    }
}

// The client's side.
extension SQLDeferredAuthorizationStore {
    private enum Heard: String { case pending, tooFast = "too_fast", denied, expired, spent, approved }

    /// What this poll hears is computed from the row as it was and kept in it, because a statement answers with the row as
    /// it has become. Only who waits can be too fast (RFC 8628 section 3.5: "a variant of authorization_pending").
    private static let polling = """
        UPDATE deferred_authorizations SET last_poll = CASE
                WHEN state = 'redeemed' THEN 'spent'
                WHEN state = 'denied' THEN 'denied'
                WHEN expires_at <= $3 AND expiry_reported_at IS NOT NULL THEN 'spent'
                WHEN expires_at <= $3 THEN 'expired'
                WHEN state = 'approved' THEN 'approved'
                WHEN \(isTooFast) THEN 'too_fast'
                ELSE 'pending' END,
            poll_interval = CASE WHEN state = 'pending' AND expires_at > $3 AND \(isTooFast)
                THEN poll_interval + \(DeferredPoll.slowDown.seconds)
                ELSE poll_interval END,
            expiry_reported_at = CASE WHEN expires_at <= $3 AND state IN ('pending', 'approved')
                THEN COALESCE(expiry_reported_at, $3) ELSE expiry_reported_at END,
            last_polled_at = $3
        WHERE tenant_id = $1 AND hash = $2 RETURNING \(DeferredRows.columns), last_poll
        """
    private static let isTooFast = "last_polled_at IS NOT NULL AND last_polled_at + poll_interval * 1000 > $3"

    func poll(_ hash: TokenHash, at now: Timestamp) async throws -> DeferredPoll {
        try await scope.database.write { [scope] connection in
            try connection.first(Self.polling, [scope.key, .hash(hash), .time(now)]) { columns in
                let authorization = try DeferredRows.read(&columns, in: scope)
                switch Heard(rawValue: try columns.text()) {
                case .pending: return .pending
                case .tooFast: return .tooFast(interval: authorization.interval)
                case .denied: return .denied
                case .expired: return .expired
                case .spent: return .spent
                case .approved: return .approved(authorization)
                case nil: throw SQLError.unexpectedValue(column: 0)
                }
            } ?? .missing
        }
    }

    func redeem(
        _ hash: TokenHash, issuing family: RefreshTokenFamily?, during sid: String?, at now: Timestamp, recording event: LogEvent
    ) async throws -> Bool {
        let sql = """
            UPDATE deferred_authorizations SET state = 'redeemed', family_id = $3
            WHERE tenant_id = $1 AND hash = $2 AND state = 'approved'
            """
        return try await scope.writeRevoking { [scope] connection, revoked in
            if let sid, try !SessionRows.hold(sid, at: now, in: scope, on: connection) { return false }
            let arguments: [SQLValue] = [scope.key, .hash(hash), .optional(blob: family?.id.bytes)]
            guard try connection.execute(sql, arguments) == 1 else { return false }
            if let family { try FamilyRows.insert(family, at: now, in: scope, on: connection, &revoked) }
            try scope.record(event, on: connection)
            return true
        }
    }
}

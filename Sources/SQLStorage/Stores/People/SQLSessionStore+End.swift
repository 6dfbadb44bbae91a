import OAuthProtocol
import Storage

extension SQLSessionStore {
    /// The event is recorded only by the call that ends the session.
    func end(_ cookieHash: TokenHash, recording event: LogEvent?) async throws -> BrowserSession? {
        try await scope.database.write { [scope] connection in
            let ended = try SessionEndWrite.delete(cookieHash, in: scope, on: connection)
            if ended != nil, let event { try scope.record(event, on: connection) }
            return ended
        }
    }

    func end(
        _ cookieHash: TokenHash, effects: SessionEndEffects, at now: Timestamp,
        deliveries: @escaping @Sendable (BrowserSession) throws -> [Delivery]
    ) async throws -> BrowserSession? {
        let write = SessionEndWrite(scope: scope, ending: SessionEnding(effects: effects, deliveries: deliveries), now: now)
        return try await scope.writeRevoking { [scope] connection, revoked in
            guard let ended = try SessionEndWrite.delete(cookieHash, in: scope, on: connection) else { return nil }
            try write.settle(ended, on: connection, &revoked)
            return ended
        }
    }

    /// The codes go first: an exchange that is under way is waited for, and the refresh token that it made is then seen. The
    /// refresh tokens go before the sessions for the same reason: a session that is being made from one is then seen.
    func endAll(
        of userID: String, at now: Timestamp, recording event: LogEvent,
        deliveries: @escaping @Sendable ([BrowserSession]) throws -> [Delivery]
    ) async throws -> [BrowserSession] {
        let owner: [SQLValue] = [scope.key, .text(userID)]
        return try await scope.database.write { [scope] connection in
            for unfinished in ["authorization_codes WHERE used_at IS NULL", "deferred_authorizations WHERE state = 'approved'"] {
                _ = try connection.execute("DELETE FROM \(unfinished) AND tenant_id = $1 AND user_id = $2", owner)
            }
            let deletion = """
                DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3 RETURNING \(Self.columns)
                """
            try FamilyRows.revokeAll(of: userID, at: now, in: scope, on: connection)
            let ended = try connection.query(deletion, owner + [.time(now)]) { try Self.read(&$0) }
            try DeliveryRows.insert(try deliveries(ended), in: scope, on: connection)
            try scope.record(event, on: connection)
            return ended
        }
    }
}

/// The statements that end sessions, within whatever transaction ends them.
struct SessionEndWrite: Sendable {
    let scope: TenantScope
    let ending: SessionEnding
    let now: Timestamp

    static func delete(
        _ cookieHash: TokenHash, in scope: TenantScope, on connection: any SQLConnection
    ) throws -> BrowserSession? {
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND cookie_hash = $2 RETURNING \(SQLSessionStore.columns)"
        return try connection.first(sql, [scope.key, .hash(cookieHash)]) { try SQLSessionStore.read(&$0) }
    }

    /// Ends all sessions of the user. Those that had expired take nothing along: their clients need not hear of it.
    func endAll(of userID: String, on connection: any SQLConnection, _ revoked: inout TokenRevocations) throws {
        let sql = "DELETE FROM sessions WHERE tenant_id = $1 AND user_id = $2 RETURNING \(SQLSessionStore.columns)"
        let ended = try connection.query(sql, [scope.key, .text(userID)]) { try SQLSessionStore.read(&$0) }
        // In one order for all, as always where a transaction touches several rows.
        for session in ended.sorted(by: { $0.sid.utf8.lexicographicallyPrecedes($1.sid.utf8) }) {
            guard min(session.idleExpiresAt, session.absoluteExpiresAt) > now else { continue }
            try settle(session, on: connection, &revoked)
        }
    }

    /// What hangs on a session that was just deleted.
    func settle(
        _ ended: BrowserSession, on connection: any SQLConnection, _ revoked: inout TokenRevocations
    ) throws {
        for id in try families(of: ended, on: connection) {
            _ = try FamilyRows.revoke(id, at: now, in: scope, on: connection, &revoked)
        }
        if let end = ending.effects.tokensExpireAt {
            try revoked.insert([.session(sid: ended.sid)], until: end, in: scope, on: connection)
        }
        try DeliveryRows.insert(try ending.deliveries(ended), in: scope, on: connection)
        if let event = ending.effects.event { try scope.record(event, on: connection) }
    }

    /// The families of the session that end with it, in one order for all.
    private func families(of session: BrowserSession, on connection: any SQLConnection) throws -> [[UInt8]] {
        let sql = """
            SELECT id, \(GrantedAccessColumns.names) FROM refresh_token_families
            WHERE tenant_id = $1 AND user_id = $2 AND sid = $3 AND revoked_at IS NULL ORDER BY id
            """
        let arguments: [SQLValue] = [scope.key, .text(session.userID), .text(session.sid)]
        let families = try connection.query(sql, arguments) { columns in
            (id: try columns.blob(), access: try GrantedAccessColumns.read(&columns))
        }
        return families.filter { family in
            guard family.access.details.isOnline != true, var clients = ending.effects.revokingClients else { return true }
            if session.transfer != nil { clients += ending.effects.revokingClientsIfTransferred }
            return clients.contains { $0.isExactly(family.access.clientID) }
        }.map(\.id)
    }
}

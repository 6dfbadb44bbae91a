import OAuthProtocol
import Storage

struct SQLSessionStore: SessionStore {
    let scope: TenantScope

    static let columns = """
        cookie_hash, sid, user_id, auth_time, amr, created_at, last_active_at, idle_expires_at, absolute_expires_at, address,
        user_agent, clients, browser_state, transfer_client_id, transfer_family_id
        """

    func begin(_ session: BrowserSession, replacing old: TokenHash?, recording event: LogEvent) async throws {
        try await scope.database.write { [scope] connection in
            try Self.begin(session, replacing: old, in: scope, on: connection)
            try scope.record(event, on: connection)
        }
    }

    func renew(_ old: TokenHash, as session: BrowserSession, recording event: LogEvent) async throws -> Bool {
        let deletion = "DELETE FROM sessions WHERE tenant_id = $1 AND cookie_hash = $2 AND sid = $3 AND user_id = $4"
        return try await scope.database.write { [scope] connection in
            let arguments: [SQLValue] = [scope.key, .hash(old), .text(session.sid), .text(session.userID)]
            guard try connection.execute(deletion, arguments) == 1 else { return false }
            try Self.begin(session, replacing: nil, in: scope, on: connection)
            try scope.record(event, on: connection)
            return true
        }
    }

    func begin(
        _ session: BrowserSession, from family: RefreshTokenFamilyID, replacing old: TokenHash?, recording event: LogEvent
    ) async throws -> Bool {
        try await scope.database.write { [scope] connection in
            guard try TransferRows.isRevoked(family, in: scope, on: connection) == false else { return false }
            try Self.begin(session, replacing: old, in: scope, on: connection)
            try scope.record(event, on: connection)
            return true
        }
    }

    private static func begin(
        _ session: BrowserSession, replacing old: TokenHash?, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        if let old {
            let deletion = "DELETE FROM sessions WHERE tenant_id = $1 AND cookie_hash = $2"
            _ = try connection.execute(deletion, [scope.key, .hash(old)])
        }
        try insert(session, in: scope, on: connection)
        let statistics = """
            UPDATE users SET last_login = $3, last_ip = $4, logins_count = logins_count + 1
            WHERE tenant_id = $1 AND user_id = $2
            """
        _ = try connection.execute(statistics, [
            scope.key, .text(session.userID), .time(session.createdAt), .text(session.address),
        ])
    }

    private static func insert(_ session: BrowserSession, in scope: TenantScope, on connection: any SQLConnection) throws {
        let sql = """
            INSERT INTO sessions (tenant_id, \(columns), expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17) ON CONFLICT DO NOTHING
            """
        let count = try connection.execute(sql, [
            scope.key, .hash(session.cookieHash), .text(session.sid), .text(session.userID), .time(session.authTime),
            .text(session.amr.joined(separator: " ")), .time(session.createdAt), .time(session.lastActiveAt),
            .time(session.idleExpiresAt), .time(session.absoluteExpiresAt), .text(session.address),
            .text(session.userAgent), .text(session.clients.joined(separator: " ")),
            .text(session.browserState), .optional(text: session.transfer?.clientID),
            .optional(blob: session.transfer?.familyID?.bytes),
            .time(min(session.idleExpiresAt, session.absoluteExpiresAt)),
        ])
        guard count == 1 else { throw StoreConflict(field: "sid") }
    }

    func find(_ cookieHash: TokenHash, at now: Timestamp) async throws -> BrowserSession? {
        try await find("cookie_hash", .hash(cookieHash), at: now)
    }

    func find(sid: String, at now: Timestamp) async throws -> BrowserSession? {
        try await find("sid", .text(sid), at: now)
    }

    private func find(_ column: String, _ key: SQLValue, at now: Timestamp) async throws -> BrowserSession? {
        let sql = "SELECT \(Self.columns) FROM sessions WHERE tenant_id = $1 AND \(column) = $2 AND expires_at > $3"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, key, .time(now)]) { try Self.read(&$0) }
        }
    }

    func list(of userID: String, at now: Timestamp) async throws -> [BrowserSession] {
        let sql = """
            SELECT \(Self.columns) FROM sessions WHERE tenant_id = $1 AND user_id = $2 AND expires_at > $3
            ORDER BY created_at DESC, sid
            """
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key, .text(userID), .time(now)]) { try Self.read(&$0) }
        }
    }

    /// Client ids hold no space, so a list of them with spaces around contains one if and only if it contains the words.
    func touch(_ cookieHash: TokenHash, idleExpiresAt: Timestamp, client clientID: String, at now: Timestamp) async throws {
        let sql = """
            UPDATE sessions SET last_active_at = $3,
                idle_expires_at = CASE WHEN $4 < absolute_expires_at THEN $4 ELSE absolute_expires_at END,
                expires_at = CASE WHEN $4 < absolute_expires_at THEN $4 ELSE absolute_expires_at END,
                clients = CASE WHEN clients = '' THEN $5
                    WHEN REPLACE(' ' || clients || ' ', ' ' || $5 || ' ', '') <> ' ' || clients || ' ' THEN clients
                    ELSE clients || ' ' || $5 END
            WHERE tenant_id = $1 AND cookie_hash = $2 AND expires_at > $3
            """
        try await scope.database.write { [scope] connection in
            _ = try connection.execute(sql, [
                scope.key, .hash(cookieHash), .time(now), .time(idleExpiresAt), .text(clientID),
            ])
        }
    }

    func touch(sid: String, idleExpiresAt: Timestamp, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE sessions SET last_active_at = $3,
                idle_expires_at = CASE WHEN $4 < absolute_expires_at THEN $4 ELSE absolute_expires_at END,
                expires_at = CASE WHEN $4 < absolute_expires_at THEN $4 ELSE absolute_expires_at END
            WHERE tenant_id = $1 AND sid = $2 AND expires_at > $3
            """
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .text(sid), .time(now), .time(idleExpiresAt)]) == 1
        }
    }

    static func read(_ columns: inout ColumnReader) throws -> BrowserSession {
        let (hash, sid, userID) = (try columns.hash(), try columns.text(), try columns.text())
        let (authTime, amr) = (try columns.time(), try columns.words())
        let (createdAt, lastActiveAt, idle) = (try columns.time(), try columns.time(), try columns.time())
        var session = BrowserSession(
            cookieHash: hash, sid: sid, userID: userID, authTime: authTime, idleExpiresAt: idle,
            absoluteExpiresAt: try columns.time())
        (session.amr, session.createdAt, session.lastActiveAt) = (amr, createdAt, lastActiveAt)
        session.address = try columns.text()
        session.userAgent = try columns.text()
        session.clients = try columns.words()
        session.browserState = try columns.text()
        let (clientID, familyID) = (try columns.optionalText(), try columns.optionalBlob())
        session.transfer = clientID.map { SessionTransfer(clientID: $0, familyID: familyID.flatMap { .init(bytes: $0) }) }
        return session
    }
}

import OAuthProtocol
import Storage

/// Rows of `refresh_token_families`, and what several stores do with them inside a transaction.
enum FamilyRows {
    static let columns = """
        id, \(GrantedAccessColumns.names), generation, is_rotating, rotated_at, created_at, last_used_at, idle_expires_at,
        absolute_expires_at, revoked_at, seed, key_id
        """

    private static let insertion = """
        INSERT INTO refresh_token_families (tenant_id, \(columns), sweep_at, parent_id)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23)
        """

    static func read(_ columns: inout ColumnReader) throws -> RefreshTokenFamily {
        guard let id = RefreshTokenFamilyID(bytes: try columns.blob()) else { throw SQLError.unexpectedValue(column: 0) }
        let access = try GrantedAccessColumns.read(&columns)
        let (generation, isRotating, rotatedAt) = (try columns.integer(), try columns.flag(), try columns.time())
        let createdAt = try columns.time()
        let (lastUsed, idle) = (try columns.optionalTime(), try columns.optionalTime())
        let (absolute, revoked) = (try columns.optionalTime(), try columns.optionalTime())
        let seed = SecretBytes(try columns.blob())
        var family = RefreshTokenFamily(
            id: id, access: access, isRotating: isRotating, createdAt: createdAt, seed: seed, keyID: try columns.text())
        (family.generation, family.rotatedAt, family.lastUsedAt) = (generation, rotatedAt, lastUsed)
        (family.idleExpiresAt, family.absoluteExpiresAt, family.revokedAt) = (idle, absolute, revoked)
        return family
    }

    /// Inserts the family, evicting so many of the user's oldest active families with the client that the limit holds. One
    /// whose parent is revoked is revoked from the start: a revocation beats what is in flight.
    static func insert(
        _ family: RefreshTokenFamily, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection,
        _ revoked: inout TokenRevocations
    ) throws {
        try makeRoom(for: family.access, at: now, in: scope, on: connection, &revoked)
        let parent = family.access.details.transfer?.familyID
        let isOrphan = try parent.flatMap { try TransferRows.isRevoked($0, in: scope, on: connection) } ?? false
        let sweepAt = isOrphan ? sweepTime(revokedAt: now) : sweepTime(family.idleExpiresAt, family.absoluteExpiresAt)
        _ = try connection.execute(
            insertion,
            [scope.key, .blob(family.id.bytes)] + (try GrantedAccessColumns.values(family.access)) + [
                .integer(family.generation), .flag(family.isRotating), .time(family.rotatedAt), .time(family.createdAt),
                .optional(time: family.lastUsedAt), .optional(time: family.idleExpiresAt),
                .optional(time: family.absoluteExpiresAt), .optional(time: isOrphan ? now : family.revokedAt),
                .blob(family.seed.revealed), .text(family.keyID), sweepAt, .optional(blob: parent?.bytes),
            ])
    }

    /// When the row may go: at the earlier of both ends, rounded up to a whole hour.
    static func sweepTime(_ idle: Timestamp?, _ absolute: Timestamp?) -> SQLValue {
        guard let end = [idle, absolute].compactMap(\.self).min() else { return .null }
        return .integer(roundedUp(end.milliseconds))
    }

    /// A revoked row stays for a day, so that a late use of its token is still told from a forgery in the log.
    static func sweepTime(revokedAt now: Timestamp) -> SQLValue { .integer(roundedUp((now + .days(1)).milliseconds)) }

    private static func roundedUp(_ milliseconds: Int64) -> Int64 {
        let hour: Int64 = 3_600_000
        return (min(milliseconds, .max - hour) / hour + 1) * hour
    }

    /// "Active": neither revoked nor expired; `$4` is now.
    private static let active = """
        tenant_id = $1 AND user_id = $2 AND client_id = $3 AND revoked_at IS NULL
        AND (idle_expires_at IS NULL OR idle_expires_at > $4) AND (absolute_expires_at IS NULL OR absolute_expires_at > $4)
        """

    static let selectActive = "SELECT \(columns) FROM refresh_token_families WHERE \(active) ORDER BY created_at, id"

    /// Counts what the index alone can tell first: nearly every user is far below the limit. Where transactions run side
    /// by side, those that come near the limit take a lock of the user and client, so that the count cannot change under
    /// them; half the limit is far more than a user can have in flight.
    private static func makeRoom(
        for access: GrantedAccess, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection,
        _ revoked: inout TokenRevocations
    ) throws {
        let owner: [SQLValue] = [scope.key, .text(access.userID), .text(access.clientID)]
        guard try unrevoked(owner, connection) >= RefreshTokenLimits.perUserAndClient / 2 else { return }
        if let lock = scope.database.dialect.transactionLock {
            let number = scope.lockNumber(access.userID, access.clientID)
            try connection.forEachRow(of: lock, [.integer(number)]) { _ in }
        }
        guard try unrevoked(owner, connection) >= RefreshTokenLimits.perUserAndClient else { return }
        let count = try connection.first(
            "SELECT COUNT(*) FROM refresh_token_families WHERE \(active)", owner + [.time(now)]) { try $0.integer() } ?? 0
        let surplus = count - Int64(RefreshTokenLimits.perUserAndClient) + 1
        guard surplus > 0 else { return }
        let deletion = """
            DELETE FROM refresh_token_families WHERE tenant_id = $1 AND id IN (
                SELECT id FROM refresh_token_families WHERE \(active) ORDER BY created_at, id LIMIT $5) RETURNING id
            """
        let evicted = try connection.query(deletion, owner + [.time(now), .integer(surplus)]) { try $0.blob() }
        try TransferRows.end(madeFrom: evicted, at: now, in: scope, on: connection, &revoked)
    }

    private static func unrevoked(_ owner: [SQLValue], _ connection: any SQLConnection) throws -> Int64 {
        let sql = """
            SELECT COUNT(*) FROM refresh_token_families
            WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND revoked_at IS NULL
            """
        return try connection.first(sql, owner) { try $0.integer() } ?? 0
    }
}

extension FamilyRows {
    /// Revokes the family, the access tokens of its grant and what was made from it, if it was not revoked. Returns whom it was
    /// for, or nil.
    static func revoke(
        _ id: [UInt8], at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection,
        _ revoked: inout TokenRevocations
    ) throws -> ConsentKey? {
        let sql = """
            UPDATE refresh_token_families SET revoked_at = $3, sweep_at = $4
            WHERE tenant_id = $1 AND id = $2 AND revoked_at IS NULL RETURNING user_id, client_id, audience, grant_id
            """
        let arguments: [SQLValue] = [scope.key, .blob(id), .time(now), sweepTime(revokedAt: now)]
        let family = try connection.first(sql, arguments) { (key: try ConsentKey(&$0), grant: try $0.text()) }
        guard let family else { return nil }
        try revoked.insert(grants: [family.grant], at: now, in: scope, on: connection)
        try TransferRows.end(madeFrom: [id], at: now, in: scope, on: connection, &revoked)
        return family.key
    }

    /// Revokes every family of the user. The access tokens of their grants stay good.
    static func revokeAll(of userID: String, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection) throws {
        let sql = """
            UPDATE refresh_token_families SET revoked_at = $3, sweep_at = $4
            WHERE tenant_id = $1 AND user_id = $2 AND revoked_at IS NULL
            """
        _ = try connection.execute(sql, [scope.key, .text(userID), .time(now), sweepTime(revokedAt: now)])
    }

    /// How long the families of a deleted user stay to tell their clients so, at most: the contract's idle lifetime.
    private static let deletedUserRetention: Lifetime = .days(30)

    /// Revokes every family of the user, also so that none comes alive when a user of the same id is imported again. The rows
    /// go after `deletedUserRetention`, or earlier when they were to go earlier.
    static func revokeAll(
        ofDeleted userID: String, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        let sql = """
            UPDATE refresh_token_families SET revoked_at = COALESCE(revoked_at, $3),
                sweep_at = CASE WHEN sweep_at < $4 THEN sweep_at ELSE $4 END
            WHERE tenant_id = $1 AND user_id = $2
            """
        let sweepAt = SQLValue.integer(roundedUp((now + deletedUserRetention).milliseconds))
        _ = try connection.execute(sql, [scope.key, .text(userID), .time(now), sweepAt])
    }
}

/// Names a consent: an absent audience means OpenID Connect scopes alone.
struct ConsentKey: Sendable {
    var userID: String
    var clientID: String
    var audience: String?

    /// Reads `user_id, client_id, audience`.
    init(_ columns: inout ColumnReader) throws {
        (userID, clientID, audience) = (try columns.text(), try columns.text(), try columns.optionalText())
    }

    func deleteConsent(in scope: TenantScope, on connection: any SQLConnection) throws {
        let sql = "DELETE FROM consents WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND audience = $4"
        _ = try connection.execute(sql, [scope.key, .text(userID), .text(clientID), .text(audience ?? "")])
    }
}

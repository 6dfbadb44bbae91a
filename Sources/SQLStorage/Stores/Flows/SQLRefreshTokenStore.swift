import OAuthProtocol
import Storage

struct SQLRefreshTokenStore: RefreshTokenStore {
    let scope: TenantScope

    func insert(_ family: RefreshTokenFamily, recording event: LogEvent) async throws {
        try await scope.writeRevoking { [scope] connection, revoked in
            try FamilyRows.insert(family, at: family.createdAt, in: scope, on: connection, &revoked)
            try scope.record(event, on: connection)
        }
    }

    func find(_ id: RefreshTokenFamilyID) async throws -> RefreshTokenFamily? {
        let sql = "SELECT \(FamilyRows.columns) FROM refresh_token_families WHERE tenant_id = $1 AND id = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .blob(id.bytes)]) { try FamilyRows.read(&$0) }
        }
    }

    func findWithUser(_ id: RefreshTokenFamilyID) async throws -> (family: RefreshTokenFamily, user: User?)? {
        try await scope.database.read { [scope] connection in
            try connection.first(Self.selectWithUser, [scope.key, .blob(id.bytes)]) { columns in
                (family: try FamilyRows.read(&columns), user: try UserRows.readOptional(&columns))
            }
        }
    }

    private static let selectWithUser = """
        SELECT \(qualified(FamilyRows.columns, by: "f")), \(qualified(UserRows.columns, by: "u"))
        FROM refresh_token_families f
        LEFT JOIN users u ON u.tenant_id = f.tenant_id AND u.user_id = f.user_id
        WHERE f.tenant_id = $1 AND f.id = $2
        """

    private static func qualified(_ columns: String, by table: String) -> String {
        columns.split { $0 == "," || $0 == " " || $0 == "\n" }.map { "\(table).\($0)" }.joined(separator: ", ")
    }

    func active(userID: String, clientID: String, at now: Timestamp) async throws -> [RefreshTokenFamily] {
        try await scope.database.read { [scope] connection in
            let arguments: [SQLValue] = [scope.key, .text(userID), .text(clientID), .time(now)]
            return try connection.query(FamilyRows.selectActive, arguments) { try FamilyRows.read(&$0) }
        }
    }
}

// Exchange.
extension SQLRefreshTokenStore {
    func use(_ use: RefreshTokenUse, recording event: LogEvent) async throws -> Bool {
        let sql = """
            UPDATE refresh_token_families SET generation = generation + $4,
                rotated_at = CASE WHEN $4 = 1 THEN $5 ELSE rotated_at END, is_rotating = $6, last_used_at = $5,
                idle_expires_at = $7, absolute_expires_at = $8, sweep_at = $9
            WHERE tenant_id = $1 AND id = $2 AND generation = $3 AND revoked_at IS NULL
                AND (idle_expires_at IS NULL OR idle_expires_at > $5)
                AND (absolute_expires_at IS NULL OR absolute_expires_at > $5)
            """
        return try await scope.writeRevoking { [scope] connection, revoked in
            let arguments: [SQLValue] = [
                scope.key, .blob(use.id.bytes), .integer(use.expectedGeneration), .flag(use.advancesGeneration),
                .time(use.now), .flag(use.isRotating), .optional(time: use.idleExpiresAt),
                .optional(time: use.absoluteExpiresAt),
                FamilyRows.sweepTime(use.idleExpiresAt, use.absoluteExpiresAt),
            ]
            guard try connection.execute(sql, arguments) == 1 else { return false }
            if use.deletesOtherNonRotating {
                try Self.deleteOtherNonRotating(than: use.id, at: use.now, in: scope, on: connection, &revoked)
            }
            try scope.record(event, on: connection)
            return true
        }
    }

    private static func deleteOtherNonRotating(
        than id: RefreshTokenFamilyID, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection,
        _ revoked: inout TokenRevocations
    ) throws {
        let sql = """
            DELETE FROM refresh_token_families WHERE tenant_id = $1 AND id <> $2 AND is_rotating = 0
                AND user_id = $3 AND client_id = $4 AND COALESCE(audience, '') = $5 RETURNING id
            """
        guard let grant = try grant(of: id, in: scope, on: connection) else { return }
        let arguments: [SQLValue] = [
            scope.key, .blob(id.bytes), .text(grant.userID), .text(grant.clientID), .text(grant.audience ?? ""),
        ]
        let deleted = try connection.query(sql, arguments) { try $0.blob() }
        try TransferRows.end(madeFrom: deleted, at: now, in: scope, on: connection, &revoked)
    }

    private static func grant(
        of id: RefreshTokenFamilyID, in scope: TenantScope, on connection: any SQLConnection
    ) throws -> ConsentKey? {
        let sql = "SELECT user_id, client_id, audience FROM refresh_token_families WHERE tenant_id = $1 AND id = $2"
        return try connection.first(sql, [scope.key, .blob(id.bytes)]) { try ConsentKey(&$0) }
    }
}

// Revocation.
extension SQLRefreshTokenStore {
    func revokeForReuse(_ id: RefreshTokenFamilyID, at now: Timestamp, recording event: LogEvent) async throws -> Bool {
        try await scope.writeRevoking { [scope] connection, revoked in
            let grant = try FamilyRows.revoke(id.bytes, at: now, in: scope, on: connection, &revoked)
            guard let grant else { return false }
            try grant.deleteConsent(in: scope, on: connection)
            try scope.record(event, on: connection)
            return true
        }
    }

    func revoke(_ id: RefreshTokenFamilyID, at now: Timestamp, recording event: LogEvent) async throws -> Bool {
        try await scope.writeRevoking { [scope] connection, revoked in
            guard try FamilyRows.revoke(id.bytes, at: now, in: scope, on: connection, &revoked) != nil else { return false }
            try scope.record(event, on: connection)
            return true
        }
    }

    /// False, recording nothing, when every family of the grant was revoked before.
    func revokeGrant(of id: RefreshTokenFamilyID, at now: Timestamp, recording event: LogEvent) async throws -> Bool {
        let sql = """
            UPDATE refresh_token_families SET revoked_at = $5, sweep_at = $6
            WHERE tenant_id = $1 AND user_id = $2 AND client_id = $3 AND COALESCE(audience, '') = $4 AND revoked_at IS NULL
            RETURNING grant_id, id
            """
        return try await scope.writeRevoking { [scope] connection, revoked in
            guard let grant = try Self.grant(of: id, in: scope, on: connection) else { return false }
            let arguments: [SQLValue] = [
                scope.key, .text(grant.userID), .text(grant.clientID), .text(grant.audience ?? ""), .time(now),
                FamilyRows.sweepTime(revokedAt: now),
            ]
            let families = try connection.query(sql, arguments) { (grant: try $0.text(), id: try $0.blob()) }
            try revoked.insert(grants: families.map(\.grant), at: now, in: scope, on: connection)
            try TransferRows.end(madeFrom: families.map(\.id), at: now, in: scope, on: connection, &revoked)
            try grant.deleteConsent(in: scope, on: connection)
            guard !families.isEmpty else { return false }
            try scope.record(event, on: connection)
            return true
        }
    }
}

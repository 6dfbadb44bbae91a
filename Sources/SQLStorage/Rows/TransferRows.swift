import OAuthProtocol
import Storage

/// What session transfer tokens made from refresh-token families: sessions, and the families of what was issued in them.
enum TransferRows {
    /// Whether the family is revoked; `nil` when it is gone. Holds its row until the transaction ends, so that a revocation is
    /// either seen here or sees what this transaction makes from the family.
    static func isRevoked(
        _ id: RefreshTokenFamilyID, in scope: TenantScope, on connection: any SQLConnection
    ) throws -> Bool? {
        let sql = """
            UPDATE refresh_token_families SET revoked_at = revoked_at WHERE tenant_id = $1 AND id = $2
            RETURNING revoked_at
            """
        // SQLite 3.40 takes `revoked_at IS NULL` for false in a RETURNING clause, so the column itself is read.
        return try connection.first(sql, [scope.key, .blob(id.bytes)]) { try $0.optionalTime() != nil }
    }

    /// Ends what was made from families that are revoked or deleted in the same transaction.
    static func end(
        madeFrom families: [[UInt8]], at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection,
        _ revoked: inout TokenRevocations
    ) throws {
        for id in families {
            let ended = try connection.query(sessionDeletion, [scope.key, .blob(id)]) { try $0.text() }
            for sid in ended { try deleteUnfinished(of: sid, tenant: scope.key, on: connection) }
            try revoked.insert(
                ended.map { RevocationKey.session(sid: $0) }, until: now + RevocationKey.longestToken, in: scope,
                on: connection)
            let arguments: [SQLValue] = [scope.key, .blob(id), .time(now), FamilyRows.sweepTime(revokedAt: now)]
            let grants = try connection.query(familyRevocation, arguments) { try $0.text() }
            try revoked.insert(grants: grants, at: now, in: scope, on: connection)
        }
    }

    private static let sessionDeletion = """
        DELETE FROM sessions WHERE tenant_id = $1 AND transfer_family_id = $2 RETURNING sid
        """
    private static let familyRevocation = """
        UPDATE refresh_token_families SET revoked_at = $3, sweep_at = $4
        WHERE tenant_id = $1 AND parent_id = $2 AND revoked_at IS NULL RETURNING grant_id
        """

    /// What was granted in a session and not fetched yet.
    private static func deleteUnfinished(of sid: String, tenant: SQLValue, on connection: any SQLConnection) throws {
        for unfinished in ["authorization_codes WHERE used_at IS NULL", "deferred_authorizations WHERE state = 'approved'"] {
            _ = try connection.execute("DELETE FROM \(unfinished) AND tenant_id = $1 AND sid = $2", [tenant, .text(sid)])
        }
    }

    /// Deletes what was made from the families of a client that is deleted in the same transaction, before they go.
    static func deleteAll(madeBy clientID: String, tenant: SQLValue, on connection: any SQLConnection) throws {
        let families = "SELECT id FROM refresh_token_families WHERE tenant_id = $1 AND client_id = $2"
        let ending = "SELECT sid FROM sessions WHERE tenant_id = $1 AND transfer_family_id IN (\(families))"
        for sid in try connection.query(ending, [tenant, .text(clientID)], { try $0.text() }) {
            try deleteUnfinished(of: sid, tenant: tenant, on: connection)
        }
        for (table, column) in [("sessions", "transfer_family_id"), ("refresh_token_families", "parent_id")] {
            let sql = "DELETE FROM \(table) WHERE tenant_id = $1 AND \(column) IN (\(families))"
            _ = try connection.execute(sql, [tenant, .text(clientID)])
        }
    }
}

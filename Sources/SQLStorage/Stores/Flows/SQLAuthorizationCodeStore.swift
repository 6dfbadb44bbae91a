import OAuthProtocol
import Storage

struct SQLAuthorizationCodeStore: AuthorizationCodeStore {
    let scope: TenantScope

    private static let columns = """
        hash, \(GrantedAccessColumns.names), redirect_uri, nonce, code_challenge, code_challenge_method, created_at,
        expires_at, used_at, family_id, dpop_jkt
        """

    func insert(_ code: AuthorizationCode, recording event: LogEvent?) async throws {
        let sql = """
            INSERT INTO authorization_codes (tenant_id, \(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)
            ON CONFLICT DO NOTHING
            """
        try await scope.database.write { [scope] connection in
            let arguments = [scope.key, .hash(code.hash)] + (try GrantedAccessColumns.values(code.access)) + [
                .optional(text: code.redirectURI), .optional(text: code.nonce), .optional(text: code.codeChallenge),
                .optional(text: code.codeChallengeMethod), .time(code.createdAt), .time(code.expiresAt),
                .optional(time: code.usedAt), .optional(blob: code.familyID?.bytes), .optional(text: code.dpopJKT),
            ]
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "code") }
            if let event { try scope.record(event, on: connection) }
        }
    }

    func find(_ hash: TokenHash) async throws -> AuthorizationCode? {
        let sql = "SELECT \(Self.columns) FROM authorization_codes WHERE tenant_id = $1 AND hash = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .hash(hash)]) { try Self.read(&$0) }
        }
    }

    /// The conditional update comes first: it locks the row, so that a second redemption waits for the first one's commit
    /// and then sees the family to revoke.
    func redeem(
        _ hash: TokenHash, issuing family: RefreshTokenFamily?, during sid: String?, at now: Timestamp, recording event: LogEvent
    ) async throws -> Redemption {
        let sql = """
            UPDATE authorization_codes SET used_at = $3, family_id = $4
            WHERE tenant_id = $1 AND hash = $2 AND used_at IS NULL
            """
        return try await scope.writeRevoking { [scope] connection, revoked in
            if let sid, try !SessionRows.hold(sid, at: now, in: scope, on: connection) { return .sessionEnded }
            let familyID = SQLValue.optional(blob: family?.id.bytes)
            guard try connection.execute(sql, [scope.key, .hash(hash), .time(now), familyID]) == 1 else {
                return try Self.revokeIssued(by: hash, at: now, in: scope, on: connection, &revoked) ? .alreadyUsed : .missing
            }
            if let family { try FamilyRows.insert(family, at: now, in: scope, on: connection, &revoked) }
            try scope.record(event, on: connection)
            return .redeemed
        }
    }

    func revokeIssued(by hash: TokenHash, at now: Timestamp, recording event: LogEvent) async throws {
        try await scope.writeRevoking { [scope] connection, revoked in
            _ = try Self.revokeIssued(by: hash, at: now, in: scope, on: connection, &revoked)
            try scope.record(event, on: connection)
        }
    }

    /// What the first use of a code issued, as far as its row tells.
    private struct Issued {
        var family: [UInt8]?
        var consent: ConsentKey
        var grantID: String
        var usedAt: Timestamp?

        init(_ columns: inout ColumnReader) throws {
            (family, consent) = (try columns.optionalBlob(), try ConsentKey(&columns))
            (grantID, usedAt) = (try columns.text(), try columns.optionalTime())
        }

        /// The access token: by its grant, and for dialects that do not name it by what was issued in that second.
        var revocationKeys: [RevocationKey] {
            let grant = grantID.isEmpty ? [] : [RevocationKey.grant(grantID)]
            guard let usedAt else { return grant }
            return grant + [.issue(
                clientID: consent.clientID, userID: consent.userID, audience: consent.audience ?? "",
                issuedAt: usedAt.seconds)]
        }
    }

    /// False when there is no such code.
    private static func revokeIssued(
        by hash: TokenHash, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection,
        _ revoked: inout TokenRevocations
    ) throws -> Bool {
        let sql = """
            SELECT family_id, user_id, client_id, audience, grant_id, used_at FROM authorization_codes
            WHERE tenant_id = $1 AND hash = $2
            """
        guard let issued = try connection.first(sql, [scope.key, .hash(hash)], { try Issued(&$0) }) else { return false }
        if let family = issued.family { _ = try FamilyRows.revoke(family, at: now, in: scope, on: connection, &revoked) }
        try revoked.insert(
            issued.revocationKeys, until: now + RevocationKey.longestToken, in: scope, on: connection)
        try issued.consent.deleteConsent(in: scope, on: connection)
        return true
    }

    private static func read(_ columns: inout ColumnReader) throws -> AuthorizationCode {
        let (hash, access) = (try columns.hash(), try GrantedAccessColumns.read(&columns))
        let (redirectURI, nonce) = (try columns.optionalText(), try columns.optionalText())
        let (challenge, method) = (try columns.optionalText(), try columns.optionalText())
        let createdAt = try columns.time()
        var code = AuthorizationCode(hash: hash, access: access, createdAt: createdAt, expiresAt: try columns.time())
        (code.redirectURI, code.nonce) = (redirectURI, nonce)
        (code.codeChallenge, code.codeChallengeMethod) = (challenge, method)
        code.usedAt = try columns.optionalTime()
        code.familyID = try columns.optionalBlob().flatMap(RefreshTokenFamilyID.init(bytes:))
        code.dpopJKT = try columns.optionalText()
        return code
    }
}

import OAuthProtocol
import Storage

struct SQLSigningKeyStore: SigningKeyStore {
    let scope: TenantScope

    private static let columns = """
        kid, algorithm, state, private_key_id, private_key, certificate, created_at, updated_at
        """

    func list() async throws -> [SigningKeyRecord] {
        let sql = "SELECT \(Self.columns) FROM signing_keys WHERE tenant_id = $1 ORDER BY created_at DESC, kid DESC"
        return try await scope.database.read { [self] connection in
            try connection.query(sql, [scope.key]) { try read(&$0) }
        }
    }

    /// Two nodes that both find no key collide in the unique index of keys in use: the second waits for the first one's
    /// commit and then inserts nothing.
    func bootstrap(current: SigningKeyRecord, next: SigningKeyRecord) async throws -> Bool {
        let (currentRow, nextRow) = (try values(current, .current), try values(next, .next))
        return try await scope.database.write { connection in
            guard try connection.execute(Self.insertFirst, currentRow) == 1 else { return false }
            _ = try connection.execute(Self.insertion, nextRow)
            return true
        }
    }

    private static let insertFirst = """
        INSERT INTO signing_keys (tenant_id, \(columns))
        SELECT CAST($1 AS TEXT), $2, CAST($3 AS TEXT), $4, $5, $6, $7, CAST($8 AS BIGINT), CAST($9 AS BIGINT)
        WHERE NOT EXISTS (SELECT 1 FROM signing_keys WHERE tenant_id = $1 AND algorithm = $3) ON CONFLICT DO NOTHING
        """

    private static let insertion = """
        INSERT INTO signing_keys (tenant_id, \(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        """

    /// The conditional update comes first: of two rotations from one key the second finds it no longer current.
    func rotate(from current: String, newNext: SigningKeyRecord, at now: Timestamp) async throws -> Bool {
        let row = try values(newNext, .next)
        let retire = """
            UPDATE signing_keys SET state = 'previous', updated_at = $3
            WHERE tenant_id = $1 AND kid = $2 AND algorithm = $4 AND state = 'current'
            """
        let revokeOlder = """
            UPDATE signing_keys SET state = 'revoked', private_key = NULL, private_key_id = NULL, updated_at = $3
            WHERE tenant_id = $1 AND kid <> $2 AND algorithm = $4 AND state = 'previous'
            """
        let promote = """
            UPDATE signing_keys SET state = 'current', updated_at = $2
            WHERE tenant_id = $1 AND algorithm = $3 AND state = 'next'
            """
        return try await scope.database.write { [scope] connection in
            let key: [SQLValue] = [scope.key, .text(current), .time(now), .text(newNext.algorithm)]
            guard try connection.execute(retire, key) == 1 else { return false }
            _ = try connection.execute(revokeOlder, key)
            _ = try connection.execute(promote, [scope.key, .time(now), .text(newNext.algorithm)])
            _ = try connection.execute(Self.insertion, row)
            return true
        }
    }

    func revoke(_ kid: String, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE signing_keys SET state = 'revoked', private_key = NULL, private_key_id = NULL, updated_at = $3
            WHERE tenant_id = $1 AND kid = $2 AND state = 'previous'
            """
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .text(kid), .time(now)]) == 1
        }
    }

    /// The row of a key in the given state, with its private key sealed for it.
    private func values(_ key: SigningKeyRecord, _ state: SigningKeyRecord.State) throws -> [SQLValue] {
        let sealed = try scope.masterKeys.seal(key.privateKey, context: scope.sealingContext("signing_keys", key.kid))
        return [
            scope.key, .text(key.kid), .text(key.algorithm), .text(state.rawValue), .text(sealed.keyID),
            .blob(sealed.bytes), .blob(key.certificate), .time(key.createdAt), .time(key.updatedAt),
        ]
    }

    private func read(_ columns: inout ColumnReader) throws -> SigningKeyRecord {
        let (kid, algorithm, stateName) = (try columns.text(), try columns.text(), try columns.text())
        let (keyID, sealed) = (try columns.optionalText(), try columns.optionalBlob())
        let (certificate, createdAt) = (try columns.blob(), try columns.time())
        guard let state = SigningKeyRecord.State(rawValue: stateName) else { throw SQLError.unexpectedValue(column: 2) }
        var privateKey = SecretBytes([])
        if let keyID, let sealed {
            let value = SealedValue(keyID: keyID, bytes: sealed)
            privateKey = try scope.masterKeys.open(value, context: scope.sealingContext("signing_keys", kid))
        }
        var key = SigningKeyRecord(
            kid: kid, algorithm: algorithm, state: state, privateKey: privateKey, certificate: certificate,
            createdAt: createdAt)
        key.updatedAt = try columns.time()
        return key
    }
}

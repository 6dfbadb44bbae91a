import OAuthProtocol
import Storage

struct SQLAuthenticatorStore: AuthenticatorStore {
    let scope: TenantScope

    private static let columns = """
        id, user_id, kind, secret_key_id, secret, name, is_active, counter, credential_hash, credential, created_at,
        last_used_at
        """

    func insert(_ authenticator: Authenticator) async throws {
        let sql = """
            INSERT INTO authenticators (tenant_id, \(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING
            """
        let arguments = try values(authenticator)
        try await scope.database.write { [scope] connection in
            guard try connection.execute(sql, arguments) != 1 else { return }
            let byID = "SELECT 1 FROM authenticators WHERE tenant_id = $1 AND id = $2"
            let isID = try connection.exists(byID, [scope.key, .text(authenticator.id)])
            throw StoreConflict(field: isID ? "id" : "credential")
        }
    }

    func list(of userID: String) async throws -> [Authenticator] {
        let sql = "SELECT \(Self.columns) FROM authenticators WHERE tenant_id = $1 AND user_id = $2 ORDER BY created_at, id"
        return try await scope.database.read { [self] connection in
            try connection.query(sql, [scope.key, .text(userID)]) { try read(&$0) }.compactMap(\.self)
        }
    }

    func find(_ id: String) async throws -> Authenticator? { try await find("id", .text(id)) }

    func find(credentialHash: TokenHash) async throws -> Authenticator? {
        try await find("credential_hash", .hash(credentialHash))
    }

    private func find(_ column: String, _ key: SQLValue) async throws -> Authenticator? {
        let sql = "SELECT \(Self.columns) FROM authenticators WHERE tenant_id = $1 AND \(column) = $2"
        return try await scope.database.read { [self] connection in
            try connection.first(sql, [scope.key, key]) { try read(&$0) } ?? nil
        }
    }

    func use(_ id: String, counter: Int64, credential: String?, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE authenticators SET counter = $3, credential = COALESCE($4, credential), is_active = 1, last_used_at = $5
            WHERE tenant_id = $1 AND id = $2 AND (counter < $3 OR (counter = 0 AND $3 = 0))
            """
        return try await scope.database.write { [scope] connection in
            try connection.execute(
                sql, [scope.key, .text(id), .integer(counter), .optional(text: credential), .time(now)]) == 1
        }
    }

    /// Sealing the same secret twice gives different bytes, so the secret is compared here; that it still is the one which
    /// was compared is a condition of the statement.
    func replaceSecret(_ id: String, from old: SecretBytes, to new: SecretBytes, at now: Timestamp) async throws -> Bool {
        let select = "SELECT secret_key_id, secret FROM authenticators WHERE tenant_id = $1 AND id = $2"
        let sql = """
            UPDATE authenticators SET secret_key_id = $3, secret = $4, last_used_at = $5
            WHERE tenant_id = $1 AND id = $2 AND secret = $6
            """
        let replacement = try scope.sealed(new, for: "authenticators", id)
        return try await scope.database.write { [scope] connection in
            let key: [SQLValue] = [scope.key, .text(id)]
            let stored = try connection.first(select, key) { try TenantScope.sealedValue(&$0) } ?? nil
            guard let stored else { return false }
            let current = try scope.masterKeys.open(stored, context: scope.sealingContext("authenticators", id))
            guard current == old else { return false }
            return try connection.execute(sql, key + replacement + [.time(now), .blob(stored.bytes)]) == 1
        }
    }

    func delete(_ id: String, of userID: String) async throws -> Bool {
        let sql = "DELETE FROM authenticators WHERE tenant_id = $1 AND id = $2 AND user_id = $3"
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .text(id), .text(userID)]) == 1
        }
    }

    private func values(_ authenticator: Authenticator) throws -> [SQLValue] {
        let head: [SQLValue] = [
            scope.key, .text(authenticator.id), .text(authenticator.userID), .text(authenticator.kind.rawValue),
        ]
        return try head + scope.sealed(authenticator.secret, for: "authenticators", authenticator.id) + [
            .optional(text: authenticator.name), .flag(authenticator.isActive), .integer(authenticator.counter),
            .optional(blob: authenticator.credentialHash?.bytes), .optional(text: authenticator.credential),
            .time(authenticator.createdAt), .optional(time: authenticator.lastUsedAt),
        ]
    }

    /// Nil for a kind that this version of the program does not know.
    private func read(_ columns: inout ColumnReader) throws -> Authenticator? {
        let (id, userID) = (try columns.text(), try columns.text())
        let kind = Authenticator.Kind(rawValue: try columns.text())
        let secret = try scope.opened(&columns, from: "authenticators", id)
        let (name, isActive, counter) = (try columns.optionalText(), try columns.flag(), try columns.integer())
        let hash = try columns.optionalBlob().flatMap(TokenHash.init(bytes:))
        let (credential, createdAt) = (try columns.optionalText(), try columns.time())
        guard let kind else { return nil }
        var authenticator = Authenticator(id: id, userID: userID, kind: kind, createdAt: createdAt)
        (authenticator.secret, authenticator.name, authenticator.isActive) = (secret, name, isActive)
        (authenticator.counter, authenticator.credentialHash, authenticator.credential) = (counter, hash, credential)
        authenticator.lastUsedAt = try columns.optionalTime()
        return authenticator
    }
}

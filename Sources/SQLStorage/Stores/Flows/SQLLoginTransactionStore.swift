import OAuthProtocol
import Storage

struct SQLLoginTransactionStore: LoginTransactionStore {
    let scope: TenantScope

    private static let columns = """
        state_hash, browser_hash, client_id, parameters, authenticated_at, sid, consent_given_at, created_at, expires_at,
        request_uri_hash
        """

    func insert(_ transaction: LoginTransaction) async throws {
        let sql = """
            INSERT INTO login_transactions (tenant_id, \(Self.columns))
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            ON CONFLICT DO NOTHING
            """
        try await scope.database.write { [scope] connection in
            let count = try connection.execute(sql, [
                scope.key, .hash(transaction.stateHash), .hash(transaction.browserHash), .text(transaction.clientID),
                .text(transaction.parameters), .optional(time: transaction.authenticatedAt),
                .optional(text: transaction.sid), .optional(time: transaction.consentGivenAt),
                .time(transaction.createdAt), .time(transaction.expiresAt),
                .optional(blob: transaction.requestURIHash?.bytes),
            ])
            guard count == 1 else { throw StoreConflict(field: "state") }
        }
    }

    func find(_ stateHash: TokenHash, at now: Timestamp) async throws -> LoginTransaction? {
        let sql = """
            SELECT \(Self.columns) FROM login_transactions WHERE tenant_id = $1 AND state_hash = $2 AND expires_at > $3
            """
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .hash(stateHash), .time(now)]) { try Self.read(&$0) }
        }
    }

    func clientID(of stateHash: TokenHash) async throws -> String? {
        let sql = "SELECT client_id FROM login_transactions WHERE tenant_id = $1 AND state_hash = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .hash(stateHash)]) { try $0.text() }
        }
    }

    func markAuthenticated(_ stateHash: TokenHash, sid: String, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE login_transactions SET authenticated_at = $3, sid = $4
            WHERE tenant_id = $1 AND state_hash = $2 AND expires_at > $3
            """
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .hash(stateHash), .time(now), .text(sid)]) == 1
        }
    }

    func markConsented(_ stateHash: TokenHash, at now: Timestamp) async throws -> Bool {
        let sql = """
            UPDATE login_transactions SET consent_given_at = $3
            WHERE tenant_id = $1 AND state_hash = $2 AND expires_at > $3
            """
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .hash(stateHash), .time(now)]) == 1
        }
    }

    func consume(_ stateHash: TokenHash) async throws -> Bool {
        let sql = "DELETE FROM login_transactions WHERE tenant_id = $1 AND state_hash = $2"
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .hash(stateHash)]) == 1
        }
    }

    private static func read(_ columns: inout ColumnReader) throws -> LoginTransaction {
        let (stateHash, browserHash) = (try columns.hash(), try columns.hash())
        let (clientID, parameters) = (try columns.text(), try columns.text())
        let (authenticatedAt, sid) = (try columns.optionalTime(), try columns.optionalText())
        let (consentGivenAt, createdAt) = (try columns.optionalTime(), try columns.time())
        var transaction = LoginTransaction(
            stateHash: stateHash, browserHash: browserHash, clientID: clientID, parameters: parameters,
            createdAt: createdAt, expiresAt: try columns.time())
        (transaction.authenticatedAt, transaction.sid) = (authenticatedAt, sid)
        transaction.consentGivenAt = consentGivenAt
        transaction.requestURIHash = try columns.optionalBlob().flatMap(TokenHash.init(bytes:))
        return transaction
    }
}

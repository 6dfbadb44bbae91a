import OAuthProtocol
import Storage

struct SQLPushedRequestStore: PushedRequestStore {
    let scope: TenantScope

    private static let columns = "hash, client_id, parameters, dpop_jkt, created_at, expires_at, used_at"

    func insert(_ request: PushedRequest) async throws {
        let sql = """
            INSERT INTO pushed_requests (tenant_id, \(Self.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
            ON CONFLICT DO NOTHING
            """
        let arguments: [SQLValue] = [
            scope.key, .hash(request.hash), .text(request.clientID), .text(request.parameters),
            .optional(text: request.dpopJKT), .time(request.createdAt), .time(request.expiresAt),
            .optional(time: request.usedAt),
        ]
        try await scope.database.write { connection in
            guard try connection.execute(sql, arguments) == 1 else { throw StoreConflict(field: "request_uri") }
        }
    }

    func find(_ hash: TokenHash) async throws -> PushedRequest? {
        let sql = "SELECT \(Self.columns) FROM pushed_requests WHERE tenant_id = $1 AND hash = $2"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .hash(hash)]) { try Self.read(&$0) }
        }
    }

    /// Also after its expiry: a request that was taken up in time is used up when the user is done.
    func consume(_ hash: TokenHash, at now: Timestamp) async throws -> Bool {
        let sql = "UPDATE pushed_requests SET used_at = $3 WHERE tenant_id = $1 AND hash = $2 AND used_at IS NULL"
        return try await scope.database.write { [scope] connection in
            try connection.execute(sql, [scope.key, .hash(hash), .time(now)]) == 1
        }
    }

    private static func read(_ columns: inout ColumnReader) throws -> PushedRequest {
        let (hash, clientID, parameters) = (try columns.hash(), try columns.text(), try columns.text())
        let (dpopJKT, createdAt) = (try columns.optionalText(), try columns.time())
        var request = PushedRequest(
            hash: hash, clientID: clientID, parameters: parameters, createdAt: createdAt, expiresAt: try columns.time())
        (request.dpopJKT, request.usedAt) = (dpopJKT, try columns.optionalTime())
        return request
    }
}

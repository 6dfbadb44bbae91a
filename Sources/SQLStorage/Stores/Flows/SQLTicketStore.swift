import OAuthProtocol
import Storage

struct SQLTicketStore: TicketStore {
    let scope: TenantScope

    private static let columns = "hash, purpose, user_id, client_id, created_at, expires_at, used_at"

    func insert(_ ticket: Ticket) async throws {
        let sql = """
            INSERT INTO tickets (tenant_id, \(Self.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
            """
        try await scope.database.write { [scope] connection in
            let count = try connection.execute(sql, [
                scope.key, .hash(ticket.hash), .text(ticket.purpose.rawValue), .text(ticket.userID),
                .optional(text: ticket.clientID), .time(ticket.createdAt), .time(ticket.expiresAt),
                .optional(time: ticket.usedAt),
            ])
            guard count == 1 else { throw StoreConflict(field: "ticket") }
        }
    }

    /// Used tickets are found too: a page can say that the link was used.
    func find(_ hash: TokenHash, at now: Timestamp) async throws -> Ticket? {
        let sql = "SELECT \(Self.columns) FROM tickets WHERE tenant_id = $1 AND hash = $2 AND expires_at > $3"
        return try await scope.database.read { [scope] connection in
            try connection.first(sql, [scope.key, .hash(hash), .time(now)]) { try Self.read(&$0) } ?? nil
        }
    }

    func consume(_ hash: TokenHash, at now: Timestamp) async throws -> Ticket? {
        let sql = """
            UPDATE tickets SET used_at = $3
            WHERE tenant_id = $1 AND hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING \(Self.columns)
            """
        return try await scope.database.write { [scope] connection in
            try connection.first(sql, [scope.key, .hash(hash), .time(now)]) { try Self.read(&$0) } ?? nil
        }
    }

    /// Nil for a purpose that this version of the program does not know.
    private static func read(_ columns: inout ColumnReader) throws -> Ticket? {
        let (hash, purpose) = (try columns.hash(), Ticket.Purpose(rawValue: try columns.text()))
        guard let purpose else { return nil }
        let (userID, clientID, createdAt) = (try columns.text(), try columns.optionalText(), try columns.time())
        var ticket = Ticket(
            hash: hash, purpose: purpose, userID: userID, clientID: clientID, createdAt: createdAt,
            expiresAt: try columns.time())
        ticket.usedAt = try columns.optionalTime()
        return ticket
    }
}

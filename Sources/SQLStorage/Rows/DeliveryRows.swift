import OAuthProtocol
import Storage

/// Rows of `deliveries`.
enum DeliveryRows {
    static let columns = """
        id, kind, client_id, url, payload_key_id, payload, state, attempts, next_attempt_at, last_error, created_at
        """

    private static let insertion = """
        INSERT INTO deliveries (tenant_id, \(columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        ON CONFLICT DO NOTHING
        """

    /// Throws `StoreConflict("id")`.
    static func insert(_ deliveries: [Delivery], in scope: TenantScope, on connection: any SQLConnection) throws {
        for delivery in deliveries {
            let head: [SQLValue] = [
                scope.key, .text(delivery.id), .text(delivery.kind.rawValue), .text(delivery.clientID), .text(delivery.url),
            ]
            let payload = try scope.sealed(delivery.payload, for: "deliveries", delivery.id)
            let tail: [SQLValue] = [
                .text(delivery.state.rawValue), .count(delivery.attempts), .time(delivery.nextAttemptAt),
                .optional(text: delivery.lastError), .time(delivery.createdAt),
            ]
            guard try connection.execute(insertion, head + payload + tail) == 1 else { throw StoreConflict(field: "id") }
        }
    }

    /// Nil for a kind or state that this version of the program does not know.
    static func read(_ columns: inout ColumnReader, in scope: TenantScope) throws -> Delivery? {
        let (id, kind) = (try columns.text(), Delivery.Kind(rawValue: try columns.text()))
        let (clientID, url) = (try columns.text(), try columns.text())
        let payload = try scope.openedText(&columns, from: "deliveries", id)
        let (state, attempts) = (Delivery.State(rawValue: try columns.text()), try columns.integer())
        let (nextAttemptAt, lastError) = (try columns.time(), try columns.optionalText())
        guard let kind, let state, let payload else { return nil }
        var delivery = Delivery(
            id: id, kind: kind, clientID: clientID, url: url, payload: payload, createdAt: try columns.time())
        (delivery.state, delivery.attempts) = (state, Int(attempts))
        (delivery.nextAttemptAt, delivery.lastError) = (nextAttemptAt, lastError)
        return delivery
    }
}

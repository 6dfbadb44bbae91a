import OAuthProtocol
import Storage

/// Rows of `log_events`.
enum LogRows {
    private static let columns = """
        id, type, date, description, client_id, client_name, connection_name, user_id, user_name, ip, user_agent, hostname,
        audience, scope, details
        """

    static let select = "SELECT \(columns) FROM log_events WHERE tenant_id = $1"

    private static let insertion = """
        INSERT INTO log_events (tenant_id, \(columns))
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        """

    static func insert(_ event: LogEvent, id: String, tenant: SQLValue, on connection: any SQLConnection) throws {
        let details = event.details.members.isEmpty ? "{}" : event.details.serializedString
        _ = try connection.execute(insertion, [
            tenant, .text(id), .text(event.type.rawValue), .time(event.date), .optional(text: event.description),
            .optional(text: event.clientID), .optional(text: event.clientName), .optional(text: event.connection),
            .optional(text: event.userID), .optional(text: event.userName), .text(event.ip), .text(event.userAgent),
            .text(event.hostname), .optional(text: event.audience), .optional(text: event.scope), .text(details),
        ])
    }

    /// Nil for a type that this version of the program does not know.
    static func read(_ columns: inout ColumnReader) throws -> LogRecord? {
        let (id, code, date) = (try columns.text(), try columns.text(), try columns.time())
        guard let type = LogEventType(rawValue: code) else { return nil }
        var event = LogEvent(type, date: date, ip: "", userAgent: "", hostname: "")
        event.description = try columns.optionalText()
        event.clientID = try columns.optionalText()
        event.clientName = try columns.optionalText()
        event.connection = try columns.optionalText()
        event.userID = try columns.optionalText()
        event.userName = try columns.optionalText()
        event.ip = try columns.text()
        event.userAgent = try columns.text()
        event.hostname = try columns.text()
        event.audience = try columns.optionalText()
        event.scope = try columns.optionalText()
        event.details = try JSONValue.parse(Array(try columns.text().utf8)).object ?? [:]
        return LogRecord(id: id, event: event)
    }
}

/// The few places where the engines' SQL differs.
package struct Dialect: Sendable {
    /// Column type of bytes.
    package var blobType: String
    /// Column type of text that compares and sorts by bytes.
    package var textType: String
    /// What follows the closing parenthesis of a table.
    package var tableOptions: String
    /// Holds a lock of the number `$1` until the transaction ends; nil where writers exclude one another anyway.
    package var transactionLock: String?
    /// What makes a transaction the only one that migrates this schema, however long the others take.
    package var migrationLock: [String]
    /// Tells other processes that the configuration named `$1` changed, when the transaction commits; nil where they
    /// cannot be told.
    package var announce: String?
    /// Likewise for revocations of access tokens of the tenant named `$1`.
    package var announceRevocation: String?
    /// What follows a query that picks rows to update, so that it passes over rows that another transaction holds.
    package var skippingLocked: String

    package static let sqlite = Dialect(
        blobType: "BLOB", textType: "TEXT", tableOptions: "WITHOUT ROWID", transactionLock: nil, migrationLock: [],
        announce: nil, announceRevocation: nil, skippingLocked: "")

    package static let postgreSQL = Dialect(
        blobType: "BYTEA", textType: "TEXT COLLATE \"C\"", tableOptions: "",
        transactionLock: "SELECT pg_advisory_xact_lock($1)",
        migrationLock: [
            "SET LOCAL statement_timeout = 0", "SET LOCAL lock_timeout = 0",
            // "mart" in ASCII, and the schema.
            "SELECT pg_advisory_xact_lock(1835102836, hashtext(current_schema()))",
        ],
        announce: "SELECT pg_notify('martlet_configuration', $1)",
        announceRevocation: "SELECT pg_notify('martlet_revocations', $1)", skippingLocked: "FOR UPDATE SKIP LOCKED")

    /// The DDL of a migration with this engine's types: `{text}`, `{blob}`, `{table}`.
    package func spell(_ ddl: String) -> String {
        var result = ""
        var rest = Substring(ddl)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            result += rest[..<open]
            result += word(rest[rest.index(after: open)..<close])
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func word(_ name: Substring) -> String {
        switch name {
        case "text": textType
        case "blob": blobType
        case "table": tableOptions
        default: "{\(name)}"
        }
    }
}

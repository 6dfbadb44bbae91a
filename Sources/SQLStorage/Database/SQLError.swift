/// What an engine reports when a statement fails. Carries no values of rows.
package enum SQLError: Error, Sendable, Equatable {
    /// A record with the same key exists.
    case uniqueViolation
    /// A column is null or of another type than the schema says.
    case unexpectedValue(column: Int)
    /// Text with a NUL byte, which the engines would refuse or cut.
    case invalidText
    /// Any other failure: the engine's code (SQLSTATE or SQLite's extended result code) and message.
    case failed(code: String, message: String)
    /// The schema was changed by something else than this program's migrations.
    case unknownMigration(String)
}

/// The database cannot take the work now: too much waits, no connection is free in time, or it cannot be reached.
/// Nothing was changed. A client may try again (`temporarily_unavailable`).
package struct StorageUnavailable: Error, Sendable, Equatable {
    package var reason: String
    package init(_ reason: String) { self.reason = reason }
}

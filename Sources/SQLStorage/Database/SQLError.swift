/// What an engine reports when a statement fails. Carries no values of rows.
package enum SQLError: Error, Sendable, Equatable {
    /// A record with the same key exists.
    case uniqueViolation
    /// A column is null or of another type than the schema says.
    case unexpectedValue(column: Int)
    /// A column that holds a JSON object has other text.
    case invalidDocument
    /// Text with a NUL byte, which the engines would refuse or cut.
    case invalidText
    /// Any other failure: the engine's code (SQLSTATE or SQLite's extended result code) and message.
    case failed(code: String, message: String)
    /// The schema was changed by something else than this program's migrations.
    case unknownMigration(String)
}

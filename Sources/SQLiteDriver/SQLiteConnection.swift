import FoundationEssentials
import GRDB
import SQLStorage
import Storage
import Synchronization

/// `SQLConnection` over one of GRDB's connections. Statements are prepared once per connection.
struct SQLiteConnection: SQLConnection {
    let connection: GRDB.Database
    let statements: StatementTexts

    private static let noArguments = StatementArguments()

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try SQLiteFailure.translating {
            try prepared(sql, arguments).execute()
            return connection.changesCount
        }
    }

    func forEachRow(of sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        try SQLiteFailure.translating {
            let statement = try prepared(sql, arguments)
            let row = SQLiteRow(statement: statement.sqliteStatement)
            let steps = try DatabaseValue.fetchCursor(statement)
            while try steps.next() != nil { try body(row) }
        }
    }

    /// The statement with its arguments bound. They are bound one by one because building `StatementArguments` took half
    /// the time of a statement.
    private func prepared(_ sql: String, _ arguments: [SQLValue]) throws -> Statement {
        let text = statements.numbered(sql)
        guard text.parameters == arguments.count else {
            throw SQLError.failed(code: "arguments", message: "the statement takes \(text.parameters) arguments")
        }
        let statement = try connection.cachedStatement(sql: text.sql)
        // Resets the statement, and tells GRDB that we bind what it takes.
        statement.setUncheckedArguments(SQLiteConnection.noArguments)
        for (index, argument) in arguments.enumerated() {
            try SQLiteConnection.bind(argument, to: statement.sqliteStatement, at: CInt(index + 1))
        }
        return statement
    }

    /// SQLite would cut text at a NUL byte.
    private static func bind(_ value: SQLValue, to statement: SQLiteStatement, at index: CInt) throws {
        let code: CInt
        switch value {
        case .null: return
        case .integer(let number): code = number.bind(to: statement, at: index)
        case .real(let number): code = number.bind(to: statement, at: index)
        case .text(let text):
            guard !text.utf8.contains(0) else { throw SQLError.invalidText }
            code = text.bind(to: statement, at: index)
        case .blob(let bytes): code = Data(bytes).bind(to: statement, at: index)
        }
        guard code == 0 else { throw SQLError.failed(code: String(code), message: "an argument cannot be bound") }
    }
}

/// The row at which a statement stands.
struct SQLiteRow: SQLRow {
    let statement: SQLiteStatement

    private func value(_ column: Int) -> DatabaseValue.Storage {
        DatabaseValue(sqliteStatement: statement, index: CInt(column)).storage
    }

    func integer(_ column: Int) throws -> Int64? {
        switch value(column) {
        case .null: return nil
        case .int64(let number): return number
        case .double, .string, .blob: throw SQLError.unexpectedValue(column: column)
        }
    }

    func text(_ column: Int) throws -> String? {
        switch value(column) {
        case .null: return nil
        case .string(let text): return text
        case .int64, .double, .blob: throw SQLError.unexpectedValue(column: column)
        }
    }

    func blob(_ column: Int) throws -> [UInt8]? {
        switch value(column) {
        case .null: return nil
        case .blob(let bytes): return Array(bytes)
        case .int64, .double, .string: throw SQLError.unexpectedValue(column: column)
        }
    }
}

/// SQL texts as SQLite must read them: it numbers `$1`, `$2` … by order of first appearance, but `?1`, `?2` … by number.
final class StatementTexts: Sendable {
    struct Text: Sendable {
        let sql: String
        /// The greatest number of a placeholder.
        let parameters: Int
    }

    private let texts = Mutex<[String: Text]>([:])
    /// The stores have about a hundred statements.
    private static let limit = 1000

    func numbered(_ sql: String) -> Text {
        texts.withLock { texts in
            if let text = texts[sql] { return text }
            if texts.count >= StatementTexts.limit { texts.removeAll() }
            let text = StatementTexts.translate(sql)
            texts[sql] = text
            return text
        }
    }

    /// No statement of ours has a dollar sign for anything else.
    private static func translate(_ sql: String) -> Text {
        let parts = sql.utf8.split(separator: UInt8(ascii: "$"), omittingEmptySubsequences: false)
        let numbers = parts.dropFirst().map { part in
            part.prefix { (0x30...0x39).contains($0) }.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        let bytes = sql.utf8.map { $0 == UInt8(ascii: "$") ? UInt8(ascii: "?") : $0 }
        return Text(sql: String(decoding: bytes, as: UTF8.self), parameters: numbers.max() ?? 0)
    }
}

/// GRDB's errors in the words of `SQLStorage`.
enum SQLiteFailure {
    static func translating<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as DatabaseError {
            throw translated(error)
        }
    }

    /// Without the statement's arguments, which may be secret.
    static func translated(_ error: DatabaseError) -> any Error {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY:
            return SQLError.uniqueViolation
        case let code where code.primaryResultCode == .SQLITE_BUSY:
            return StorageUnavailable("another process is writing")
        case let code:
            return SQLError.failed(code: String(code.rawValue), message: error.message ?? "")
        }
    }
}

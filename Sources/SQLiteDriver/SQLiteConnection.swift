import FoundationEssentials
import GRDB
import SQLStorage
import Synchronization

/// `SQLConnection` over one of GRDB's connections. Statements are prepared once per connection.
struct SQLiteConnection: SQLConnection {
    let connection: GRDB.Database
    let statements: StatementTexts

    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int {
        try SQLiteFailure.translating {
            let statement = try connection.cachedStatement(sql: statements.numbered(sql))
            try statement.execute(arguments: SQLiteConnection.bind(arguments))
            return connection.changesCount
        }
    }

    func forEachRow(of sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {
        try SQLiteFailure.translating {
            let statement = try connection.cachedStatement(sql: statements.numbered(sql))
            let rows = try Row.fetchCursor(statement, arguments: SQLiteConnection.bind(arguments))
            while let row = try rows.next() { try body(SQLiteRow(row: row)) }
        }
    }

    private static func bind(_ arguments: [SQLValue]) throws -> StatementArguments {
        StatementArguments(try arguments.map(databaseValue))
    }

    /// SQLite would cut text at a NUL byte.
    private static func databaseValue(_ value: SQLValue) throws -> DatabaseValue {
        switch value {
        case .null: return .null
        case .integer(let number): return number.databaseValue
        case .real(let number): return number.databaseValue
        case .text(let text):
            guard !text.utf8.contains(0) else { throw SQLError.invalidText }
            return text.databaseValue
        case .blob(let bytes): return Data(bytes).databaseValue
        }
    }
}

/// A row of a running statement.
struct SQLiteRow: SQLRow {
    let row: Row

    func integer(_ column: Int) throws -> Int64? { row[column] }
    func text(_ column: Int) throws -> String? { row[column] }
    func blob(_ column: Int) throws -> [UInt8]? { (row[column] as Data?).map { Array($0) } }
}

/// SQL texts as SQLite must read them: it numbers `$1`, `$2` … by order of first appearance, but `?1`, `?2` … by number.
final class StatementTexts: Sendable {
    private let texts = Mutex<[String: String]>([:])
    /// The stores have about a hundred statements.
    private static let limit = 1000

    func numbered(_ sql: String) -> String {
        texts.withLock { texts in
            if let text = texts[sql] { return text }
            if texts.count >= StatementTexts.limit { texts.removeAll() }
            let text = StatementTexts.translate(sql)
            texts[sql] = text
            return text
        }
    }

    /// No statement of ours has a dollar sign for anything else.
    private static func translate(_ sql: String) -> String {
        String(decoding: sql.utf8.map { $0 == UInt8(ascii: "$") ? UInt8(ascii: "?") : $0 }, as: UTF8.self)
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

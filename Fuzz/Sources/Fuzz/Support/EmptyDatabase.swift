import SQLStorage

/// A database in which nothing is ever found and every change succeeds: an assertion or proof is never a replay.
struct EmptyDatabase: Database {
    var dialect: Dialect { .sqlite }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try body(Connection())
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try body(Connection())
    }

    func close() async throws {}

    private struct Connection: SQLConnection {
        func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int { 1 }
        func forEachRow(of sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws {}
    }
}

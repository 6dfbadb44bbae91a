/// An open database: SQL connections, each on a thread that may block.
///
/// Closures are synchronous, so nothing holds a connection across an `await`. A closure may run again after a deadlock
/// or a lost connection; it must not have effects beside its statements.
package protocol Database: Sendable {
    var dialect: Dialect { get }

    /// Runs one statement that does not write, without a transaction of its own. It sees every write whose `write` returned.
    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Runs the closure in a transaction, and returns after its commit is durable. When the closure throws, its changes
    /// are rolled back and the error is passed on. Throws `StorageUnavailable` when too many writes wait.
    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T

    /// Ends all connections. Work that was accepted before is finished first.
    func close() async throws
}

/// One connection, valid inside the closure that received it.
package protocol SQLConnection {
    /// Runs one statement with `$1`, `$2` … bound to the arguments, and returns the number of rows that it changed.
    func execute(_ sql: String, _ arguments: [SQLValue]) throws -> Int

    /// Runs one statement and passes each row it answers with. All rows are read, so a writing statement is complete.
    func forEachRow(of sql: String, _ arguments: [SQLValue], _ body: (any SQLRow) throws -> Void) throws
}

extension SQLConnection {
    package func execute(_ sql: String) throws { _ = try execute(sql, []) }

    /// All rows that the statement answers with.
    package func query<T>(_ sql: String, _ arguments: [SQLValue], _ read: (inout ColumnReader) throws -> T) throws -> [T] {
        var rows: [T] = []
        try forEachRow(of: sql, arguments) { row in
            var columns = ColumnReader(row)
            rows.append(try read(&columns))
        }
        return rows
    }

    /// The first row that the statement answers with.
    package func first<T>(_ sql: String, _ arguments: [SQLValue], _ read: (inout ColumnReader) throws -> T) throws -> T? {
        var first: T?
        try forEachRow(of: sql, arguments) { row in
            guard first == nil else { return }
            var columns = ColumnReader(row)
            first = try read(&columns)
        }
        return first
    }

    /// Whether the statement answers with a row.
    package func exists(_ sql: String, _ arguments: [SQLValue]) throws -> Bool {
        var found = false
        try forEachRow(of: sql, arguments) { _ in found = true }
        return found
    }
}

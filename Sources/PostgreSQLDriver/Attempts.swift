import SQLStorage
import Storage

/// When a closure runs again: after a deadlock, and after a connection that was lost before the commit was sent.
enum Attempts {
    private static let limit = 3

    static func read<T>(on connection: PostgreSQLConnection, _ body: (any SQLConnection) throws -> T) throws -> T {
        try repeated { last in
            do {
                return .value(try body(connection))
            } catch let error as PostgreSQLFailure where !last && error == .connectionLost {
                return .again
            }
        }
    }

    static func write<T>(on connection: PostgreSQLConnection, _ body: (any SQLConnection) throws -> T) throws -> T {
        try repeated { last in
            do {
                let value = try transaction(on: connection, body)
                return .value(value)
            } catch let error as PostgreSQLFailure where !last && error != .commitUnknown {
                return .again
            }
        }
    }

    private enum Step<T> {
        case value(T)
        case again
    }

    private static func repeated<T>(_ step: (_ isLast: Bool) throws -> Step<T>) throws -> T {
        do {
            for attempt in 1...limit {
                if case .value(let value) = try step(attempt == limit) { return value }
            }
        } catch let failure as PostgreSQLFailure {
            throw failure.reported
        }
        throw StorageUnavailable("the database is overloaded")
    }

    private static func transaction<T>(
        on connection: PostgreSQLConnection, _ body: (any SQLConnection) throws -> T
    ) throws -> T {
        try connection.command("BEGIN")
        let value: T
        do {
            value = try body(connection)
        } catch {
            connection.rollBack()
            throw error
        }
        do {
            try connection.command("COMMIT")
        } catch PostgreSQLFailure.connectionLost {
            throw PostgreSQLFailure.commitUnknown
        }
        return value
    }
}

/// Failures that the pool may answer by trying again.
enum PostgreSQLFailure: Error, Equatable {
    /// The connection broke; nothing was committed.
    case connectionLost
    /// The server chose this transaction to end a deadlock, or could not serialize it.
    case deadlock
    /// The connection broke while the commit was under way: it may have happened or not.
    case commitUnknown

    /// What the caller of the pool sees.
    var reported: any Error {
        switch self {
        case .connectionLost: StorageUnavailable("the database cannot be reached")
        case .deadlock: StorageUnavailable("the database is overloaded")
        case .commitUnknown: SQLError.failed(code: "08007", message: "the connection broke during a commit")
        }
    }
}

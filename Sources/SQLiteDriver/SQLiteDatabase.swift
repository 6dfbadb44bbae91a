import GRDB
import SQLStorage

/// `Database` over GRDB's connections.
///
/// Reads run on the caller's thread: a reader of the write-ahead log waits for nobody, a statement takes microseconds,
/// and two changes of thread would cost more than it does. Writes go to the writer's own thread, since a commit waits
/// for the disk.
struct SQLiteDatabase: SQLStorage.Database {
    let dialect = Dialect.sqlite
    let connections: any DatabaseWriter
    private let writer: GroupCommitWriter
    private let statements = StatementTexts()

    static func open(_ location: SQLiteLocation, _ settings: SQLiteConfiguration) throws -> SQLiteDatabase {
        try SQLiteDatabase(connections: SQLiteEngine.connect(location, settings), settings)
    }

    private init(connections: any DatabaseWriter, _ settings: SQLiteConfiguration) throws {
        self.connections = connections
        writer = GroupCommitWriter(connections: connections, statements: statements, limit: settings.writeQueueLimit)
    }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try readNow(body)
    }

    private func readNow<T>(_ body: (any SQLConnection) throws -> T) throws -> T {
        try SQLiteFailure.translating {
            try connections.unsafeRead { try body(SQLiteConnection(connection: $0, statements: statements)) }
        }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await writer.write(body)
    }

    func close() async throws {
        await writer.finish()
        // GRDB closes its readers last, and a connection that only reads leaves the log behind. Another process that reads
        // just now may keep it, which loses nothing.
        try? await connections.writeWithoutTransaction { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try connections.close()
    }
}

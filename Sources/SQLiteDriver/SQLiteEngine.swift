import FoundationEssentials
import GRDB
import SQLStorage
package import Storage

package enum SQLiteLocation: Sendable, Equatable {
    /// Gone when the engine is.
    case memory
    /// Made when missing, readable by its owner only. The folder must exist.
    case file(String)
}

package struct SQLiteConfiguration: Sendable {
    /// Seconds that a statement waits for another process's write.
    package var busyTimeout = 5.0
    /// Writes that may wait for the writer; more are refused with `StorageUnavailable`.
    package var writeQueueLimit = 10_000
    /// Connections that read at once. Reads run on the callers' threads, of which Swift has one for each core.
    package var readers = max(2, ProcessInfo.processInfo.activeProcessorCount)
    /// Pages that each connection keeps. What it lacks it reads from the system's cache, which all connections share.
    package var cacheKilobytes = 1000
    /// Pages of the write-ahead log after which it is copied into the database.
    package var pagesPerCheckpoint = 4000

    package init() {}
}

/// The embedded engine: one process writes most of the time, others (commands) may write in between.
package enum SQLiteEngine {
    /// Opens without migrating. Throws when the file cannot be opened or cannot be made durable.
    package static func open(
        _ location: SQLiteLocation, masterKeys: MasterKeyRing, configuration: SQLiteConfiguration = SQLiteConfiguration()
    ) async throws -> any StorageEngine {
        let database = try SQLiteDatabase.open(location, configuration)
        return SQLStorageEngine(database: database, masterKeys: masterKeys, logSettling: .zero)
    }

    /// An open pool or queue of connections.
    static func connect(_ location: SQLiteLocation, _ settings: SQLiteConfiguration) throws -> any DatabaseWriter {
        var configuration = GRDB.Configuration()
        configuration.busyMode = .timeout(settings.busyTimeout)
        configuration.maximumReaderCount = settings.readers
        configuration.foreignKeysEnabled = false
        let pages = "PRAGMA cache_size = -\(settings.cacheKilobytes)"
        configuration.prepareDatabase { try $0.execute(sql: pages) }
        switch location {
        case .memory:
            return try DatabaseQueue(configuration: configuration)
        case .file(let path):
            try PrivateFile.create(path)
            let pool = try DatabasePool(path: path, configuration: configuration)
            try makeDurable(pool, settings)
            return pool
        }
    }

    /// GRDB opens pools with `synchronous=NORMAL`, which loses commits in a power failure.
    private static func makeDurable(_ pool: DatabasePool, _ settings: SQLiteConfiguration) throws {
        let level = try pool.writeWithoutTransaction { connection in
            try connection.execute(sql: "PRAGMA synchronous = FULL")
            try connection.execute(sql: "PRAGMA wal_autocheckpoint = \(settings.pagesPerCheckpoint)")
            return try Int.fetchOne(connection, sql: "PRAGMA synchronous")
        }
        guard level == 2 else { throw SQLError.failed(code: "synchronous", message: "the database file cannot be made durable") }
    }
}

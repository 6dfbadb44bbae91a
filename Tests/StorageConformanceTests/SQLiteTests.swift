import Dispatch
import SQLiteDriver
import SQLStorage
import Storage
import Testing
import TestSupport

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

@Suite struct SQLiteTests {
    @Test("the writer of a file waits for the disk: synchronous reads back as FULL, in WAL mode")
    func durable() async throws {
        try await Backend.sqliteFile.withFreshStorage { storage in
            let settings = try await storage.engine.database.write { connection in
                (try connection.first("PRAGMA synchronous", []) { try $0.integer() },
                 try connection.first("PRAGMA journal_mode", []) { try $0.text() })
            }
            #expect(settings.0 == 2)
            #expect(settings.1 == "wal")
        }
    }

    @Test("only the owner can read the files")
    func privateFiles() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        let path = folder.path + "/a.db"
        let engine = try await SQLiteEngine.open(.file(path), masterKeys: TestDatabase.masterKeys)
        _ = try await engine.migrate()
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            #expect(stat(path + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600, "\(suffix)")
        }
        try await engine.close()
    }

    @Test("a file in a folder that is missing is an error")
    func missingFolder() async throws {
        await #expect(throws: SQLError.self) {
            _ = try await SQLiteEngine.open(.file("/nonexistent/folder/a.db"), masterKeys: TestDatabase.masterKeys)
        }
    }

    @Test("what was written is there after reopening")
    func reopening() async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            for run in 0..<2 {
                let engine = try await database.open()
                _ = try await engine.migrate()
                let clients = engine.stores(for: .default).clients
                if run == 0 { try await clients.insert(client()) }
                #expect(try await clients.find("client1") == client())
                try await engine.close()
            }
        }
    }

    @Test("two engines of one file write at once without errors, as server and command do")
    func twoWriters() async throws {
        try await Backend.sqliteFile.withFreshStorage { storage in
            let other = try await storage.database.open()
            let logs = [storage.stores.logs, other.stores(for: .default).logs]
            _ = try await concurrently(100) { try await logs[$0 % 2].record(event()) }
            #expect(try await storage.stores.logs.list(after: nil, limit: 1000).count == 100)
            try await other.close()
        }
    }

    /// An engine of a file whose queue takes `limit` writes, with its writer held up until all writes of the body but those
    /// within the limit were refused. `body` gets the database and the number of a write.
    private func held(
        limit: Int, writes: Int, _ body: @escaping @Sendable (any SQLStorage.Database, Int) async throws -> Bool
    ) async throws -> (outcomes: [Bool], rows: Int64) {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = SQLiteConfiguration()
        settings.writeQueueLimit = limit
        let opened = try await SQLiteEngine.open(
            .file(folder.path + "/a.db"), masterKeys: TestDatabase.masterKeys, configuration: settings)
        let database = try #require(opened as? SQLStorageEngine).database
        try await database.write { try $0.execute("CREATE TABLE items (id BIGINT PRIMARY KEY)") }
        let gate = DispatchSemaphore(value: 0)
        let refused = Counter()
        await withCheckedContinuation { started in
            Task {
                try await database.write { _ in
                    started.resume()
                    gate.wait()
                }
            }
        }
        let outcomes = try await concurrently(writes) { number in
            do {
                return try await body(database, number)
            } catch is StorageUnavailable {
                if refused.next() == writes - limit { gate.signal() }
                return false
            }
        }
        let rows = try await database.read { try $0.first("SELECT COUNT(*) FROM items", []) { try $0.integer() } }
        try await opened.close()
        return (outcomes, rows ?? -1)
    }

    @Test("writes beyond the queue are refused, and those within are done")
    func boundedQueue() async throws {
        let (outcomes, rows) = try await held(limit: 5, writes: 20) { database, number in
            try await database.write { try $0.execute("INSERT INTO items (id) VALUES ($1)", [.count(number)]) == 1 }
        }
        #expect(outcomes.count(where: \.self) == 5)
        #expect(rows == 5)
    }

    @Test("of writes that are committed together those that throw roll back alone")
    func groupCommit() async throws {
        struct Refused: Error {}
        let (outcomes, rows) = try await held(limit: 30, writes: 31) { database, number in
            do {
                try await database.write { connection in
                    _ = try connection.execute("INSERT INTO items (id) VALUES ($1)", [.count(number)])
                    if number % 2 == 0 { throw Refused() }
                }
                return true
            } catch is Refused {
                return false
            }
        }
        // One of the 31 was refused by the full queue; the other 30 were one group.
        #expect(rows == Int64(outcomes.count(where: \.self)))
        #expect((14...15).contains(rows))
    }
}

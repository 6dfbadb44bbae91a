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

    @Test("writes beyond the queue are refused, and those within are done")
    func boundedQueue() async throws {
        let folder = try TemporaryFolder()
        defer { folder.remove() }
        var settings = SQLiteConfiguration()
        settings.writeQueueLimit = 5
        let opened = try await SQLiteEngine.open(
            .file(folder.path + "/a.db"), masterKeys: TestDatabase.masterKeys, configuration: settings)
        let engine = try #require(opened as? SQLStorageEngine)
        _ = try await engine.migrate()
        let logs = engine.stores(for: .default).logs
        let done = try await concurrently(2000) { _ in
            do {
                try await logs.record(event())
                return true
            } catch is StorageUnavailable {
                return false
            }
        }
        #expect(try await logs.latest(limit: 5000).count == done.count(where: \.self))
        #expect(done.contains(true))
        try await engine.close()
    }
}

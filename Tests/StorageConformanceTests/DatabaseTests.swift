import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct DatabaseTests {
    private struct Refused: Error, Equatable { var number: Int }

    private func withTable(_ backend: Backend, _ body: (TestStorage) async throws -> Void) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.engine.database.write { connection in
                try connection.execute("CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT)")
            }
            try await body(storage)
        }
    }

    @Test("a write that throws among many rolls back alone and gets its own error", arguments: Backend.available)
    func failingWrite(_ backend: Backend) async throws {
        try await withTable(backend) { storage in
            let database = storage.engine.database
            let failures = try await concurrently(200) { number in
                do {
                    try await database.write { connection in
                        _ = try connection.execute("INSERT INTO items (id) VALUES ($1)", [.count(number)])
                        if number % 3 == 0 { throw Refused(number: number) }
                        if number % 3 == 1 { _ = try connection.execute("INSERT INTO items (id) VALUES ($1)", [.count(number)]) }
                    }
                    return true
                } catch let error as Refused {
                    return error != Refused(number: number)
                } catch SQLError.uniqueViolation {
                    return number % 3 != 1
                }
            }
            #expect(failures.count(where: \.self) == 66, "each third succeeds, and every error is its own")
            #expect(try await storage.number("SELECT COUNT(*) FROM items") == 66)
            #expect(try await storage.number("SELECT COUNT(*) FROM items WHERE id % 3 = 2") == 66)
        }
    }

    @Test("a write is seen by a read that begins after it returned", arguments: Backend.available)
    func readYourWrites(_ backend: Backend) async throws {
        try await withTable(backend) { storage in
            let seen = try await concurrently(50) { number in
                try await storage.engine.database.write { connection in
                    _ = try connection.execute("INSERT INTO items (id) VALUES ($1)", [.count(number)])
                }
                return try await storage.number("SELECT COUNT(*) FROM items WHERE id = $1", [.count(number)])
            }
            #expect(seen == Array(repeating: 1, count: 50))
        }
    }

    @Test("placeholders mean their numbers, not their order of appearance", arguments: Backend.available)
    func placeholders(_ backend: Backend) async throws {
        try await withTable(backend) { storage in
            let row = try await storage.engine.database.read { connection in
                try connection.first(
                    "SELECT CAST($2 AS TEXT), CAST($1 AS BIGINT), CAST($2 AS TEXT), CAST($3 AS TEXT)",
                    [.integer(7), .text("two"), .null]
                ) { (try $0.text(), try $0.integer(), try $0.text(), try $0.optionalText()) }
            }
            #expect(row?.0 == "two" && row?.1 == 7 && row?.2 == "two" && row?.3 == nil)
        }
    }

    @Test("text keeps its bytes, and text with a NUL is refused rather than cut", arguments: Backend.available)
    func text(_ backend: Backend) async throws {
        try await withTable(backend) { storage in
            let database = storage.engine.database
            for text in ["", "caf\u{e9}", "cafe\u{301}", "\u{1F600}'\"\\$1?1%"] {
                try await database.write { connection in
                    try connection.execute("DELETE FROM items")
                    _ = try connection.execute("INSERT INTO items (id, name) VALUES (1, $1)", [.text(text)])
                }
                let read = try await database.read { try $0.first("SELECT name FROM items", []) { try $0.text() } }
                #expect(read.map { Array($0.utf8) } == Array(text.utf8))
            }
            await #expect(throws: SQLError.invalidText) {
                _ = try await database.read { try $0.exists("SELECT 1 FROM items WHERE name = $1", [.text("a\u{0}b")]) }
            }
        }
    }

    @Test("a closed database refuses work", arguments: Backend.available)
    func closed(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engine = try await database.open()
            try await engine.close()
            await #expect(throws: StorageUnavailable.self) { try await engine.database.write { try $0.execute("SELECT 1") } }
            await #expect(throws: (any Error).self) { try await engine.ping() }
        }
    }

    @Test("a changed configuration reaches other engines of the database", arguments: Backend.shared)
    func otherNodes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let clients = other.stores(for: .default).clients
            #expect(try await clients.find("client1") == nil)
            try await storage.stores.clients.insert(client())
            let deadline = ContinuousClock.now + .seconds(20)
            var found: Client?
            while found == nil, ContinuousClock.now < deadline {
                found = try await clients.find("client1")
                await Task.yield()
            }
            #expect(found == client())
            try await other.close()
        }
    }
}

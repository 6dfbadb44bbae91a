import PostgreSQLDriver
import SQLStorage
import Storage
import Testing
import TestSupport

/// What only a server can do to us. Runs on PostgreSQL when there is one.
@Suite struct PostgreSQLTests {
    private static let backends = Backend.available.filter { $0 == .postgreSQL }

    @Test("a broken connection is replaced, and the work on it is done", arguments: backends)
    func reconnects(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.clients.insert(client())
            let other = try await storage.database.open()
            try await other.database.write { connection in
                try connection.forEachRow(of: """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE pid <> pg_backend_pid() AND application_name = 'martlet' AND usename = current_user
                        AND query LIKE '%' || current_schema() || '%'
                    """, []) { _ in }
            }
            try await other.close()
            _ = try await concurrently(20) { _ in try await storage.stores.logs.record(event()) }
            #expect(try await storage.stores.logs.latest(limit: 99).count == 20)
        }
    }

    @Test("a server that does not answer is unavailable, not an endless wait", arguments: backends)
    func unreachable(_ backend: Backend) async throws {
        await #expect(throws: StorageUnavailable.self) {
            _ = try await PostgreSQLEngine.open(
                url: "postgres://nobody@127.0.0.1:1/none", masterKeys: TestDatabase.masterKeys)
        }
    }

    @Test("work that waits longer than the lease timeout is refused", arguments: backends)
    func leaseTimeout(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            guard case .postgreSQL(let url) = database.place else { return }
            let opened = try await PostgreSQLEngine.open(
                url: url, masterKeys: TestDatabase.masterKeys, poolSize: 1, leaseTimeout: .milliseconds(100))
            let engine = try #require(opened as? SQLStorageEngine)
            let outcomes = try await concurrently(2) { _ in
                do {
                    try await engine.database.read { try $0.forEachRow(of: "SELECT 1 FROM pg_sleep(1)", []) { _ in } }
                    return true
                } catch is StorageUnavailable {
                    return false
                }
            }
            #expect(outcomes.count(where: \.self) == 1)
            try await engine.close()
        }
    }

    @Test("transactions that end in a deadlock are tried again", arguments: backends)
    func deadlock(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            for number in 1...2 { try await tokens.insert(try family(number, rotating: false), recording: event()) }
            let update = "UPDATE refresh_token_families SET last_used_at = $2 WHERE id = $1"
            let ids = [try family(1).id.bytes, try family(2).id.bytes]
            _ = try await concurrently(8) { index in
                try await storage.engine.database.write { connection in
                    for id in index % 2 == 0 ? ids : ids.reversed() {
                        _ = try connection.execute(update, [.blob(id), .count(index)])
                    }
                }
            }
            #expect(try await tokens.find(try family(1).id)?.lastUsedAt != nil)
        }
    }
}

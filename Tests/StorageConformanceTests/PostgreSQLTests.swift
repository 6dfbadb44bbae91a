import Dispatch
import OAuthProtocol
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
            let servers = try await concurrently(40) { _ in try await storage.number("SELECT pg_backend_pid()") }
            let other = try await storage.database.open()
            let ended = try await other.database.write { connection in
                try Set(servers).filter { try connection.exists(
                    "SELECT 1 WHERE pg_terminate_backend(CAST(CAST($1 AS BIGINT) AS INTEGER))", [.integer($0)])
                }.count
            }
            #expect(ended > 0)
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
            let (arrived, runs) = ([DispatchSemaphore(value: 0), DispatchSemaphore(value: 0)], Counter())
            _ = try await concurrently(2) { index in
                try await storage.engine.database.write { connection in
                    _ = try connection.execute(update, [.blob(ids[index]), .count(index)])
                    if runs.next() <= 2 {
                        arrived[index].signal()
                        arrived[1 - index].wait()
                    }
                    _ = try connection.execute(update, [.blob(ids[1 - index]), .count(index)])
                }
            }
            #expect(runs.next() >= 4, "at least one of the two ran again")
        }
    }

    /// Memory is looked at again by itself after a second at the earliest, so that what counts sooner was heard of.
    @Test("a revocation is told to the other nodes, before they would look", arguments: backends)
    func tellsRevocations(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let (mine, theirs) = (storage.stores.revocations, other.stores(for: .default).revocations)
            var wasHeard = false
            for round in 1...20 where !wasHeard {
                let key = RevocationKey.grant("g\(round)")
                other.recheckRevocations(of: .default)
                let looked = ContinuousClock.now
                #expect(try await theirs.isRevoked(anyOf: [key], at: now) == false)
                try await mine.revoke([key], until: now + 60, at: now)
                while try await !theirs.isRevoked(anyOf: [key], at: now), ContinuousClock.now - looked < .seconds(3) {
                    await Task.yield()
                }
                wasHeard = ContinuousClock.now - looked < .seconds(1)
            }
            #expect(wasHeard)
            try await other.close()
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct SweepingTests {
    private let tables = [
        "sessions", "login_transactions", "authorization_codes", "refresh_token_families", "tickets", "attempt_buckets",
        "pushed_requests", "deferred_authorizations", "one_time_codes", "replays", "revocations",
    ]

    @Test("what has expired goes, for every tenant; what has not stays", arguments: Backend.available)
    func sweepsExpired(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            for name in ["one", "two"] {
                let tenant = Tenant(id: try #require(TenantID(name)), createdAt: now)
                try await storage.engine.tenants.insert(tenant)
                let stores = storage.engine.stores(for: tenant.id)
                try await Everything.insert(into: stores)
                var expiring = try family(2)
                expiring.idleExpiresAt = now + 10
                try await stores.refreshTokens.insert(expiring, recording: event())
            }
            #expect(try await storage.engine.sweep(at: now, logRetention: .days(1)) == 0)
            // Two days later all but the family without an end has gone.
            let swept = try await storage.engine.sweep(at: now + .days(2), logRetention: .days(9))
            #expect(swept == 2 * tables.count)
            for table in tables {
                #expect(try await storage.number("SELECT COUNT(*) FROM \(table)") == (table == "refresh_token_families" ? 2 : 0))
            }
            #expect(try await storage.number("SELECT COUNT(*) FROM users") == 2)
        }
    }

    @Test("an expiry equal to now is swept, a millisecond later is not", arguments: Backend.available)
    func boundary(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.sessions.begin(session(), replacing: nil, recording: event())
            #expect(try await storage.engine.sweep(at: .ms(after: now + 100, -1), logRetention: .days(1)) == 0)
            #expect(try await storage.engine.sweep(at: now + 100, logRetention: .days(1)) == 1)
        }
    }

    @Test("a code stays for a day after its end, so that a replay still revokes what it gave", arguments: Backend.available)
    func codes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, issued) = (storage.stores, try family())
            try await stores.authorizationCodes.insert(code(), recording: nil)
            _ = try await stores.authorizationCodes.redeem(code().hash, issuing: issued, at: now + 1, recording: event())
            let end = now + 300 + .hours(24)
            #expect(try await storage.engine.sweep(at: .ms(after: end, -1), logRetention: .days(9)) == 0)
            try await stores.authorizationCodes.revokeIssued(by: code().hash, at: end - 1, recording: event())
            #expect(try await stores.refreshTokens.find(issued.id)?.revokedAt == end - 1)
            #expect(try await storage.engine.sweep(at: end, logRetention: .days(9)) == 1)
            #expect(try await stores.authorizationCodes.find(code().hash) == nil)
        }
    }

    @Test("more than a batch goes in one sweep", arguments: Backend.available)
    func batches(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let codes = storage.stores.authorizationCodes
            _ = try await concurrently(2100) { try await codes.insert(code("code\($0)"), recording: nil) }
            #expect(try await storage.engine.sweep(at: now + .hours(25), logRetention: .days(1)) == 2100)
        }
    }

    @Test("log records go when they are older than the retention", arguments: Backend.available)
    func logs(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.engine.tenants.insert(Tenant(id: .default, createdAt: now))
            for age in [Int64(200), 100, 99, 0] {
                var entry = event()
                entry.date = now - Lifetime(seconds: age)
                entry.description = String(age)
                try await storage.stores.logs.record(entry)
            }
            #expect(try await storage.engine.sweep(at: now, logRetention: 100) == 1)
            let kept = try await storage.stores.logs.list(after: nil, limit: 9).compactMap(\.event.description)
            #expect(kept == ["100", "99", "0"])
        }
    }

    @Test("a revoked family stays for a day and then goes, though it never expires", arguments: Backend.available)
    func revokedFamilies(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.refreshTokens.insert(try family(), recording: event())
            _ = try await storage.stores.refreshTokens.revoke(try family().id, at: now, recording: event())
            #expect(try await storage.engine.sweep(at: now + .hours(24), logRetention: .days(9)) == 0)
            #expect(try await storage.engine.sweep(at: now + .hours(26), logRetention: .days(9)) == 1)
        }
    }

    @Test("a deferred authorization stays for an hour, so that its client can be told of its end", arguments: Backend.available)
    func deferredAuthorizations(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, record) = (storage.stores.deferred, deferred())
            try await store.insert(record)
            let end = record.expiresAt + .hours(1)
            #expect(try await storage.engine.sweep(at: .ms(after: end, -1), logRetention: .days(1)) == 0)
            #expect(try await store.poll(record.hash, at: end) == .expired)
            #expect(try await storage.engine.sweep(at: end, logRetention: .days(1)) == 1)
            #expect(try await store.poll(record.hash, at: end) == .missing)
        }
    }

    @Test("an expired login transaction still tells its client for a day", arguments: Backend.available)
    func loginTransactions(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, hash) = (storage.stores.transactions, TokenHash(of: "state"))
            try await store.insert(
                LoginTransaction(
                    stateHash: hash, browserHash: TokenHash(of: "browser"), clientID: "c1", parameters: "", createdAt: now,
                    expiresAt: now + 10))
            let end = now + 10 + .days(1)
            #expect(try await storage.engine.sweep(at: .ms(after: end, -1), logRetention: .days(9)) == 0)
            #expect(try await store.clientID(of: hash) == "c1")
            #expect(try await storage.engine.sweep(at: end, logRetention: .days(9)) == 1)
            #expect(try await store.clientID(of: hash) == nil)
        }
    }

    @Test("deliveries that are over stay for a week; those that are due stay", arguments: Backend.available)
    func deliveries(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deliveries
            try await store.insert([delivery("d1"), delivery("d2"), delivery("d3")])
            try await store.markDelivered("d1", recording: nil)
            try await store.markFailed("d2", error: "404", nextAttemptAt: nil, recording: nil)
            try await store.markFailed("d3", error: "503", nextAttemptAt: now + 10, recording: nil)
            #expect(try await storage.engine.sweep(at: .ms(after: now + .days(7), -1), logRetention: .days(90)) == 0)
            #expect(try await storage.engine.sweep(at: now + .days(7), logRetention: .days(90)) == 2)
            #expect(try await storage.engine.sweep(at: now + .days(70), logRetention: .days(90)) == 0)
            #expect(try await store.list(limit: 9).map(\.id) == ["d3"])
        }
    }

    @Test("clients that registered themselves and were not used go with all that hangs on them", arguments: Backend.available)
    func unusedClients(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, clients) = (storage.stores, storage.stores.clients)
            for name in ["unused", "used", "young"] {
                try await clients.insert(client(name), unusedUntil: now + (name == "young" ? 200 : 100))
                try await stores.authorizationCodes.insert(code(name, access: access(client: name)), recording: nil)
            }
            try await clients.insert(client("made"))
            #expect(try await clients.find("unused") != nil)
            try await clients.noteUse(of: "used", at: now + 50)
            #expect(try await storage.engine.sweep(at: .ms(after: now + 100, -1), logRetention: .days(1)) == 0)
            #expect(try await storage.engine.sweep(at: now + 100, logRetention: .days(1)) == 1)
            #expect(try await clients.find("unused") == nil, "memory forgets it at once")
            #expect(try await clients.list().map(\.clientID) == ["made", "used", "young"])
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "unused")) == nil)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "used")) != nil)
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

/// Which access tokens go along when a user is blocked or deleted.
@Suite struct UserTokenRevocationTests {
    private let id = "auth0|1"

    private func isRevoked(_ storage: TestStorage, issuedAt: Timestamp, of userID: String = "auth0|1", at time: Timestamp = now)
        async throws -> Bool
    {
        try await storage.stores.revocations.isRevoked(anyOf: [.user(userID, issuedBy: issuedAt)], at: time)
    }

    enum Way: String, CaseIterable, Sendable { case block, update, delete }

    /// Whether it found the user.
    private func end(_ way: Way, _ storage: TestStorage, at time: Timestamp) async throws -> Bool {
        switch way {
        case .block: return try await storage.stores.users.setBlocked(id, true, at: time)
        case .delete: return try await storage.stores.users.delete(id, at: time)
        case .update:
            var changed = user()
            (changed.blocked, changed.updatedAt) = (true, time)
            return try await storage.stores.users.update(changed)
        }
    }

    @Test("what was issued until then is revoked, to the instant, and nobody else's", arguments: Backend.available, Way.allCases)
    func instant(_ backend: Backend, _ way: Way) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.users.insert(user(), passwordHash: nil)
            #expect(try await isRevoked(storage, issuedAt: now) == false)
            #expect(try await end(way, storage, at: now + 10))
            for issuedAt in [now - .days(29), now, now + 10] { #expect(try await isRevoked(storage, issuedAt: issuedAt, at: now + 10)) }
            #expect(try await isRevoked(storage, issuedAt: .ms(after: now + 10, 1), at: now + 10) == false)
            for other in ["auth0|2", "AUTH0|1", "auth0|1 ", ""] {
                #expect(try await isRevoked(storage, issuedAt: now, of: other, at: now + 10) == false)
            }
            let elsewhere = storage.engine.stores(for: try #require(TenantID("other"))).revocations
            #expect(try await elsewhere.isRevoked(anyOf: [.user(id, issuedBy: now)], at: now + 10) == false)
        }
    }

    @Test("a user who is not there revokes nothing", arguments: Backend.available, Way.allCases)
    func missing(_ backend: Backend, _ way: Way) async throws {
        try await backend.withFreshStorage { storage in
            let isFound = try await end(way, storage, at: now)
            let count = try await storage.number("SELECT COUNT(*) FROM revocations")
            #expect(!isFound && count == 0)
        }
    }

    @Test("unblocking revives nothing and lets new tokens live; the next blocking ends those too", arguments: Backend.available)
    func unblocked(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.users.insert(user(), passwordHash: nil)
            _ = try await storage.stores.users.setBlocked(id, true, at: now)
            _ = try await storage.stores.users.setBlocked(id, false, at: now + 5)
            #expect(try await isRevoked(storage, issuedAt: now, at: now + 6))
            #expect(try await isRevoked(storage, issuedAt: now + 6, at: now + 6) == false)
            _ = try await storage.stores.users.setBlocked(id, true, at: now + 7)
            #expect(try await isRevoked(storage, issuedAt: now + 6, at: now + 7))
            #expect(try await isRevoked(storage, issuedAt: now + 8, at: now + 8) == false)
            #expect(try await storage.number("SELECT COUNT(*) FROM revocations") == 1, "one row a user")
        }
    }

    @Test("a user who is made again under the same id begins anew", arguments: Backend.available)
    func again(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.users.insert(user(), passwordHash: nil)
            #expect(try await storage.stores.users.delete(id, at: now))
            try await storage.stores.users.insert(user(), passwordHash: nil)
            #expect(try await isRevoked(storage, issuedAt: now, at: now + 60))
            #expect(try await isRevoked(storage, issuedAt: now + 1, at: now + 60) == false)
        }
    }

    @Test("other nodes know from the moment that they hear of it", arguments: Backend.shared, Way.allCases)
    func otherNodes(_ backend: Backend, _ way: Way) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let revocations = other.stores(for: .default).revocations
            try await storage.stores.users.insert(user(), passwordHash: nil)
            #expect(try await revocations.isRevoked(anyOf: [.user(id, issuedBy: now)], at: now) == false)
            _ = try await end(way, storage, at: now + 1)
            other.recheckRevocations(of: .default)
            #expect(try await revocations.isRevoked(anyOf: [.user(id, issuedBy: now)], at: now + 1))
            #expect(try await revocations.isRevoked(anyOf: [.user(id, issuedBy: now + 2)], at: now + 2) == false)
            try await other.close()
        }
    }

    @Test("also where there are more revocations than memory keeps", arguments: Backend.shared)
    func overfull(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.users.insert(user(), passwordHash: nil)
            try await storage.stores.revocations.revoke((0...10_000).map { .grant("g\($0)") }, until: now + 60, at: now)
            _ = try await storage.stores.users.setBlocked(id, true, at: now)
            #expect(try await isRevoked(storage, issuedAt: now))
            #expect(try await isRevoked(storage, issuedAt: now + 1, at: now + 1) == false)
        }
    }

    @Test("the row stays for as long as a token may live, whatever it was told", arguments: Backend.available)
    func lifeTime(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.revocations.revoke([.user(id, issuedBy: now)], until: now + 5, at: now)
            let last = Timestamp.ms(after: now + .days(30), -1)
            #expect(try await isRevoked(storage, issuedAt: now, at: last))
            _ = try await storage.engine.sweep(at: last, logRetention: .days(90))
            #expect(try await storage.number("SELECT COUNT(*) FROM revocations") == 1)
            _ = try await storage.engine.sweep(at: now + .days(30) + .hours(1), logRetention: .days(90))
            #expect(try await storage.number("SELECT COUNT(*) FROM revocations") == 0)
        }
    }

    @Test("dates beyond all time name no token and stop nothing", arguments: [Int64.min, .max])
    func absurd(_ milliseconds: Int64) async throws {
        try await Backend.sqliteMemory.withFreshStorage { storage in
            try await storage.stores.revocations.revoke([.grant("g")], until: now + 60, at: now)
            #expect(try await isRevoked(storage, issuedAt: Timestamp(milliseconds: milliseconds)) == false)
        }
    }
}

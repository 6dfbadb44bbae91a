import OAuthProtocol
import SQLStorage
import Storage
import Synchronization
import Testing
import TestSupport

@Suite struct RevocationStoreTests {
    @Test("a revoked key is revoked until it expires, and no other is", arguments: Backend.available)
    func lifeTime(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.revocations
            let keys: [RevocationKey] = [.token(jti: "j"), .grant("g"), .session(sid: "s")]
            for key in keys { #expect(try await store.isRevoked(anyOf: [key], at: now) == false) }
            try await store.revoke([keys[0]], until: now + 60, at: now)
            #expect(try await store.isRevoked(anyOf: [keys[0]], at: .ms(after: now + 60, -1)))
            #expect(try await store.isRevoked(anyOf: [keys[0]], at: now + 60) == false)
            #expect(try await store.isRevoked(anyOf: [keys[1], keys[0]], at: now))
            #expect(try await store.isRevoked(anyOf: [keys[1], keys[2]], at: now) == false)
            #expect(try await store.isRevoked(anyOf: [.grant("j"), .session(sid: "j"), .token(jti: "J")], at: now) == false)
            #expect(try await store.isRevoked(anyOf: [], at: now) == false)
        }
    }

    @Test("the later expiry wins, whichever comes first", arguments: Backend.shared)
    func laterWins(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.revocations
            try await store.revoke([.grant("g"), .grant("h")], until: now + 60, at: now)
            try await store.revoke([.grant("g")], until: now + 30, at: now)
            try await store.revoke([.grant("h")], until: now + 90, at: now)
            let other = try await storage.database.open()
            for revocations in [store, other.stores(for: .default).revocations] {
                #expect(try await revocations.isRevoked(anyOf: [.grant("g")], at: now + 59))
                #expect(try await revocations.isRevoked(anyOf: [.grant("h")], at: now + 89))
                #expect(try await revocations.isRevoked(anyOf: [.grant("g")], at: now + 60) == false)
            }
            try await other.close()
        }
    }

    @Test("what this process revokes counts at once, also while others ask", arguments: Backend.available)
    func local(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.revocations
            let seen = try await concurrently(50) { number in
                let key = RevocationKey.grant("g\(number)")
                let before = try await store.isRevoked(anyOf: [key], at: now)
                try await store.revoke([key], until: now + 60, at: now)
                return try await store.isRevoked(anyOf: [key], at: now) && !before
            }
            #expect(seen == Array(repeating: true, count: 50))
        }
    }

    @Test("while nothing is revoked no question is a query", arguments: Backend.available)
    func noQuery(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let database = CountingDatabase(real: storage.engine.database)
            let engine = SQLStorageEngine(database: database, masterKeys: TestDatabase.masterKeys, logSettling: .zero)
            let store = engine.stores(for: .default).revocations
            _ = try await store.isRevoked(anyOf: [.grant("g")], at: now)
            let (began, reads) = (ContinuousClock.now, database.readCount)
            for _ in 1...500 { _ = try await store.isRevoked(anyOf: [.grant("g")], at: now) }
            let seconds = Int((ContinuousClock.now - began) / .seconds(1))
            #expect(database.readCount - reads <= seconds + 1, "one look a second, not one a question")
        }
    }

    @Test("another node's revocation counts from the moment that this one hears of it", arguments: Backend.shared)
    func heard(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let store = other.stores(for: .default).revocations
            #expect(try await store.isRevoked(anyOf: [.grant("g")], at: now) == false)
            try await storage.stores.revocations.revoke([.grant("g")], until: now + 60, at: now)
            other.recheckRevocations(of: .default)
            #expect(try await store.isRevoked(anyOf: [.grant("g")], at: now))
            try await other.close()
        }
    }

    @Test("another node's revocation is heard of", arguments: Backend.shared)
    func otherNodes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let store = other.stores(for: .default).revocations
            #expect(try await store.isRevoked(anyOf: [.grant("g")], at: now) == false)
            try await storage.stores.revocations.revoke([.grant("g")], until: now + 60, at: now)
            let deadline = ContinuousClock.now + .seconds(20)
            var isRevoked = false
            while !isRevoked, ContinuousClock.now < deadline {
                isRevoked = try await store.isRevoked(anyOf: [.grant("g")], at: now)
                await Task.yield()
            }
            #expect(isRevoked)
            try await other.close()
        }
    }

    @Test("more revocations than memory keeps are asked for one by one", arguments: Backend.shared)
    func overfull(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let keys = (0...10_000).map { RevocationKey.grant("g\($0)") }
            try await storage.stores.revocations.revoke(keys, until: now + 60, at: now)
            for engine in [storage.engine, other] {
                let store = engine.stores(for: .default).revocations
                #expect(try await store.isRevoked(anyOf: [.grant("x"), keys[10_000]], at: now))
                #expect(try await store.isRevoked(anyOf: [keys[0]], at: now))
                #expect(try await store.isRevoked(anyOf: [.grant("x")], at: now) == false)
                #expect(try await store.isRevoked(anyOf: [keys[0]], at: now + 60) == false)
            }
            try await storage.stores.revocations.revoke([.grant("x")], until: now + 60, at: now)
            #expect(try await other.stores(for: .default).revocations.isRevoked(anyOf: [.grant("x")], at: now))
            try await other.close()
        }
    }

    @Test("a tenant that is made again begins without revocations", arguments: Backend.available)
    func newTenant(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.engine.tenants.insert(Tenant(id: .default, createdAt: now))
            let store = storage.stores.revocations
            try await store.revoke([.grant("g")], until: now + 60, at: now)
            _ = try await storage.engine.tenants.delete(.default)
            #expect(try await store.isRevoked(anyOf: [.grant("g")], at: now) == false)
        }
    }
}

/// Counts what is read.
private final class CountingDatabase: Database {
    private let reads = Mutex(0)
    private let real: any Database
    var readCount: Int { reads.withLock { $0 } }
    var dialect: Dialect { real.dialect }

    init(real: any Database) { self.real = real }

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        reads.withLock { $0 += 1 }
        return try await real.read(body)
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await real.write(body)
    }

    func close() async throws {}
}

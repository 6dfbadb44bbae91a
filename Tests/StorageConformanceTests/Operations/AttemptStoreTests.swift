import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct AttemptStoreTests {
    private let bucket = Bucket(capacity: 3, refillInterval: 60)

    @Test("a bucket gives its capacity, then one more each interval", arguments: Backend.available)
    func refills(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage async throws in
            let attempts = storage.stores.attempts
            for remaining in [2, 1, 0] {
                #expect(try await attempts.take("key", from: bucket, at: now) == .allowed(remaining: remaining))
            }
            #expect(try await attempts.take("key", from: bucket, at: now) == .refused(retryAfter: 60))
            #expect(try await attempts.take("key", from: bucket, at: now + 20) == .refused(retryAfter: 40))
            #expect(try await attempts.take("key", from: bucket, at: .ms(after: now, 59_999)) == .refused(retryAfter: 1))
            #expect(try await attempts.take("key", from: bucket, at: now + 60) == .allowed(remaining: 0))
            #expect(try await attempts.take("key", from: bucket, at: now + 60) == .refused(retryAfter: 60))
            // However long it was full, never beyond its capacity.
            #expect(try await attempts.take("key", from: bucket, at: now + 10_000) == .allowed(remaining: 2))
            #expect(try await attempts.take("KEY", from: bucket, at: now) == .allowed(remaining: 2))
        }
    }

    @Test("of 50 concurrent takes exactly the capacity passes", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let attempts = storage.stores.attempts
            let bucket = Bucket(capacity: 10, refillInterval: 60)
            let decisions = try await concurrently(50) { _ in try await attempts.take("key", from: bucket, at: now) }
            let remaining = decisions.compactMap { if case .allowed(let remaining) = $0 { remaining } else { nil } }
            #expect(remaining.sorted() == Array(0..<10))
        }
    }

    @Test("a reset fills the named buckets only", arguments: Backend.available)
    func reset(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let attempts = storage.stores.attempts
            let one = Bucket(capacity: 1, refillInterval: 60)
            for key in ["a", "b", "c"] { _ = try await attempts.take(key, from: one, at: now) }
            try await attempts.reset(["a", "b", "missing"])
            #expect(try await attempts.take("a", from: one, at: now) == .allowed(remaining: 0))
            #expect(try await attempts.take("b", from: one, at: now) == .allowed(remaining: 0))
            #expect(try await attempts.take("c", from: one, at: now) == .refused(retryAfter: 60))
        }
    }

    @Test("giving back returns one token, and never more than the capacity", arguments: Backend.available)
    func giveBack(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage async throws in
            let attempts = storage.stores.attempts
            for _ in 0..<3 { _ = try await attempts.take("key", from: bucket, at: now) }
            try await attempts.giveBack("key", to: bucket)
            #expect(try await attempts.take("key", from: bucket, at: now) == .allowed(remaining: 0))
            #expect(try await attempts.take("key", from: bucket, at: now) == .refused(retryAfter: 60))
            for _ in 0..<10 { try await attempts.giveBack("key", to: bucket) }
            try await attempts.giveBack("missing", to: bucket)
            #expect(try await attempts.take("key", from: bucket, at: now) == .allowed(remaining: 2))
        }
    }

    @Test("an empty bucket refuses and a key is not readable in its row", arguments: Backend.available)
    func edges(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let attempts = storage.stores.attempts
            let nothing = Bucket(capacity: 0, refillInterval: 30)
            #expect(try await attempts.take("ann@example.com", from: nothing, at: now) == .refused(retryAfter: 30))
            _ = try await attempts.take("ann@example.com", from: bucket, at: now)
            let keys = try await storage.engine.database.read { connection in
                try connection.query("SELECT key_hash FROM attempt_buckets", []) { try $0.blob() }
            }
            #expect(keys == [TokenHash(of: "ann@example.com").bytes])
        }
    }
}

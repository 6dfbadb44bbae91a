import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct ReplayStoreTests {
    @Test("of many claims of one value exactly one is true", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let replays = storage.stores.replays
            let claims = try await concurrently(50) { _ in try await replays.claim("jti", until: now + 60, at: now) }
            #expect(claims.count(where: \.self) == 1)
            #expect(try await replays.claim("other", until: now + 60, at: now))
            #expect(try await replays.claim("JTI", until: now + 60, at: now), "values compare by bytes")
        }
    }

    @Test("of many claims by two nodes exactly one is true", arguments: Backend.shared)
    func nodes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let stores = [storage.stores.replays, other.stores(for: .default).replays]
            let claims = try await concurrently(50) { try await stores[$0 % 2].claim("jti", until: now + 60, at: now) }
            #expect(claims.count(where: \.self) == 1)
            try await other.close()
        }
    }

    @Test("an expired claim may be claimed again, once", arguments: Backend.available)
    func expiry(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let replays = storage.stores.replays
            #expect(try await replays.claim("jti", until: now + 60, at: now))
            #expect(try await replays.claim("jti", until: now + 99, at: .ms(after: now + 60, -1)) == false)
            let again = try await concurrently(50) { _ in try await replays.claim("jti", until: now + 120, at: now + 60) }
            #expect(again.count(where: \.self) == 1)
            #expect(try await replays.claim("jti", until: now + 999, at: now + 119) == false)
        }
    }

    @Test("rows hold no value", arguments: Backend.available)
    func hashed(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            _ = try await storage.stores.replays.claim("jti", until: now + 60, at: now)
            let rows = try await storage.engine.database.read { connection in
                try connection.query("SELECT key_hash FROM replays", []) { try $0.hash() }
            }
            #expect(rows == [TokenHash(of: "jti")])
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct SigningKeyStoreTests {
    @Test("keys come back with every field, newest first", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage async throws in
            let (current, next) = (signingKey("k1"), signingKey("k2", .next, createdAt: now + 1))
            #expect(try await storage.stores.signingKeys.list().isEmpty)
            #expect(try await storage.stores.signingKeys.bootstrap(current: current, next: next))
            #expect(try await storage.stores.signingKeys.list() == [next, current])
        }
    }

    @Test("of many nodes that start at once exactly one makes the keys", arguments: Backend.available)
    func bootstrapRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let keys = storage.stores.signingKeys
            let made = try await concurrently(20) { index in
                try await keys.bootstrap(current: signingKey("c\(index)"), next: signingKey("n\(index)", .next))
            }
            #expect(made.count(where: \.self) == 1)
            let kept = try await keys.list()
            #expect(kept.count == 2)
            #expect(Set(kept.map { $0.kid.dropFirst() }).count == 1, "both keys are of one node")
        }
    }

    @Test("rotation moves every key on, and the oldest loses its private key", arguments: Backend.available)
    func rotation(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let keys = storage.stores.signingKeys
            _ = try await keys.bootstrap(current: signingKey("k1"), next: signingKey("k2", .next))
            #expect(try await keys.rotate(from: "k2", newNext: signingKey("k3", .next), at: now) == false)
            #expect(try await keys.list().count == 2)
            #expect(try await keys.rotate(from: "k1", newNext: signingKey("k3", .next), at: now + 1))
            #expect(try await keys.rotate(from: "k1", newNext: signingKey("k4", .next), at: now + 2) == false)
            #expect(try await keys.rotate(from: "k2", newNext: signingKey("k4", .next), at: now + 3))
            let states = Dictionary(uniqueKeysWithValues: try await keys.list().map { ($0.kid, $0) })
            #expect(states["k1"]?.state == .revoked)
            #expect(states["k1"]?.privateKey.revealed == [])
            #expect(states["k2"]?.state == .previous)
            #expect(states["k3"]?.state == .current)
            #expect(states["k4"]?.state == .next)
            #expect(states["k3"]?.privateKey.revealed == Array("private key of k3".utf8))
        }
    }

    @Test("of many rotations from one key exactly one happens", arguments: Backend.available)
    func rotationRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let keys = storage.stores.signingKeys
            _ = try await keys.bootstrap(current: signingKey("k1"), next: signingKey("k2", .next))
            let rotated = try await concurrently(20) { index in
                try await keys.rotate(from: "k1", newNext: signingKey("n\(index)", .next), at: now)
            }
            #expect(rotated.count(where: \.self) == 1)
            #expect(try await keys.list().map(\.state.rawValue).sorted() == ["current", "next", "previous"])
        }
    }

    @Test("states count per algorithm: others are made, rotated and revoked for themselves", arguments: Backend.available)
    func algorithms(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let keys = storage.stores.signingKeys
            func elliptic(_ kid: String) -> SigningKeyRecord {
                var key = signingKey(kid)
                key.algorithm = "ES256"
                return key
            }
            #expect(try await keys.bootstrap(current: signingKey("r1"), next: signingKey("r2")))
            #expect(try await keys.bootstrap(current: elliptic("e1"), next: elliptic("e2")))
            #expect(try await keys.bootstrap(current: elliptic("e8"), next: elliptic("e9")) == false)
            #expect(try await keys.rotate(from: "r1", newNext: elliptic("e3"), at: now) == false, "not of that algorithm")
            #expect(try await keys.rotate(from: "e1", newNext: elliptic("e3"), at: now))
            #expect(try await keys.rotate(from: "r1", newNext: signingKey("r3"), at: now))
            #expect(try await keys.rotate(from: "e2", newNext: elliptic("e4"), at: now))
            let states = Dictionary(uniqueKeysWithValues: try await keys.list().map { ($0.kid, $0.state) })
            #expect(states == [
                "r1": .previous, "r2": .current, "r3": .next,
                "e1": .revoked, "e2": .previous, "e3": .current, "e4": .next,
            ])
        }
    }

    @Test("only a previous key can be revoked", arguments: Backend.available)
    func revocation(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let keys = storage.stores.signingKeys
            _ = try await keys.bootstrap(current: signingKey("k1"), next: signingKey("k2", .next))
            #expect(try await keys.revoke("k1", at: now) == false)
            #expect(try await keys.revoke("k2", at: now) == false)
            _ = try await keys.rotate(from: "k1", newNext: signingKey("k3", .next), at: now)
            #expect(try await keys.revoke("k1", at: now))
            #expect(try await keys.revoke("k1", at: now) == false)
            #expect(try await keys.list().first { $0.kid == "k1" }?.privateKey.revealed == [])
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct RefreshTokenStoreTests {
    private let consent = Consent(
        userID: "auth0|1", clientID: "client1", audience: "https://api/", scopes: ["a"], updatedAt: now)

    @Test("a family comes back with every field, with its user or without", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            var record = try family()
            (record.access.sid, record.access.authTime, record.access.gty) = ("sid", now - 5, "password")
            (record.access.grantID, record.access.details) = ("grant", details())
            (record.generation, record.rotatedAt, record.lastUsedAt) = (7, now + 1, now + 2)
            (record.idleExpiresAt, record.absoluteExpiresAt, record.revokedAt) = (now + 3, now + 4, now + 5)
            let bare = try family(2, access: access(user: "auth0|2", audience: nil), rotating: false)
            for record in [record, bare] { try await stores.refreshTokens.insert(record, recording: event()) }
            #expect(try await stores.refreshTokens.find(record.id) == record)
            #expect(try await stores.refreshTokens.find(bare.id) == bare)
            #expect(try await stores.refreshTokens.find(try family(3).id) == nil)
            #expect(try await stores.refreshTokens.findWithUser(record.id)?.family == record)
            #expect(try await stores.refreshTokens.findWithUser(record.id)?.user == nil)
            try await stores.users.insert(user(), passwordHash: nil)
            #expect(try await stores.refreshTokens.findWithUser(record.id)?.user == user())
            #expect(try await stores.refreshTokens.findWithUser(try family(3).id) == nil)
        }
    }

    @Test("a use advances the generation and moves the ends", arguments: Backend.available)
    func useOnce(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (tokens, record) = (storage.stores.refreshTokens, try family())
            try await tokens.insert(record, recording: event())
            var exchange = use(record, at: now + 5)
            (exchange.idleExpiresAt, exchange.absoluteExpiresAt) = (now + 50, now + 500)
            #expect(try await tokens.use(exchange, recording: event()))
            #expect(try await tokens.use(exchange, recording: event()) == false)
            var expected = record
            (expected.generation, expected.rotatedAt, expected.lastUsedAt) = (2, now + 5, now + 5)
            (expected.idleExpiresAt, expected.absoluteExpiresAt) = (now + 50, now + 500)
            #expect(try await tokens.find(record.id) == expected)
            #expect(try await storage.stores.logs.latest(limit: 9).count == 2, "a refused use records nothing")
        }
    }

    @Test("a token that does not rotate keeps its generation", arguments: Backend.available)
    func useWithoutRotation(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (tokens, record) = (storage.stores.refreshTokens, try family(rotating: false))
            try await tokens.insert(record, recording: event())
            let exchange = RefreshTokenUse(
                id: record.id, expectedGeneration: 1, advancesGeneration: false, isRotating: false, now: now + 5)
            #expect(try await tokens.use(exchange, recording: event()))
            #expect(try await tokens.use(exchange, recording: event()))
            let found = try #require(try await tokens.find(record.id))
            #expect(found.generation == 1)
            #expect(found.rotatedAt == now)
            #expect(found.lastUsedAt == now + 5)
        }
    }

    @Test("of 50 concurrent uses of one generation exactly one happens", arguments: Backend.available)
    func useRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (tokens, record) = (storage.stores.refreshTokens, try family())
            try await tokens.insert(record, recording: event())
            let used = try await concurrently(50) { _ in try await tokens.use(use(record), recording: event()) }
            #expect(used.count(where: \.self) == 1)
            #expect(try await tokens.find(record.id)?.generation == 2)
        }
    }

    @Test("an expiry equal to now has passed, for either end", arguments: Backend.available)
    func expiry(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            var (idle, absolute) = (try family(1), try family(2))
            idle.idleExpiresAt = now + 10
            absolute.absoluteExpiresAt = now + 10
            for record in [idle, absolute] {
                try await tokens.insert(record, recording: event())
                #expect(try await tokens.use(use(record, at: now + 10), recording: event()) == false)
                #expect(try await tokens.use(use(record, at: .ms(after: now + 10, -1)), recording: event()))
            }
        }
    }

    @Test("a revocation beats every use that comes after it", arguments: Backend.available)
    func revokeAgainstUse(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (tokens, record) = (storage.stores.refreshTokens, try family())
            try await tokens.insert(record, recording: event())
            let outcomes = try await concurrently(20) { index in
                index % 2 == 0
                    ? try await tokens.revokeForReuse(record.id, at: now, recording: event(.refreshTokenReused))
                    : try await tokens.use(use(record), recording: event())
            }
            #expect(outcomes.count(where: \.self) <= 2)
            let found = try #require(try await tokens.find(record.id))
            #expect(found.revokedAt == now)
            var next = use(found)
            next.expectedGeneration = found.generation
            #expect(try await tokens.use(next, recording: event()) == false)
            let reuses = try await storage.stores.logs.latest(limit: 99).count { $0.event.type == .refreshTokenReused }
            #expect(reuses == 1, "revoking is idempotent")
        }
    }

    @Test("reuse deletes the consent; a plain revocation keeps it", arguments: Backend.available)
    func revocations(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            let find = { try await stores.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") }
            try await stores.consents.record(consent)
            for number in 1...2 { try await stores.refreshTokens.insert(try family(number), recording: event()) }
            #expect(try await stores.refreshTokens.revoke(try family(1).id, at: now, recording: event()))
            #expect(try await stores.refreshTokens.revoke(try family(1).id, at: now, recording: event()) == false)
            #expect(try await find() != nil)
            #expect(try await stores.refreshTokens.revokeForReuse(try family(2).id, at: now, recording: event()))
            #expect(try await stores.refreshTokens.revokeForReuse(try family(2).id, at: now, recording: event()) == false)
            #expect(try await find() == nil)
            #expect(try await stores.refreshTokens.revoke(try family(9).id, at: now, recording: event()) == false)
        }
    }

    @Test("revoking a grant takes every family of user, client and audience and no other", arguments: Backend.available)
    func revokeGrant(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, tokens) = (storage.stores, storage.stores.refreshTokens)
            try await stores.consents.record(consent)
            let others = [access(user: "auth0|2"), access(client: "other"), access(audience: nil)]
            for number in 1...2 { try await tokens.insert(try family(number), recording: event()) }
            for (index, granted) in others.enumerated() {
                try await tokens.insert(try family(10 + index, access: granted), recording: event())
            }
            #expect(try await tokens.revokeGrant(of: try family(1).id, at: now, recording: event()))
            for number in 1...2 { #expect(try await tokens.find(try family(number).id)?.revokedAt == now) }
            for number in 10...12 { #expect(try await tokens.find(try family(number).id)?.revokedAt == nil) }
            #expect(try await stores.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") == nil)
            #expect(try await tokens.revokeGrant(of: try family(1).id, at: now, recording: event()) == false)
            // A grant without an audience is one too.
            #expect(try await tokens.revokeGrant(of: try family(12).id, at: now, recording: event()))
        }
    }

    @Test("turning to rotation deletes the other tokens that do not rotate", arguments: Backend.available)
    func deletesOtherNonRotating(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            for number in 1...3 { try await tokens.insert(try family(number, rotating: number == 3), recording: event()) }
            try await tokens.insert(try family(4, access: access(audience: nil), rotating: false), recording: event())
            var exchange = use(try family(1))
            exchange.deletesOtherNonRotating = true
            #expect(try await tokens.use(exchange, recording: event()))
            #expect(try await tokens.find(try family(1).id)?.isRotating == true)
            #expect(try await tokens.find(try family(2).id) == nil)
            #expect(try await tokens.find(try family(3).id) != nil)
            #expect(try await tokens.find(try family(4).id) != nil)
        }
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import Synchronization
import TestSupport
import Testing

@Suite struct SigningKeyTests {
    private func keySet(_ fixture: EngineFixture) async throws -> SigningKeySet {
        try await fixture.environment.signingKeys.keySet(for: fixture.context, host: "default.test", now: fixture.now)
    }

    private func rotateElsewhere(_ fixture: EngineFixture) async throws {
        let keys = fixture.stores.signingKeys
        #expect(try await keys.rotate(from: FixtureKeys.currentKID, newNext: FixtureKeys.spare(at: fixture.now), at: fixture.now))
    }

    @Test("the key set is published: current first, then next, every member that SDKs need")
    func jwks() async throws {
        let fixture = try await EngineFixture.make()
        let keys = try #require(try await JWKSEndpoint(fixture.context).document(in: fixture.request())["keys"]?.array)
        #expect(keys.prefix(2).map { $0.object?["kid"]?.string } == [FixtureKeys.currentKID, FixtureKeys.nextKID])
        #expect(keys.map { $0.object?["alg"]?.string } == ["RS256", "RS256", "PS256", "PS256"])
        for key in keys {
            let names = Set((key.object?.members ?? []).map(\.name))
            #expect(names == ["kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"])
            #expect(key.object?["use"] == "sig" && key.object?["kty"] == "RSA")
        }
    }

    @Test("keys of a listed algorithm are published before they sign, those of others are not made", arguments: [
        (["RS256", "ES256", "HS256"], ["RS256", "RS256", "ES256", "ES256"]), (["HS256"], ["RS256", "RS256"]), ([], ["RS256", "RS256"]),
        (["rs256", "none", "unknown"], ["RS256", "RS256"]),
    ])
    func publishedAhead(_ listed: [String], _ published: [String]) async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.signingAlgorithms = listed }
        let before = try #require(try await JWKSEndpoint(fixture.context).document(in: fixture.request())["keys"]?.array)
        #expect(before.map { $0.object?["alg"]?.string } == published)
        #expect(try await fixture.stores.signingKeys.list().count == published.count)
        guard listed.contains("ES256") else { return }
        let key = try await fixture.environment.signingKeys.key(
            for: .es256, of: fixture.context, host: "default.test", now: fixture.now)
        #expect(before.contains { $0.object?["kid"]?.string == key.kid })
    }

    @Test("of many first requests for the key set one makes the missing keys; who signs with others does not wait for them")
    func onePublication() async throws {
        let fixture = try await EngineFixture.make()
        var stores = fixture.stores
        let counting = CountingSigningKeys(wrapped: stores.signingKeys)
        stores.signingKeys = counting
        let context = TenantContext(tenant: fixture.tenant, stores: stores, environment: fixture.environment)
        _ = try await currentKeys(context, at: fixture.now, count: 1)
        let request = fixture.request()
        let documents = try await withThrowingTaskGroup(of: JSONObject?.self) { group in
            for index in 0..<20 {
                group.addTask {
                    guard index % 2 == 0 else { return try await currentKeys(context, at: request.now, count: 1).isEmpty ? [:] : nil }
                    return try await JWKSEndpoint(context).document(in: request)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counting.bootstraps == 1)
        let published = documents.compactMap(\.self)
        #expect(published.count == 10 && published.allSatisfy { $0 == published[0] })
    }

    @Test("another node's rotation is followed when the snapshot is two seconds old, not before")
    func timeToLive() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await keySet(fixture).current.kid == FixtureKeys.currentKID)
        try await rotateElsewhere(fixture)
        fixture.clock.advance(milliseconds: 1999)
        #expect(try await keySet(fixture).current.kid == FixtureKeys.currentKID)
        fixture.clock.advance(milliseconds: 1)
        let rotated = try await keySet(fixture)
        #expect(rotated.current.kid == FixtureKeys.nextKID && rotated.next?.kid == FixtureKeys.spareKID)
        #expect(rotated.verification.map(\.kid) == [FixtureKeys.nextKID, FixtureKeys.spareKID, FixtureKeys.currentKID])
    }

    @Test("invalidating forgets the snapshot at once")
    func invalidate() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await keySet(fixture)
        try await rotateElsewhere(fixture)
        fixture.environment.signingKeys.invalidate(fixture.stores.tenant)
        #expect(try await keySet(fixture).current.kid == FixtureKeys.nextKID)
    }

    @Test("rotation: next signs, the old key verifies, a new next is published; a token signed before stays good")
    func rotate() async throws {
        let fixture = try await EngineFixture.make()
        let before = try await keySet(fixture)
        let token = try JWS.sign(typ: "JWT", payload: ["sub": "x"], with: before.current)
        #expect(try await KeyRotation(fixture.context).rotate(host: "default.test", now: fixture.now))
        let after = try await keySet(fixture)
        #expect(after.current.kid == before.next?.kid)
        #expect(after.verification.map(\.kid).last == before.current.kid)
        let next = try #require(after.next)
        #expect(next.kid.utf8.count == 21)
        #expect(try JWS.verify(token, keys: after.verification).payload["sub"] == "x")
        #expect(
            try JWS.verify(try JWS.sign(typ: "JWT", payload: ["sub": "y"], with: next), keys: after.verification).payload["sub"]
                == "y")
    }

    @Test("revoking removes a previous key; the current and the next cannot be revoked")
    func revoke() async throws {
        let fixture = try await EngineFixture.make()
        try await rotateElsewhere(fixture)
        let rotation = KeyRotation(fixture.context)
        #expect(try await !rotation.revoke(FixtureKeys.nextKID, now: fixture.now))
        #expect(try await !rotation.revoke(FixtureKeys.spareKID, now: fixture.now))
        #expect(try await rotation.revoke(FixtureKeys.currentKID, now: fixture.now))
        #expect(try await keySet(fixture).verification.map(\.kid) == [FixtureKeys.nextKID, FixtureKeys.spareKID])
    }

    @Test("a tenant without keys gets two at its first use, and they stay")
    func bootstrap() async throws {
        let fixture = try await EngineFixture.make()
        let id = try #require(TenantID("fresh"))
        let tenant = Tenant(id: id, createdAt: fixture.now)
        try await fixture.engine.tenants.insert(tenant)
        let context = TenantContext(tenant: tenant, stores: fixture.engine.stores(for: id), environment: fixture.environment)
        let first = try await fixture.environment.signingKeys.keySet(for: context, host: "fresh.test", now: fixture.now)
        fixture.environment.signingKeys.invalidate(id)
        let second = try await fixture.environment.signingKeys.keySet(for: context, host: "fresh.test", now: fixture.now)
        #expect(first.jwks == second.jwks)
        #expect(first.next != nil && first.verification.count == 2)
        #expect(try await context.stores.signingKeys.list().count == 2)
    }

    @Test("tenants have their own keys")
    func tenants() async throws {
        let fixture = try await EngineFixture.make()
        let id = try #require(TenantID("other"))
        let tenant = Tenant(id: id, createdAt: fixture.now)
        try await fixture.engine.tenants.insert(tenant)
        let context = TenantContext(tenant: tenant, stores: fixture.engine.stores(for: id), environment: fixture.environment)
        _ = try await context.stores.signingKeys.bootstrap(
            current: FixtureKeys.spare(at: fixture.now), next: FixtureKeys.next(at: fixture.now))
        let other = try await fixture.environment.signingKeys.keySet(for: context, host: "other.test", now: fixture.now)
        #expect(other.current.kid == FixtureKeys.spareKID)
        #expect(try await keySet(fixture).current.kid == FixtureKeys.currentKID)
    }

    @Test("of many first requests of a tenant one makes the keys, and all get the same")
    func oneBootstrap() async throws {
        let fixture = try await EngineFixture.make()
        let id = try #require(TenantID("fresh"))
        let tenant = Tenant(id: id, createdAt: fixture.now)
        try await fixture.engine.tenants.insert(tenant)
        var stores = fixture.engine.stores(for: id)
        let counting = CountingSigningKeys(wrapped: stores.signingKeys)
        stores.signingKeys = counting
        let context = TenantContext(tenant: tenant, stores: stores, environment: fixture.environment)
        let kids = try await currentKeys(context, at: fixture.now, count: 20)
        #expect(counting.bootstraps == 1)
        #expect(Set(kids).count == 1 && kids.count == 20)
    }

    @Test("a snapshot too old to sign with is waited for by all: nobody signs with a key that was rotated away long ago")
    func oldSnapshot() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await keySet(fixture)
        try await rotateElsewhere(fixture)
        fixture.clock.advance(by: 10)
        let kids = try await currentKeys(fixture.context, at: fixture.now, count: 20)
        #expect(kids == Array(repeating: FixtureKeys.nextKID, count: 20))
    }

    @Test("a failure reaches every request that waits, and the next one tries again")
    func failure() async throws {
        let fixture = try await EngineFixture.make()
        var stores = fixture.stores
        let counting = CountingSigningKeys(wrapped: stores.signingKeys)
        stores.signingKeys = counting
        let context = TenantContext(tenant: fixture.tenant, stores: stores, environment: fixture.environment)
        counting.fail(true)
        let cache = fixture.environment.signingKeys
        let now = fixture.now
        let failures = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask { (try? await cache.keySet(for: context, host: "default.test", now: now)) == nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(failures == 10)
        counting.fail(false)
        #expect(try await currentKeys(context, at: now, count: 3) == Array(repeating: FixtureKeys.currentKID, count: 3))
    }

    @Test("what was read before an invalidation is not kept after it")
    func invalidatedWhileLoading() async throws {
        let fixture = try await EngineFixture.make()
        var stores = fixture.stores
        let counting = CountingSigningKeys(wrapped: stores.signingKeys)
        stores.signingKeys = counting
        let context = TenantContext(tenant: fixture.tenant, stores: stores, environment: fixture.environment)
        counting.afterNextList {
            try await rotateElsewhere(fixture)
            fixture.environment.signingKeys.invalidate(fixture.stores.tenant)
        }
        #expect(try await currentKeys(context, at: fixture.now, count: 1) == [FixtureKeys.currentKID])
        #expect(try await currentKeys(context, at: fixture.now, count: 2) == [FixtureKeys.nextKID, FixtureKeys.nextKID])
    }

    private func currentKeys(_ context: TenantContext, at now: Timestamp, count: Int) async throws -> [String] {
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await context.environment.signingKeys.keySet(for: context, host: "default.test", now: now).current.kid
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// Counts, fails, or does something between reading and answering.
private final class CountingSigningKeys: SigningKeyStore {
    private let wrapped: any SigningKeyStore
    private struct State {
        var bootstraps = 0
        var isFailing = false
        var afterList: (@Sendable () async throws -> Void)?
    }

    private let state = Mutex(State())

    init(wrapped: any SigningKeyStore) { self.wrapped = wrapped }

    var bootstraps: Int { state.withLock { $0.bootstraps } }
    func afterNextList(_ body: @escaping @Sendable () async throws -> Void) { state.withLock { $0.afterList = body } }
    func fail(_ isFailing: Bool) { state.withLock { $0.isFailing = isFailing } }

    func list() async throws -> [SigningKeyRecord] {
        if state.withLock({ $0.isFailing }) { throw SealingError.failed }
        let records = try await wrapped.list()
        let body = state.withLock { state in
            defer { state.afterList = nil }
            return state.afterList
        }
        try await body?()
        return records
    }
    func bootstrap(current: SigningKeyRecord, next: SigningKeyRecord) async throws -> Bool {
        state.withLock { $0.bootstraps += 1 }
        return try await wrapped.bootstrap(current: current, next: next)
    }
    func rotate(from current: String, newNext: SigningKeyRecord, at now: Timestamp) async throws -> Bool {
        try await wrapped.rotate(from: current, newNext: newNext, at: now)
    }
    func revoke(_ kid: String, at now: Timestamp) async throws -> Bool { try await wrapped.revoke(kid, at: now) }
}

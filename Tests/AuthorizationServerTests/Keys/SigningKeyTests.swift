import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
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
        #expect(keys.map { $0.object?["kid"]?.string } == [FixtureKeys.currentKID, FixtureKeys.nextKID])
        for key in keys {
            let names = Set((key.object?.members ?? []).map(\.name))
            #expect(names == ["kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"])
            #expect(key.object?["alg"] == "RS256" && key.object?["use"] == "sig" && key.object?["kty"] == "RSA")
        }
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
}

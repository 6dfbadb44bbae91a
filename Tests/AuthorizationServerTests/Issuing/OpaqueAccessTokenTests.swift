import OAuthProtocol
import Storage
import TestSupport
import Testing

@testable import AuthorizationServer

@Suite struct OpaqueAccessTokenTests {
    private func token(_ fixture: EngineFixture, scopes: Scopes = ["openid", "profile", "email"]) -> OpaqueAccessToken {
        var access = GrantedAccess(
            clientID: fixture.web.clientID, userID: fixture.user.userID, audience: nil, scopes: scopes)
        access.sid = "session-id-0123456789-0123456789"
        return OpaqueAccessToken(access, issuedAt: fixture.now, expiresAt: fixture.now + 86_400)
    }

    @Test("what is sealed is opened again, and the text is short and URL-safe")
    func roundTrip() async throws {
        let fixture = try await EngineFixture.make()
        let text = try token(fixture).sealed(in: fixture.context)
        #expect(OpaqueAccessToken(opening: text, in: fixture.context) == token(fixture))
        #expect(text.utf8.count < 340)
        #expect(!text.contains(".") && Base64URL.decode(text) != nil)
    }

    @Test("two tokens of the same content differ")
    func nonce() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try token(fixture).sealed(in: fixture.context) != token(fixture).sealed(in: fixture.context))
    }

    @Test("changing any byte, or cutting any off, makes it unreadable")
    func tampered() async throws {
        let fixture = try await EngineFixture.make()
        let bytes = try #require(Base64URL.decode(try token(fixture).sealed(in: fixture.context)))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x10
            #expect(OpaqueAccessToken(opening: Base64URL.encode(changed), in: fixture.context) == nil)
            #expect(OpaqueAccessToken(opening: Base64URL.encode(bytes.prefix(index)), in: fixture.context) == nil)
        }
    }

    @Test("another tenant's token is unreadable")
    func otherTenant() async throws {
        let fixture = try await EngineFixture.make()
        let other = try #require(TenantID("other"))
        var tenant = fixture.tenant
        tenant.id = other
        let context = TenantContext(tenant: tenant, stores: fixture.engine.stores(for: other), environment: fixture.environment)
        let text = try token(fixture).sealed(in: fixture.context)
        #expect(OpaqueAccessToken(opening: text, in: context) == nil)
    }

    @Test("a token sealed under an older master key opens as long as the ring has it")
    func olderMasterKey() async throws {
        let fixture = try await EngineFixture.make()
        let older = try #require(MasterKeyRing.Key(bytes: Array(32..<64)))
        var before = fixture.context
        before.environment.masterKeys = MasterKeyRing(current: older)
        let text = try token(fixture).sealed(in: before)
        #expect(OpaqueAccessToken(opening: text, in: fixture.context) == token(fixture))
        let current = fixture.environment.masterKeys.current
        before.environment.masterKeys = MasterKeyRing(current: current)
        #expect(OpaqueAccessToken(opening: text, in: before) == nil)
    }

    @Test("empty parts survive")
    func emptyParts() async throws {
        let fixture = try await EngineFixture.make()
        var token = token(fixture, scopes: [])
        token.sid = nil
        #expect(OpaqueAccessToken(opening: try token.sealed(in: fixture.context), in: fixture.context) == token)
    }
}

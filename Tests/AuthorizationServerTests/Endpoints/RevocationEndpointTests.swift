import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct RevocationEndpointTests {
    private func revoke(_ fixture: EngineFixture, _ token: String?, as client: Client, _ extra: [(String, String)] = [])
        async throws
    {
        let pairs = fixture.credentials(of: client) + (token.map { [("token", $0)] } ?? []) + extra
        try await RevocationEndpoint(fixture.context).respond(
            to: FormParameters(pairs), authorization: nil, in: fixture.request())
    }

    @Test("the token is revoked with its family and logged as srrt")
    func revoked() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let second = try #require(try await fixture.token(fixture.refreshForm(first, from: fixture.spa)).refreshToken)
        try await revoke(fixture, second, as: fixture.spa, [("token_type_hint", "access_token")])
        #expect(try await fixture.lastEvent().type == .refreshTokenRevoked)
        for token in [first, second] {
            #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa)).kind == .invalidGrant)
        }
    }

    @Test("a used token revokes its successors")
    func usedToken() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        _ = try await fixture.token(fixture.refreshForm(first, from: fixture.spa))
        try await revoke(fixture, first, as: fixture.spa)
        #expect(try await fixture.family(of: first)?.revokedAt == fixture.now)
    }

    @Test("unknown tokens, forged ones, access tokens: nothing happens and nothing is refused")
    func nothing() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let access = try await fixture.token(fixture.refreshForm(token, from: fixture.native)).accessToken
        var forged = try #require(Base64URL.decode(token))
        forged[40] ^= 1
        let before = try await fixture.snapshot()
        for text in ["x", String(repeating: "A", count: 55), Base64URL.encode(forged), access] {
            try await revoke(fixture, text, as: fixture.native)
        }
        #expect(try await fixture.snapshot() == before)
    }

    @Test("another client's token: nothing happens")
    func otherClient() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let before = try await fixture.snapshot()
        try await revoke(fixture, token, as: fixture.web)
        #expect(try await fixture.snapshot() == before)
    }

    @Test("twice is once")
    func twice() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        for _ in 0..<2 { try await revoke(fixture, token, as: fixture.native) }
        #expect(try await fixture.logTypes().filter { $0 == "srrt" }.count == 1)
    }

    @Test("with the tenant's flag the whole grant goes: all tokens of user, client and audience, and the consent")
    func wholeGrant() async throws {
        var fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let sibling = try await fixture.refreshToken(for: fixture.native)
        let elsewhere = try await fixture.refreshToken(for: fixture.native, scopes: ["offline_access"], audience: nil)
        try await fixture.stores.consents.record(
            Consent(
                userID: fixture.user.userID, clientID: fixture.native.clientID, audience: EngineFixture.audience,
                scopes: ["read:items"], updatedAt: fixture.now))
        fixture.tenant.settings.revokeRefreshTokenGrant = true
        try await revoke(fixture, token, as: fixture.native)
        #expect(try await fixture.family(of: sibling)?.revokedAt == fixture.now)
        #expect(try await fixture.family(of: elsewhere)?.revokedAt == nil)
        #expect(try await fixture.snapshot().consents == [nil, nil, nil, nil])
    }

    @Test("a token that was revoked before does not end the rest of the grant")
    func revokedBefore() async throws {
        var fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let sibling = try await fixture.refreshToken(for: fixture.native)
        try await revoke(fixture, token, as: fixture.native)
        fixture.tenant.settings.revokeRefreshTokenGrant = true
        try await revoke(fixture, token, as: fixture.native)
        #expect(try await fixture.family(of: sibling)?.revokedAt == nil)
    }

    @Test("without the flag the siblings stay")
    func siblings() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let sibling = try await fixture.refreshToken(for: fixture.native)
        try await revoke(fixture, token, as: fixture.native)
        #expect(try await fixture.family(of: sibling)?.revokedAt == nil)
    }

    @Test(
        "no token: missing parameter; a repeated one: refused",
        arguments: [[], [("token", "a"), ("token", "a")]] as [[(String, String)]])
    func missing(extra: [(String, String)]) async throws {
        let fixture = try await EngineFixture.make()
        let error = await #expect(throws: OAuthError.self) { try await revoke(fixture, nil, as: fixture.native, extra) }
        #expect(error?.kind == .invalidRequest)
    }

    @Test("a wrong secret is invalid_client, 401, and revokes nothing")
    func wrongSecret() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.web)
        let form = FormParameters([("client_id", fixture.web.clientID), ("client_secret", "wrong"), ("token", token)])
        let error = await #expect(throws: OAuthError.self) {
            try await RevocationEndpoint(fixture.context).respond(to: form, authorization: nil, in: fixture.request())
        }
        let kind = try #require(error?.kind)
        let wire = WireProfile.auth0.wireError(for: kind, at: .clientEndpoint)
        #expect(wire.status == 401 && wire.code == "invalid_client")
        #expect(try await fixture.family(of: token)?.revokedAt == nil)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 8.7, row by row: kind, text, and that nothing changed.
@Suite struct RefreshTokenRefusalTests {
    private let text = "Unknown or invalid refresh token."

    private func expectRefused(
        _ fixture: EngineFixture, _ form: [(String, String)], _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await fixture.snapshot()
        let error = try await fixture.refusal(of: form, location)
        #expect(error.kind == .invalidGrant, sourceLocation: location)
        #expect(error.description == text, sourceLocation: location)
        #expect(try await fixture.snapshot() == before, sourceLocation: location)
        #expect(try await fixture.logTypes().last == "fertft", sourceLocation: location)
    }

    @Test(
        "malformed tokens are refused",
        arguments: ["x", "v1.abcdef", "....", String(repeating: "A", count: 55), String(repeating: "A", count: 4000)])
    func malformed(token: String) async throws {
        let fixture = try await EngineFixture.make()
        try await expectRefused(fixture, fixture.refreshForm(token, from: fixture.native))
    }

    @Test("an unknown family is refused")
    func unknown() async throws {
        let fixture = try await EngineFixture.make()
        let other = try await EngineFixture.make()
        let foreign = try await other.refreshToken(for: other.native)
        try await expectRefused(fixture, fixture.refreshForm(foreign, from: fixture.native))
    }

    @Test("a forged token, of any generation, is refused and revokes nothing", arguments: [1, 2, 3, 4])
    func forged(generation: UInt8) async throws {
        let fixture = try await EngineFixture.make()
        var token = try await fixture.refreshToken(for: fixture.spa)
        for _ in 0..<2 {
            token = try #require(try await fixture.token(fixture.refreshForm(token, from: fixture.spa)).refreshToken)
        }
        var bytes = try #require(Base64URL.decode(token))
        bytes[24] = generation
        bytes[40] ^= 1
        try await expectRefused(fixture, fixture.refreshForm(Base64URL.encode(bytes), from: fixture.spa))
        #expect(try await fixture.token(fixture.refreshForm(token, from: fixture.spa)).refreshToken != nil)
    }

    @Test("another client's token is refused and revokes nothing, current or used")
    func otherClient() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let second = try #require(try await fixture.token(fixture.refreshForm(first, from: fixture.spa)).refreshToken)
        fixture.clock.advance(by: 3600)
        for token in [first, second] { try await expectRefused(fixture, fixture.refreshForm(token, from: fixture.web)) }
        #expect(try await fixture.token(fixture.refreshForm(second, from: fixture.spa)).refreshToken != nil)
    }

    @Test("a revoked token is refused")
    func revoked() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        try await RevocationEndpoint(fixture.context).respond(
            to: FormParameters([("client_id", fixture.native.clientID), ("token", token)]), authorization: nil,
            in: fixture.request())
        try await expectRefused(fixture, fixture.refreshForm(token, from: fixture.native))
    }

    @Test("an idle token is refused from its idle end on, and use moves that end")
    func idle() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.spa
        client.refreshToken.idleTokenLifetime = 1000
        #expect(try await fixture.stores.clients.update(client))
        var token = try await fixture.refreshToken(for: client)
        for _ in 0..<3 {
            fixture.clock.advance(milliseconds: 999_999)
            token = try #require(try await fixture.token(fixture.refreshForm(token, from: client)).refreshToken)
        }
        fixture.clock.advance(by: 1000)
        try await expectRefused(fixture, fixture.refreshForm(token, from: client))
    }

    @Test("the absolute end is inherited by every successor")
    func absolute() async throws {
        let fixture = try await EngineFixture.make()
        var token = try await fixture.refreshToken(for: fixture.spa)
        for _ in 0..<3 {
            fixture.clock.advance(by: 800_000)
            token = try #require(try await fixture.token(fixture.refreshForm(token, from: fixture.spa)).refreshToken)
        }
        fixture.clock.advance(by: 192_000)
        try await expectRefused(fixture, fixture.refreshForm(token, from: fixture.spa))
    }

    @Test("a blocked user: user is blocked, and nothing changes")
    func blockedUser() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        #expect(try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now))
        let before = try await fixture.snapshot()
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa))
        #expect(error.kind == .userBlocked && error.description.contains("user is blocked"))
        #expect(try await fixture.snapshot() == before)
    }

    @Test("no refresh_token, an empty one: missing parameter", arguments: [nil, ""])
    func missing(token: String?) async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(of: fixture.refreshForm("", from: fixture.native, [("refresh_token", token)]))
        #expect(error.kind == .invalidRequest && error.description == "Missing required parameter: refresh_token")
    }

    @Test("a client that lost the grant: unauthorized_client, and nothing changes")
    func grantWithdrawn() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        var client = fixture.native
        client.grantTypes = [.authorizationCode]
        #expect(try await fixture.stores.clients.update(client))
        let before = try await fixture.snapshot()
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: client))
        #expect(error.kind == .unauthorizedClient)
        #expect(error.description == "Grant type 'refresh_token' not allowed for the client.")
        #expect(try await fixture.snapshot() == before)
    }
}

import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A client that found tokens somewhere asks whose they are and what they are good for (RFC 7662 section 4).
@Suite struct TokenScanTests {
    @Test("an API learns of tokens for itself, and of no other token of the tenant", arguments: [
        (EngineFixture.audience, true), (nil, false), ("https://other.example.test/", false),
    ] as [(String?, Bool)])
    func resourceServer(api: String?, isTold: Bool) async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.introspection = true }
        let server = try await TestServer.make(fixture)
        var journey = Journey(server, fixture.native)
        let tokens = try await journey.tokens(["audience": EngineFixture.audience, "scope": "openid offline_access read:items"])
        let scanner = try await server.thief { ($0.appType, $0.resourceServerIdentifier) = (.resourceServer, api) }
        func ask(_ token: String) async throws -> WireAnswer {
            try await server.ask("/oauth/introspect", as: scanner, [("token", token)])
        }
        let answer = try await ask(tokens.member("access_token") ?? "")
        #expect(answer.status == 200 && answer.json?["active"] == .bool(isTold))
        #expect(isTold || answer.json == ["active": false], "not a word more")
        #expect(try await ask(tokens.member("refresh_token") ?? "").json == ["active": false])
        #expect(try await ask(tokens.member("id_token") ?? "").json == ["active": false])
    }
}

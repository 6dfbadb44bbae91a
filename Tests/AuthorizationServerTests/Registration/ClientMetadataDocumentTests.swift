import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Clients whose id is the address of a document (OAuth Client ID Metadata Document).
@Suite struct ClientMetadataDocumentTests {
    private static let id = "https://agent.example.test/client.json"

    private func make(isAllowed: Bool = true) async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.registration.metadataDocuments = isAllowed }
        return fixture
    }

    private func document(_ changes: [(String, JSONValue?)] = [], id: String = id) -> String {
        var document: JSONObject = [
            "client_id": .string(id), "client_name": "Agent", "redirect_uris": .strings(["https://agent.example.test/cb"]),
        ]
        for (name, value) in changes { document[name] = value }
        return document.serializedString
    }

    private func client(_ changes: [(String, JSONValue?)] = [], type: String = "application/json", status: Int = 200) async throws -> Client? {
        let fixture = try await make()
        fixture.outbound.serve(document(changes), at: Self.id, type: type, status: status)
        return try await fixture.context.client(Self.id)
    }

    @Test("a good document is a public stranger of the standard profile, whose consent page shows the domain")
    func good() async throws {
        let client = try #require(try await client([("logo_uri", "https://agent.example.test/logo.png")]))
        #expect(client.clientID == Self.id && client.name == "Agent" && client.isPublic && !client.isFirstParty)
        #expect(client.wireProfile == .standard && client.registration?.origin == .metadataDocument)
        #expect(client.callbacks == ["https://agent.example.test/cb"] && client.logoURI == "https://agent.example.test/logo.png")
        #expect(client.refreshToken.rotationType == .rotating && client.clientSecret == nil)
        #expect(UnverifiedClient(client, callback: nil)?.domain == "agent.example.test")
    }

    @Test("private_key_jwt is the only proof that it may name", arguments: [
        ("none", true), ("private_key_jwt", true), ("client_secret_basic", false), ("client_secret_post", false),
        ("client_secret_jwt", false), ("tls_client_auth", false),
    ])
    func methods(_ method: String, _ isGood: Bool) async throws {
        let jwks: JSONValue = .object(["keys": .array([.object(try TestKey().jwk)])])
        let found = try await client([("token_endpoint_auth_method", .string(method)), ("jwks", jwks)])
        #expect((found != nil) == isGood)
    }

    @Test("documents that are no good are no client", arguments: [
        [("client_id", nil)], [("client_id", "https://agent.example.test/client.json/")], [("client_id", "https://evil.test/client.json")],
        [("client_id", 1)], [("client_secret", "public-secret")], [("client_secret_expires_at", 0)], [("client_secret", .null)],
        [("redirect_uris", nil)], [("redirect_uris", .strings(["https://agent.example.test/#f"]))],
        [("redirect_uris", .strings(["javascript:alert(1)"]))], [("jwks_uri", "http://agent.example.test/jwks")],
        [("client_name", .string(String(repeating: "x", count: 20_000)))],
    ] as [[(String, JSONValue?)]])
    func bad(_ changes: [(String, JSONValue?)]) async throws { #expect(try await client(changes) == nil) }

    @Test("only 200 and JSON", arguments: [
        ("application/json", 200, true), ("application/cimd+json", 200, true), ("text/html", 200, false), ("", 200, false),
        ("application/json", 201, false), ("application/json", 404, false), ("application/json", 302, false), ("text/json+x", 200, false),
    ])
    func answer(_ type: String, _ status: Int, _ isGood: Bool) async throws {
        #expect(try await (client(type: type, status: status) != nil) == isGood)
    }

    @Test("addresses that could be read in two ways are never asked", arguments: [
        "http://agent.example.test/client.json", "https://agent.example.test", "https://agent.example.test/",
        "https://agent.example.test/c?x=1", "https://agent.example.test/c?", "https://agent.example.test/c#f", "https://agent.example.test/c#",
        "https://user@agent.example.test/c", "https://user:pw@agent.example.test/c", "https://agent.example.test/a/../c",
        "https://agent.example.test/./c", "https://agent.example.test/%2e%2e/c", "HTTPS://agent.example.test/c",
        "https://agent.example.test/c\u{0}", "https://agent.example.test/c d", "https:agent.example.test/c", "https:///c",
        "https://agent.example.test/" + String(repeating: "x", count: 512),
    ])
    func addresses(_ id: String) async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(id: id), at: id)
        #expect(try await fixture.context.client(id) == nil)
        #expect(fixture.outbound.gets.isEmpty)
    }

    @Test("a tenant that does not allow them asks nobody")
    func notAllowed() async throws {
        let fixture = try await make(isAllowed: false)
        fixture.outbound.serve(document(), at: Self.id)
        #expect(try await fixture.context.client(Self.id) == nil && fixture.outbound.gets.isEmpty)
    }

    @Test("a document is kept for an hour, and less when it says so", arguments: [(nil, 3600), (600, 600), (7200, 3600)] as [(Int64?, Int64)])
    func cached(_ maxAge: Int64?, _ lifetime: Int64) async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id, maxAge: maxAge)
        #expect(try await fixture.context.client(Self.id)?.name == "Agent")
        fixture.outbound.serve(document([("client_name", "Changed")]), at: Self.id)
        fixture.clock.advance(milliseconds: lifetime * 1000 - 1)
        #expect(try await fixture.context.client(Self.id)?.name == "Agent")
        #expect(fixture.outbound.gets.count == 1)
        fixture.clock.advance(milliseconds: 1)
        #expect(try await fixture.context.client(Self.id)?.name == "Changed")
    }

    @Test("the code flow of such a client, with the domain on the consent page")
    func flow() async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id)
        let client = try #require(try await fixture.context.client(Self.id))
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(
            await browser.authorize(client, ["redirect_uri": "https://agent.example.test/cb"]), at: PagePath.login)
        _ = try await browser.logIn(state)
        guard case .page(let path, _) = try await browser.resume(state) else { Issue.record("no consent"); return }
        #expect(path.hasPrefix(PagePath.consent))
        let step = ConsentStep(fixture.context)
        let prompt = try browser.prompt(await step.show(browser.visit(state)))
        #expect(prompt.page.unverified?.domain == "agent.example.test")
        _ = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state))
        let code = try #require(try EngineBrowser.answer(await browser.resume(state))["code"])
        let tokens = try await fixture.token([
            ("grant_type", "authorization_code"), ("client_id", Self.id), ("code", code),
            ("redirect_uri", "https://agent.example.test/cb"), ("code_verifier", PKCEExample.verifier),
        ])
        #expect(tokens.idToken != nil)
    }
}

import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Addresses that look like a registered one and lead elsewhere (RFC 9700 section 4.1): nothing is sent there, and the page that
/// says so does not link there.
@Suite struct RedirectAttackTests {
    /// Against `https://app.example.test/callback`.
    static let lookalikes = [
        "https://app.example.test@evil.example/callback", "https://app.example.test:443@evil.example/callback",
        "https://user:pass@app.example.test/callback", "https://@app.example.test/callback",
        "https://app.example.test%2F@evil.example/callback", "https://app.example.test%00.evil.example/callback",
        "https://app.example.test/callback/../evil", "https://app.example.test/callback/%2e%2e/evil",
        "https://app.example.test/x/../callback", "https://app.example.test/%63allback", "https://app.example.test//callback",
        "https://app.example.test/callback/", "https://app.example.test/callback%2F", "https://app.example.test/callback;x",
        "https://app.example.test./callback", "https://app.example.test.evil.example/callback",
        "https://evilapp.example.test/callback", "https://example.test/callback", "https://a.app.example.test/callback",
        "https://app.example.test/CALLBACK", "https://app.example.test:8443/callback", "https://app.example.test:0443/callback",
        "https://app.example.test:/callback", "http://app.example.test/callback", "//app.example.test/callback", "/callback",
        "callback", "https:app.example.test/callback", "https:/app.example.test/callback", "https:///app.example.test/callback",
        "https:\\\\app.example.test\\callback", "https://evil.example\\@app.example.test/callback",
        "https://evil.example#@app.example.test/callback", "https://evil.example?@app.example.test/callback",
        "https://app.example.test/callback?x=1", "https://app.example.test/callback?",
        "https://app.ex\u{61}\u{300}mple.test/callback",
        "https://app。example.test/callback", "https://ａpp.example.test/callback",
        "javascript:alert(1)//https://app.example.test/callback",
        "data:text/html,x", "https://app.example.test/callback\u{0}", "https://app.example.test/callback\r\nX: y",
        "https://app.example.test/callback ", " https://app.example.test/callback", "https://*/callback", "*",
        "https://[::1]/callback",
        "https://localhost/callback", "urn:ietf:wg:oauth:2.0:oob",
    ]

    @Test("the authorization endpoint sends nobody to an address that only looks like a registered one", arguments: lookalikes)
    func authorize(address: String) async throws {
        let server = try await TestServer.make()
        let journey = Journey(server, server.fixture.web)
        for extra in [[:], ["prompt": "none"], ["response_type": "nonsense"]] as [[String: String?]] {
            let parameters = journey.authorizeParameters(extra.merging(["redirect_uri": address]) { $1 })
            let answer = try await server.send(.get("/authorize", parameters))
            #expect(answer.location == nil)
            #expect(answer.status == 400 || answer.status == 403)
            #expect(!answer.text.contains("href=\"\(address)"))
            #expect(!answer.text.contains("evil.example\""))
        }
    }

    @Test("a code is not given out to an address that only looks like the one it was asked for", arguments: lookalikes)
    func exchange(address: String) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let code = try await journey.signIn()["code"]
        let answer = try await journey.exchange(code: code, ["redirect_uri": address])
        #expect(answer.isRefusal())
    }

    @Test("both logout endpoints send nobody to an address that only looks like a registered one", arguments: lookalikes)
    func logout(address: String) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) { $0.allowedLogoutURLs = [EngineFixture.callback] }
        for (path, name) in [("/v2/logout", "returnTo"), ("/oidc/logout", "post_logout_redirect_uri")] {
            // The query is not compared at /v2/logout (contract 2.5).
            if path == "/v2/logout", address.hasPrefix("https://app.example.test/callback?") { continue }
            let answer = try await server.send(.get(path, [("client_id", client.clientID), (name, address)]))
            #expect(answer.location == nil)
            #expect((400...403).contains(answer.status))
        }
    }

    /// The placeholder, and what must not be taken for one label in its place.
    static let placeholders = [
        ("https://*.example.test/callback", "https://evil.example/.example.test/callback"),
        ("https://*.example.test/callback", "https://evil.example?.example.test/callback"),
        ("https://*.example.test/callback", "https://evil.example#.example.test/callback"),
        ("https://*.example.test/callback", "https://a.b.example.test/callback"),
        ("https://*.example.test/callback", "https://.example.test/callback"),
        ("https://*.example.test/callback", "https://example.test/callback"),
        ("https://*.example.test/callback", "https://evil@a.example.test/callback"),
        ("https://*.example.test/callback", "https://a.example.test./callback"),
        ("https://*.example.test/callback", "https://*.example.test/callback"),
        ("https://*.example.test/callback", "https://aexample.test/callback"),
        ("https://*.co.uk/callback", "https://evil.co.uk/callback"), ("https://*.com/callback", "https://evil.com/callback"),
        ("https://*/callback", "https://evil/callback"), ("https://a.*.test/callback", "https://a.evil.test/callback"),
        ("*", "https://evil.example/callback"), ("https://app.example.test/*", "https://app.example.test/evil"),
    ]

    @Test("a placeholder stands for one label of a host and nothing else", arguments: placeholders)
    func placeholder(entry: String, address: String) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) { $0.callbacks = [entry] }
        let parameters = Journey(server, client).authorizeParameters(["redirect_uri": address])
        let answer = try await server.send(.get("/authorize", parameters))
        #expect(answer.location == nil)
        #expect((400...403).contains(answer.status))
    }

    @Test("with several addresses registered none is chosen for a request that names none")
    func missing() async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) {
            $0.callbacks = [EngineFixture.callback, "https://two.example.test/"]
        }
        for address in ["", nil] {
            let parameters = Journey(server, client).authorizeParameters(["response_type": "nonsense", "redirect_uri": address])
            let answer = try await server.send(.get("/authorize", parameters))
            #expect(answer.location?.contains("two.example.test") != true)
            #expect(answer.status < 500)
        }
    }

    @Test("a response that goes to a window goes to the callback's own origin", arguments: ["web_message", "form_post"])
    func otherModes(mode: String) async throws {
        let server = try await TestServer.make()
        let journey = Journey(server, server.fixture.web)
        let changes = ["response_mode": mode, "prompt": "none", "redirect_uri": "https://evil.example/callback"]
        let answer = try await server.send(.get("/authorize", journey.authorizeParameters(changes.mapValues(Optional.some))))
        #expect((400...403).contains(answer.status))
        #expect(!answer.text.contains("evil.example\""))
        #expect(!answer.text.contains("postMessage"))
    }
}

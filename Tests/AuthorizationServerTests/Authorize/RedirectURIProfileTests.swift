import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Where redirect URIs are judged differently: Auth0's profile forgives, the others compare strings (RFC 9700 section 4.1.3;
/// conformance 1.6, 3.4 to 3.6), but for the port of native loopback addresses (RFC 8252 section 7.3).
@Suite struct RedirectURIProfileTests {
    /// Whether the login page comes; otherwise the refusal was shown to the user.
    private func accepts(
        _ sent: String?, registered: [String], _ profile: WireProfile = .standard, native: Bool = false
    ) async throws -> Bool {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(native ? fixture.native : fixture.web) { client in
            (client.wireProfile, client.callbacks) = (profile, registered)
        }
        var browser = EngineBrowser(fixture)
        do {
            let outcome = try await browser.authorize(client, ["redirect_uri": sent ?? ""])
            _ = try EngineBrowser.state(outcome, at: PagePath.login)
            return true
        } catch AuthorizeFailure.shownToUser {
            return false
        }
    }

    @Test("the standard profile compares strings", arguments: [
        "https://app.example.test/callback/", "https://APP.example.test/callback", "https://app.example.test:443/callback",
        "https://app.example.test/callback?a=b", "https://app.example.test/Callback", "http://app.example.test/callback",
        "https://app.example.test/x/../callback", "https://app.example.test/callback#f", "https://user@app.example.test/callback",
        "https://app.example.test.evil.test/callback", "https://app.example.test/%63allback",
    ])
    func exact(_ sent: String) async throws {
        #expect(try await !accepts(sent, registered: ["https://app.example.test/callback"]))
    }

    @Test("a registered query is part of the string")
    func query() async throws {
        let registered = ["https://app.example.test/callback?bar=foo"]
        #expect(try await accepts(registered[0], registered: registered))
        #expect(try await !accepts("https://app.example.test/callback", registered: registered))
        #expect(try await !accepts("https://app.example.test/callback?bar=foo&x", registered: registered))
    }

    @Test("Auth0 forgives the case of the host")
    func forgiving() async throws {
        #expect(try await accepts("https://APP.example.test/callback", registered: ["https://app.example.test/callback"], .auth0))
    }

    @Test("native clients get any port on loopback", arguments: [
        ("http://127.0.0.1:49152/cb", "http://127.0.0.1/cb", true), ("http://127.0.0.1:1/cb", "http://127.0.0.1:8080/cb", true),
        ("http://[::1]:49152/cb", "http://[::1]/cb", true), ("http://127.0.0.1:49152/other", "http://127.0.0.1/cb", false),
        ("http://[::1]:49152/cb", "http://127.0.0.1/cb", false), ("https://127.0.0.1:49152/cb", "http://127.0.0.1/cb", false),
        ("http://127.0.0.1:49152/cb?x=1", "http://127.0.0.1/cb", false), ("http://127.0.0.1.evil.test:80/cb", "http://127.0.0.1/cb", false),
        ("http://evil.test:49152/cb", "http://127.0.0.1/cb", false),
    ])
    func loopback(_ sent: String, _ registered: String, _ isGood: Bool) async throws {
        #expect(try await accepts(sent, registered: [registered], native: true) == isGood)
        #expect(try await !accepts(sent, registered: [registered], native: false))
    }

    @Test("without redirect_uri: the only one in the standard profile, the first with Auth0, none in FAPI 2", arguments: [
        (WireProfile.standard, 1, true), (.standard, 2, false), (.auth0, 2, true), (.fapi2Security, 1, false),
    ])
    func absent(_ profile: WireProfile, _ count: Int, _ isGood: Bool) async throws {
        let registered = Array([EngineFixture.callback, "https://app.example.test/other"].prefix(count))
        #expect(try await accepts(nil, registered: registered, profile) == isGood)
    }

    @Test("an error page names no address to go to, and nothing is stored")
    func nothingStored() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = .standard }
        var browser = EngineBrowser(fixture)
        await #expect(throws: AuthorizeFailure.self) {
            try await browser.authorize(client, ["redirect_uri": "https://evil.test/", "prompt": "none"])
        }
        #expect(browser.cookies.device == nil)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/v2/logout` (contract 12.1).
@Suite struct LogoutEndpointTests {
    private static let bye = "https://app.example.test/bye"

    private func signedIn() async throws -> EngineBrowser {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.allowedLogoutURLs = ["https://tenant.example.test/"]
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        return browser
    }

    private func logOut(_ browser: inout EngineBrowser, _ pairs: [(String, String)]) async throws -> LogoutOutcome {
        let outcome = try await LogoutEndpoint(browser.fixture.context).respond(
            to: FormParameters(pairs), browser: browser.cookies, in: browser.request)
        switch outcome {
        case .redirect(_, let changes), .frames(_, _, let changes), .loggedOut(_, let changes), .refused(_, _, let changes): browser.keep(changes)
        case .confirm: Issue.record("asked")
        }
        return outcome
    }

    private func target(_ outcome: LogoutOutcome) -> String? {
        guard case .redirect(let target, _) = outcome else { return nil }
        return target
    }

    @Test("the address must be in the client's list, or the tenant's without a client; query and hash do not count", arguments: [
        (true, bye, bye), (true, bye + "?a=1&b=2", bye + "?a=1&b=2"), (true, bye + "#top", bye),
        (true, "https://tenant.example.test/", nil), (false, "https://tenant.example.test/?x=1", "https://tenant.example.test/?x=1"),
        (false, bye, nil), (true, bye + "/more", nil), (true, "https://evil.test/bye", nil), (true, "//evil.test", nil),
        (true, "https://app.example.test@evil.test/bye", nil), (true, "javascript:alert(1)", nil),
    ])
    func addresses(_ namesClient: Bool, _ returnTo: String, _ expected: String?) async throws {
        var browser = try await signedIn()
        let pairs = [("returnTo", returnTo)] + (namesClient ? [("client_id", browser.fixture.web.clientID)] : [])
        let outcome = try await logOut(&browser, pairs)
        #expect(target(outcome) == expected)
        // The session is over in any case, on the server too.
        #expect(browser.cookies.session == nil)
        #expect(try await browser.fixture.events().contains(.logoutSucceeded))
    }

    @Test("a client without returnTo goes to its first address, nothing at all ends on the plain page")
    func defaults() async throws {
        var browser = try await signedIn()
        #expect(target(try await logOut(&browser, [("client_id", browser.fixture.web.clientID), ("federated", "")])) == Self.bye)
        guard case .loggedOut = try await logOut(&browser, []) else { Issue.record("went somewhere"); return }
    }

    @Test("what is refused says why, after the session ended", arguments: [
        [("client_id", "nobody")], [("client_id", "a"), ("client_id", "b")], [("returnTo", bye), ("returnTo", bye)],
    ])
    func refused(_ pairs: [(String, String)]) async throws {
        var browser = try await signedIn()
        guard case .refused(let error, _, _) = try await logOut(&browser, pairs) else { Issue.record("not refused"); return }
        #expect(error.kind == .invalidRequest)
        #expect(browser.cookies.session == nil)
    }

    @Test("the cookie of an ended session is worth nothing")
    func ended() async throws {
        var browser = try await signedIn()
        let old = browser.cookies
        _ = try await logOut(&browser, [])
        browser.cookies = old
        let answer = try EngineBrowser.answer(await browser.authorize(browser.fixture.web, ["prompt": "none"]))
        #expect(answer["error"] == "login_required")
    }

    @Test("a logout without a session leaves no trace")
    func noSession() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await logOut(&browser, [("client_id", fixture.web.clientID)])
        #expect(try await fixture.events().isEmpty)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct BrowserSessionTests {
    private func isAlive(_ browser: EngineBrowser) async throws -> Bool {
        var copy = browser
        return try EngineBrowser.answer(await copy.authorize(browser.fixture.web, ["prompt": "none"]))["code"] != nil
    }

    @Test("every login makes a new cookie value, and the one before is good for nothing")
    func renewal() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        browser.cookies.session = "planted-by-an-attacker"
        _ = try await browser.signIn(fixture.web)
        let first = try #require(browser.cookies.session)
        #expect(first != "planted-by-an-attacker")
        #expect(first.utf8.count == 43)
        let session = try #require(try await fixture.stores.sessions.find(TokenHash(of: first), at: fixture.now))
        #expect(session.sid.utf8.count == 32)
        #expect(!first.contains(session.sid))
        _ = try await browser.signIn(fixture.web, ["prompt": "login"])
        #expect(try await fixture.stores.sessions.find(TokenHash(of: first), at: fixture.now) == nil)
        let second = try #require(try await fixture.stores.sessions.find(sid: session.sid, at: fixture.now))
        #expect(second.cookieHash == TokenHash(of: try #require(browser.cookies.session)), "the session goes on")
        #expect(second.clients == session.clients + [fixture.web.clientID].filter { !session.clients.contains($0) })
    }

    @Test("activity restarts the idle timer, but never beyond the absolute end")
    func lifetimes() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.idleSessionLifetime = 100
        fixture.tenant.settings.sessionLifetime = 250
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        for _ in 0..<2 {
            fixture.clock.advance(by: 99)
            #expect(try await isAlive(browser))
        }
        fixture.clock.advance(by: 52)
        #expect(try await !isAlive(browser))
    }

    @Test("an idle session is over at its idle end exactly")
    func idle() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.idleSessionLifetime = 100
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        fixture.clock.advance(by: 100)
        #expect(try await !isAlive(browser))
    }

    @Test("shortening a lifetime ends old sessions, lengthening it does not prolong them")
    func settings() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.idleSessionLifetime = 100
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        browser.fixture.tenant.settings.idleSessionLifetime = 1000
        fixture.clock.advance(by: 50)
        #expect(try await isAlive(browser))
        fixture.clock.advance(by: 100)
        #expect(try await !isAlive(browser))
        _ = try await browser.signIn(fixture.web)
        browser.fixture.tenant.settings.sessionLifetime = 10
        fixture.clock.advance(by: 10)
        #expect(try await !isAlive(browser))
    }

    @Test("the cookie outlives the browser only when the tenant says so", arguments: [true, false])
    func persistence(_ isPersistent: Bool) async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.persistentSession = isPersistent
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        guard case .leave(.page(_, let changes)) = try await browser.logIn(state), case .set(_, let maxAge) = changes.session else {
            Issue.record("no session")
            return
        }
        #expect(maxAge == (isPersistent ? fixture.tenant.settings.sessionLifetime.seconds : nil))
    }
}

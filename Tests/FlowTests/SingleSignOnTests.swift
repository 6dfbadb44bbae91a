import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Sessions across applications and silent authentication (contract 4.4, 4.5, 5).
@Suite struct SingleSignOnTests {
    @Test("A second application signs in without a page, in the same session")
    func secondApplication() async throws {
        let server = try await TestServer.make()
        var first = Journey(server, server.fixture.spa)
        let firstToken = try await first.tokens(["scope": "openid"]).member("id_token")
        var second = Journey(server, server.fixture.web, browser: first.browser)
        let callback = try await second.authorize(["scope": "openid"]).callback()
        let secondToken = try await second.exchange(code: callback["code"]).member("id_token")
        let (one, two) = (Journey.claims(of: firstToken), Journey.claims(of: secondToken))
        #expect(one?["sid"]?.string?.isEmpty == false)
        #expect(one?["sid"] == two?["sid"])
        #expect(two?["aud"]?.string == server.fixture.web.clientID)
    }

    @Test("Another browser has to sign in")
    func otherBrowser() async throws {
        let server = try await TestServer.make()
        var first = Journey(server, server.fixture.spa)
        _ = try await first.signIn()
        var second = Journey(server, server.fixture.spa)
        #expect(try await second.authorize().page().path.hasPrefix("/u/login?"))
    }

    @Test("A wrong password shows the page again with the contract's text, and the right one goes on")
    func wrongPassword() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let page = try await journey.authorize().page()
        let again = try await journey.logIn(on: page, password: "wrong").page()
        #expect(again.html.contains("Wrong email or password."))
        #expect(!again.html.contains("wrong\""))
        let unknown = try await journey.logIn(on: again, email: "nobody@example.test").page()
        #expect(unknown.status == again.status)
        #expect(unknown.html.contains("Wrong email or password."))
        #expect(try await journey.logIn(on: unknown).callback()["code"]?.isEmpty == false)
    }

    @Test("The session cookie is bound to the host, hidden from scripts and renewed by signing in")
    func cookies() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        _ = try await journey.signIn()
        let session = try #require(journey.browser.cookies.first { $0.name == "auth0" }).value
        #expect(
            journey.browser.lastSetCookies.contains {
                $0.hasPrefix("auth0=\(session); Path=/; Max-Age=") && $0.hasSuffix("; HttpOnly; Secure; SameSite=None")
            })
        #expect(journey.browser.lastSetCookies.allSatisfy { !$0.contains("Domain") })
        _ = try await journey.signIn(["prompt": "login"])
        #expect(journey.browser.cookies.first { $0.name == "auth0" }?.value != session)
    }

    @Test("Silent authentication answers the frame that asked, and only it")
    func silent() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let silent: [String: String?] = ["prompt": "none", "response_mode": "web_message"]
        let refused = try await journey.authorize(silent).page()
        #expect(refused.status == 200)
        #expect(refused.html.contains("login_required"))
        #expect(refused.html.contains("Login required"))
        _ = try await journey.signIn()
        let page = try await journey.authorize(silent).page()
        #expect(page.html.contains("authorization_response"))
        #expect(page.html.contains("state-1"))
        #expect(page.headers.header("X-Frame-Options") == nil)
        let policy = try #require(page.headers.header("Content-Security-Policy"))
        #expect(policy.contains("frame-ancestors https://app.example.test"))
        #expect(policy.contains("script-src 'nonce-"))
        #expect(!policy.contains("unsafe-inline"))
    }

    @Test("A web message for an origin that is not the client's is refused on a page that nobody may frame")
    func foreignOrigin() async throws {
        let server = try await TestServer.make()
        var spa = server.fixture.spa
        (spa.webOrigins, spa.callbacks) = ([], ["https://app.example.test/callback"])
        _ = try await server.fixture.stores.clients.update(spa)
        var journey = Journey(server, spa)
        let page = try await journey.authorize([
            "redirect_uri": "https://evil.test/", "prompt": "none", "response_mode": "web_message",
        ]).page()
        #expect(page.status == 403)
        #expect(page.headers.header("X-Frame-Options") == "DENY")
    }

    @Test("max_age and prompt=login ask for the password again, prompt=none then refuses")
    func reauthentication() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        _ = try await journey.signIn()
        server.fixture.clock.advance(by: 120)
        #expect(try await journey.authorize(["prompt": "login"]).page().path.hasPrefix("/u/login"))
        #expect(try await journey.authorize(["max_age": "60"]).page().path.hasPrefix("/u/login"))
        #expect(try await journey.authorize(["max_age": "60", "prompt": "none"]).callback()["error"] == "login_required")
        #expect(try await journey.authorize(["max_age": "300"]).callback()["code"]?.isEmpty == false)
    }

    @Test("An idle session ends, and so does one that is old")
    func lifetimes() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        _ = try await journey.signIn()
        for _ in 0..<2 {
            server.fixture.clock.advance(by: .hours(71))
            #expect(try await journey.authorize().callback()["code"]?.isEmpty == false)
        }
        server.fixture.clock.advance(by: .hours(26))
        #expect(try await journey.authorize().page().path.hasPrefix("/u/login"))
    }

    @Test("A transaction belongs to the browser that began it")
    func foreignTransaction() async throws {
        let server = try await TestServer.make()
        var victim = Journey(server, server.fixture.spa)
        let page = try await victim.authorize().page()
        var thief = TestBrowser(server)
        let stolen = try await thief.open(page.path).page()
        #expect(stolen.status == 400)
        #expect(stolen.html.contains("find your session"))
        let submitted = try await thief.submit(
            page, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]
        ).page()
        #expect(submitted.status == 400)
    }

    @Test("Two transactions of one browser do not disturb each other")
    func concurrentTransactions() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let first = try await journey.authorize(["state": "one"]).page()
        let second = try await journey.authorize(["state": "two"]).page()
        #expect(try await journey.logIn(on: first).callback()["state"] == "one")
        #expect(try await journey.logIn(on: second).callback()["state"] == "two")
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct SingleSignOnTests {
    @Test("a second client is answered without a page, and the session remembers both")
    func twoClients() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.spa))
        #expect(answer["code"] != nil)
        let cookie = try #require(browser.cookies.session)
        let session = try #require(try await fixture.stores.sessions.find(TokenHash(of: cookie), at: fixture.now))
        #expect(Set(session.clients) == [fixture.web.clientID, fixture.spa.clientID])
        #expect(try await fixture.events() == [.loginSucceeded, .loginSucceeded])
    }

    @Test("silent authentication works with the session, fails without it, and is recorded as such")
    func silent() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let asks = ["prompt": "none", "response_mode": "web_message"]
        let before = try EngineBrowser.answer(await browser.authorize(fixture.spa, asks))
        #expect(before["error"] == "login_required")
        #expect(before["error_description"] == "Login required")
        #expect(before.delivery == .webMessage(targetOrigin: "https://app.example.test"))
        #expect(browser.cookies.device == nil)
        _ = try await browser.signIn(fixture.web)
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.spa, asks))["code"] != nil)
        #expect(try await fixture.events() == [.silentAuthFailed, .loginSucceeded, .silentAuthSucceeded])
    }

    @Test("prompt=login and max_age=0 insist on the password, then answer with the new authentication time", arguments: [
        ["prompt": "login"], ["max_age": "0"], ["max_age": "10"],
    ])
    func reauthentication(_ asks: [String: String]) async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let first = browser.cookies.session
        fixture.clock.advance(by: 60)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, asks), at: PagePath.login)
        // Going straight on, without the password, only leads back.
        #expect(try EngineBrowser.state(await browser.resume(state), at: PagePath.login) == state)
        _ = try await browser.logIn(state)
        #expect(browser.cookies.session != first)
        let code = try #require(try EngineBrowser.answer(await browser.resume(state))["code"])
        let record = try #require(try await fixture.stores.authorizationCodes.find(TokenHash(of: code)))
        #expect(record.access.authTime == fixture.now)
        #expect(try await fixture.stores.sessions.find(TokenHash(of: first ?? ""), at: fixture.now) == nil)
    }

    @Test("max_age that the session keeps answers at once, with auth_time")
    func youngEnough() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let signedIn = fixture.now
        fixture.clock.advance(by: 60)
        let code = try #require(try EngineBrowser.answer(await browser.authorize(fixture.web, ["max_age": "60"]))["code"])
        #expect(try await fixture.stores.authorizationCodes.find(TokenHash(of: code))?.access.authTime == signedIn)
    }

    @Test("a session whose user was blocked meanwhile gets the refusal, one whose user is gone a login page")
    func userChanged() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        _ = try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now)
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.spa))["error_description"] == "user is blocked")
        _ = try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now)
        _ = try EngineBrowser.state(await browser.authorize(fixture.spa), at: PagePath.login)
    }

    @Test("an ID token hint decides whose session will do")
    func hint() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let token = try #require(try await browser.signIn(fixture.web, ["response_type": "id_token", "response_mode": ""])["id_token"])
        let asks = ["prompt": "none", "id_token_hint": token]
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, asks))["code"] != nil)
        // Another client's token is no hint for this one.
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.spa, asks))["error"] == "invalid_request")
        let forged = token.split(separator: ".").dropLast().joined(separator: ".") + ".AAAA"
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.web, ["prompt": "none", "id_token_hint": forged]))
        #expect(answer["error"] == "invalid_request")
        // Long expired is fine.
        fixture.clock.advance(by: .hours(48))
        _ = try EngineBrowser.answer(await browser.authorize(fixture.web, asks))
    }
}

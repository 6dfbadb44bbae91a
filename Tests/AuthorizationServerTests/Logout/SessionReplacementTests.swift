import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A login in a browser that has a session (contract 5, 12.3).
@Suite struct SessionReplacementTests {
    @Test("Who proves again who they are keeps their session: its clients hear of its end, whichever login that was")
    func loggedInAgain() async throws {
        var test = try await LogoutCase.make()
        let first = try await test.session()
        _ = try await test.browser.signIn(test.fixture.native, ["prompt": "login"])
        let second = try await test.session()
        #expect(second.sid == first.sid && second.cookieHash != first.cookieHash)
        #expect(try await test.deliver() == 0, "nothing ended")
        try await test.logOut()
        #expect(try await test.deliver() == 2)
        #expect(test.tokens(LogoutCase.first).count == 1 && test.tokens(LogoutCase.second).count == 1)
    }

    @Test("Another user's login in the same browser ends the session before it, and its clients are told")
    func replaced() async throws {
        var test = try await LogoutCase.make()
        let first = try await test.session()
        var other = test.fixture.user
        (other.userID, other.email) = ("auth0|somebodyelse", "else@example.test")
        let hash = try await test.fixture.hasher.hash(EngineFixture.password)
        try await test.fixture.stores.users.insert(other, passwordHash: hash)
        let state = try EngineBrowser.state(await test.browser.authorize(test.fixture.web, ["prompt": "login"]), at: PagePath.login)
        guard case .leave(let away) = try await test.browser.logIn(state, as: "else@example.test") else {
            Issue.record("not signed in")
            return
        }
        _ = test.browser.keep(away)
        let second = try await test.session()
        #expect(second.sid != first.sid && second.userID == other.userID && second.clients.isEmpty)
        #expect(try await test.deliver() == 2)
        let token = try #require(test.tokens(LogoutCase.first).first)
        #expect(try JWS.unverified(token).payload["sid"]?.string == first.sid)
        #expect(try await test.fixture.stores.sessions.find(sid: first.sid, at: test.fixture.now) == nil)
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A new password ends the sessions, and their clients are told (contract 12.3).
@Suite struct PasswordChangeLogoutTests {
    private static let third = "https://three.example.test/"

    private struct Refused: Error {}

    private func resetPassword(_ fixture: EngineFixture) async throws {
        let form = FormParameters([
            ("email", EngineFixture.email), ("connection", fixture.connection.name), ("client_id", fixture.spa.clientID),
        ])
        _ = try await ChangePasswordEndpoint(fixture.context).respond(to: form, in: fixture.request())
        let text = try #require(fixture.mail.messages.last?.text)
        let link = try #require(text.split(separator: "\n").first { $0.contains("/u/reset-password?ticket=") })
        let ticket = try #require(TestURL.parameters(of: String(link))["ticket"])
        var browser = EngineBrowser(fixture)
        let step = PasswordResetStep(fixture.context)
        let shown = try await step.show(ticket: ticket, browser: browser.cookies, in: browser.request)
        browser.keep(shown.changes)
        let password = SecretString("Another-Horse-8")
        let submission = PasswordResetSubmission(ticket: ticket, csrf: shown.prompt.csrf, password: password, repeated: password)
        #expect(try await step.submit(submission, browser: browser.cookies, in: browser.request).stage == .done)
    }

    @Test("the clients of every session are told, each of its own sessions")
    func everySession() async throws {
        let test = try await LogoutCase.make()
        var elsewhere = EngineBrowser(test.fixture)
        _ = try await elsewhere.signIn(test.fixture.web)
        let sessions = try await test.fixture.stores.sessions.list(of: test.fixture.user.userID, at: test.fixture.now)
        #expect(sessions.count == 2)
        try await resetPassword(test.fixture)
        try await test.deliver()
        func told(_ url: String) async throws -> Set<String> {
            var names: Set<String> = []
            for token in test.tokens(url) { names.insert(try await test.fixture.verified(token).payload["sid"]?.string ?? "") }
            return names
        }
        #expect(try await told(LogoutCase.first) == Set(sessions.map(\.sid)) && test.tokens(LogoutCase.first).count == 2)
        #expect(try await told(LogoutCase.second) == [test.session(of: sessions).sid] && test.tokens(LogoutCase.second).count == 1)
        #expect(test.tokens(Self.third).isEmpty)
        #expect(try await test.fixture.stores.sessions.list(of: test.fixture.user.userID, at: test.fixture.now).isEmpty)
    }

    @Test("refresh tokens end with the sessions where the client or the tenant asks", arguments: ["nobody", "client", "tenant"])
    func refreshTokens(_ who: String) async throws {
        var test = try await LogoutCase.make { $0.logout.revokesRefreshTokens = who == "client" }
        try await test.fixture.configure { $0.sessionEndRevokesRefreshTokens = who == "tenant" }
        let session = try await test.session()
        let code = try await test.fixture.insertCode(for: test.fixture.web) { $0.access.sid = session.sid }
        let client = try #require(try await test.fixture.context.client(test.fixture.web.clientID))
        let token = try #require(try await test.fixture.token(test.fixture.codeForm(code, from: client)).refreshToken)
        try await resetPassword(test.fixture)
        let isRevoked = try #require(try await test.fixture.family(of: token)).revokedAt != nil
        #expect(isRevoked == (who != "nobody"))
    }

    @Test("a client that joins between the look and the write is told as well")
    func lateClient() async throws {
        let test = try await LogoutCase.make()
        let (fixture, session) = (test.fixture, try await test.session())
        var calls = 0
        let isSet = try await SessionEnd(fixture.context).endAll(of: fixture.user.userID, in: fixture.request()) { ending in
            calls += 1
            if calls == 1 {
                try await fixture.stores.sessions.touch(
                    session.cookieHash, idleExpiresAt: session.idleExpiresAt, client: fixture.machine.clientID, at: fixture.now)
            }
            return try await fixture.stores.users.setPassword(
                fixture.user.userID, hash: SecretString("h"), ending: ending, at: fixture.now)
        }
        #expect(isSet && calls == 2)
        try await test.deliver()
        for url in [LogoutCase.first, LogoutCase.second, Self.third] { #expect(test.tokens(url).count == 1) }
    }

    @Test("clients that join without end do not keep the password from changing")
    func endless() async throws {
        let test = try await LogoutCase.make()
        let (fixture, session) = (test.fixture, try await test.session())
        var calls = 0
        let isSet = try await SessionEnd(fixture.context).endAll(of: fixture.user.userID, in: fixture.request()) { ending in
            calls += 1
            try await fixture.stores.sessions.touch(
                session.cookieHash, idleExpiresAt: session.idleExpiresAt, client: "joined\(calls)", at: fixture.now)
            return try await fixture.stores.users.setPassword(
                fixture.user.userID, hash: SecretString("h"), ending: ending, at: fixture.now)
        }
        #expect(isSet && calls <= 10)
        try await test.deliver()
        #expect(test.tokens(LogoutCase.first).count == 1 && test.tokens(LogoutCase.second).count == 1)
    }

    @Test("when the write fails nobody is told, and nothing has ended")
    func failing() async throws {
        let test = try await LogoutCase.make()
        let fixture = test.fixture
        await #expect(throws: Refused.self) {
            try await SessionEnd(fixture.context).endAll(of: fixture.user.userID, in: fixture.request()) { _ in throw Refused() }
        }
        #expect(try await test.deliver() == 0)
        _ = try await test.session()
    }

    @Test("revoking an online refresh token tells the clients of its session in the same write")
    func onlineRefreshToken() async throws {
        var test = try await LogoutCase.make()
        try await test.fixture.changeAPI { $0.allowOnlineAccess = true }
        let (fixture, session) = (test.fixture, try await test.session())
        let client = try #require(try await fixture.context.client(fixture.web.clientID))
        let code = try await fixture.insertCode(for: client, scopes: ["openid", "read:items", "online_access"]) {
            $0.access.sid = session.sid
        }
        let token = try #require(try await fixture.token(fixture.codeForm(code, from: client)).refreshToken)
        try await RevocationEndpoint(fixture.context).respond(
            to: FormParameters(fixture.credentials(of: client) + [("token", token)]), authorization: nil, in: fixture.request())
        try await test.deliver()
        #expect(test.tokens(LogoutCase.first).count == 1 && test.tokens(LogoutCase.second).count == 1)
    }
}

extension LogoutCase {
    /// The one of these that is the browser's.
    fileprivate func session(of sessions: [BrowserSession]) throws -> BrowserSession {
        let hash = TokenHash(of: try #require(browser.cookies.session))
        return try #require(sessions.first { $0.cookieHash == hash })
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Codes are bound to the session that they were made in (contract 4.4), where its end takes the refresh tokens along.
@Suite struct SessionBindingTests {
    /// Who says that the end of a session ends its refresh tokens.
    enum Rule: Sendable, CaseIterable { case tenant, client, nobody }

    private func make(_ rule: Rule) async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        if rule == .tenant { try await fixture.configure { $0.sessionEndRevokesRefreshTokens = true } }
        if rule == .client { fixture.web = try await fixture.changed(fixture.web) { $0.logout.revokesRefreshTokens = true } }
        return fixture
    }

    private static let asks = ["scope": "openid offline_access", "audience": EngineFixture.audience]

    private func form(_ fixture: EngineFixture, _ code: String) -> [(String, String)] {
        fixture.codeForm(code, from: fixture.web, [("code_verifier", nil)])
    }

    private func logOut(_ browser: EngineBrowser) async throws {
        _ = try await LogoutEndpoint(browser.fixture.context).respond(
            to: FormParameters([]), browser: browser.cookies, in: browser.request)
    }

    @Test("a code of a session that has ended is invalid, and nothing is issued for it", arguments: [Rule.tenant, .client])
    func ended(_ rule: Rule) async throws {
        let fixture = try await make(rule)
        var browser = EngineBrowser(fixture)
        let code = try #require(try await browser.signIn(fixture.web, Self.asks)["code"])
        try await logOut(browser)
        let refusal = try await fixture.refusal(of: form(fixture, code))
        #expect(refusal.kind == .invalidGrant && refusal.description == WireText.invalidAuthorizationCode)
        let families = try await fixture.stores.refreshTokens.active(
            userID: fixture.user.userID, clientID: fixture.web.clientID, at: fixture.now)
        #expect(families.isEmpty)
    }

    @Test("a session goes on when its user signs in again, and has ended when another one does", arguments: [true, false])
    func signedInAgain(isSameUser: Bool) async throws {
        let fixture = try await make(.tenant)
        let other = User(userID: "auth0|other", connection: fixture.connection.name, email: "other@example.test", createdAt: fixture.now)
        try await fixture.stores.users.insert(other, passwordHash: SecretString("fake$" + EngineFixture.password.revealed))
        var browser = EngineBrowser(fixture)
        let code = try #require(try await browser.signIn(fixture.web, Self.asks)["code"])
        let again = Self.asks.merging(["prompt": "login"]) { $1 }
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, again), at: PagePath.login)
        _ = try await browser.logIn(state, as: isSameUser ? EngineFixture.email : "other@example.test")
        if isSameUser {
            #expect(try await fixture.token(form(fixture, code)).refreshToken != nil)
        } else {
            #expect(try await fixture.refusal(of: form(fixture, code)).kind == .invalidGrant)
        }
    }

    @Test("a code of a session that is alive is good, and its refresh token ends with the session", arguments: [Rule.tenant, .client])
    func alive(_ rule: Rule) async throws {
        let fixture = try await make(rule)
        var browser = EngineBrowser(fixture)
        let code = try #require(try await browser.signIn(fixture.web, Self.asks)["code"])
        let token = try #require(try await fixture.token(form(fixture, code)).refreshToken)
        try await logOut(browser)
        #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.web)).kind == .invalidGrant)
    }

    @Test("where refresh tokens outlive their session, so do codes")
    func unbound() async throws {
        let fixture = try await make(.nobody)
        var browser = EngineBrowser(fixture)
        let code = try #require(try await browser.signIn(fixture.web, Self.asks)["code"])
        try await logOut(browser)
        #expect(try await fixture.token(form(fixture, code)).refreshToken != nil)
    }

    @Test("what a device was allowed in a session that has ended is not given to it")
    func device() async throws {
        let fixture = try await make(.tenant)
        let device = try await DeviceCase.start(.standard, fixture)
        var browser = EngineBrowser(fixture)
        let state = try await device.reachApproval(&browser)
        _ = try await device.decide(true, state, browser)
        try await logOut(browser)
        #expect(try await device.fixture.refusal(of: device.form()).kind == .invalidGrant)
    }

    @Test("a code that would give an online refresh token is nothing without its session")
    func online() async throws {
        var fixture = try await make(.nobody)
        try await fixture.changeAPI { $0.allowOnlineAccess = true }
        var browser = EngineBrowser(fixture)
        let code = try #require(
            try await browser.signIn(fixture.web, ["scope": "openid online_access", "audience": EngineFixture.audience])["code"])
        try await logOut(browser)
        #expect(try await fixture.refusal(of: form(fixture, code)).kind == .invalidGrant)
    }
}

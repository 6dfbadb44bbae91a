@testable import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// An account that somebody made with another person's address, before that person came.
@Suite struct AccountClaimTests {
    private static let victim = "victim@example.test"
    private static let attackersPassword = "Attackers-Word-1"

    private func fixture() async throws -> (fixture: EngineFixture, attacker: EngineBrowser) {
        let fixture = try await EngineFixture.make()
        let form = FormParameters([
            ("client_id", fixture.spa.clientID), ("connection", fixture.connection.name), ("email", Self.victim),
            ("password", Self.attackersPassword),
        ])
        _ = try await SignupEndpoint(fixture.context).respond(to: form, in: fixture.request())
        var attacker = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await attacker.authorize(fixture.web), at: PagePath.login)
        guard case .leave = try await attacker.logIn(state, as: Self.victim, password: Self.attackersPassword) else {
            throw EngineBrowser.Failure.unexpected("not signed in")
        }
        return (fixture, attacker)
    }

    private func expectSafe(_ fixture: EngineFixture, _ attacker: EngineBrowser) async throws {
        let found = try await fixture.stores.users.findCredential(connection: fixture.connection.name, identifier: Self.victim)
        #expect(found?.user.emailVerified == true)
        let cookie = try #require(attacker.cookies.session)
        #expect(try await fixture.stores.sessions.find(TokenHash(of: cookie), at: fixture.now) == nil)
        let login = fixture.form(
            [
                ("grant_type", "password"), ("username", Self.victim), ("password", Self.attackersPassword),
                ("audience", EngineFixture.audience),
            ], of: fixture.web, [])
        #expect(try await fixture.refusal(of: login).onTheWire == "403 invalid_grant")
    }

    @Test("A code sent to the address gives its owner the account without the stranger's password and session")
    func byCode() async throws {
        let (fixture, attacker) = try await fixture()
        let client = try await fixture.changed(fixture.web) { $0.grantTypes.append(.passwordlessOTP) }
        let challenge = FormParameters(
            [("connection", fixture.connection.name), ("email", Self.victim)] + fixture.credentials(of: client))
        let session = try await OTPChallenge(fixture.context).respond(to: challenge, authorization: nil, in: fixture.request())
        let form = fixture.form(
            [
                ("grant_type", GrantType.passwordlessOTP.rawValue), ("auth_session", session["auth_session"]?.string ?? ""),
                ("otp", try #require(fixture.mailedCode)), ("scope", "openid"),
            ], of: client, [])
        let response = try await fixture.token(form)
        let info = try await UserInfoEndpoint(fixture.context).respond(
            to: PresentedAccessToken(token: response.accessToken), in: fixture.request())
        guard case .json = info else {
            Issue.record("the token of the proof is no good")
            return
        }
        try await expectSafe(fixture, attacker)
    }

    @Test("So does a new password by a mailed link, and only the new one counts")
    func byReset() async throws {
        let (fixture, attacker) = try await fixture()
        let ask = FormParameters([("connection", fixture.connection.name), ("email", Self.victim)])
        _ = try await ChangePasswordEndpoint(fixture.context).respond(to: ask, in: fixture.request())
        let link = try #require(fixture.mail.messages.last?.text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("https://") })
        let ticket = try #require(TestURL.parameters(of: String(link))["ticket"])
        let step = PasswordResetStep(fixture.context)
        let shown = try await step.show(ticket: ticket, browser: BrowserState(), in: fixture.request())
        var browser = BrowserState()
        browser.device = shown.changes.device
        let done = try await step.submit(
            PasswordResetSubmission(
                ticket: ticket, csrf: shown.prompt.csrf, password: SecretString("Owners-Word-22"),
                repeated: SecretString("Owners-Word-22")), browser: browser, in: fixture.request())
        #expect(done.stage == .done)
        try await expectSafe(fixture, attacker)
        let login = fixture.form(
            [
                ("grant_type", "password"), ("username", Self.victim), ("password", "Owners-Word-22"),
                ("audience", EngineFixture.audience),
            ], of: fixture.web, [])
        #expect(try await !fixture.token(login).accessToken.isEmpty)
    }

    @Test("Who had proved the address before keeps the password when a code signs them in")
    func provedBefore() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.grantTypes.append(.passwordlessOTP) }
        let challenge = FormParameters(
            [("connection", fixture.connection.name), ("email", EngineFixture.email)] + fixture.credentials(of: client))
        let session = try await OTPChallenge(fixture.context).respond(to: challenge, authorization: nil, in: fixture.request())
        let form = fixture.form(
            [
                ("grant_type", GrantType.passwordlessOTP.rawValue), ("auth_session", session["auth_session"]?.string ?? ""),
                ("otp", try #require(fixture.mailedCode)), ("scope", "openid"),
            ], of: client, [])
        #expect(try await fixture.token(form).idToken != nil)
        let found = try await fixture.stores.users.findCredential(
            connection: fixture.connection.name, identifier: EngineFixture.email)
        #expect(found?.passwordHash != nil)
    }

    @Test("A login that was half done before the proof ends nowhere")
    func halfDone() async throws {
        let (fixture, _) = try await fixture()
        let found = try await fixture.stores.users.findCredential(connection: fixture.connection.name, identifier: Self.victim)
        let user = try #require(found?.user)
        let access = GrantedAccess(clientID: fixture.web.clientID, userID: user.userID, audience: nil, scopes: ["openid"])
        let tokens = MFATokens(fixture.context)
        let login = FirstFactor(
            access: access, user: user, client: fixture.web, method: .password, proved: ProvedPossession())
        let token = try await tokens.issue(for: login, at: fixture.now)
        _ = try await tokens.find(token, of: fixture.web, at: fixture.now)
        fixture.clock.advance(by: 1)
        #expect(try await fixture.stores.users.claim(user.userID, ending: .silent, at: fixture.now))
        await #expect(throws: OAuthError.self) { try await tokens.find(token, of: fixture.web, at: fixture.now) }
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What a session that was transferred is good for, and what ends it (contract 8.5).
@Suite struct TransferredSessionTests {
    private static let logout = "https://app.example.test/backchannel"

    // MARK: Beside another session

    @Test("the same user's session ends, and the new one is one of its own")
    func sameUser() async throws {
        let test = try await SessionTransferCase.make()
        var browser = test.browser
        _ = try await browser.signIn(test.web)
        let old = try #require(try await test.session(of: browser))
        _ = try EngineBrowser.answer(await browser.arrive(test.web, try await test.transferToken()))
        let new = try #require(try await test.session(of: browser))
        #expect(new.sid != old.sid && new.transfer != nil && new.clients == [test.web.clientID])
        #expect(try await test.fixture.stores.sessions.find(sid: old.sid, at: test.fixture.now) == nil)
    }

    @Test("another user's session ends, its clients are told, and whoever is there signs in", arguments: [true, false])
    func otherUser(isSilent: Bool) async throws {
        let test = try await SessionTransferCase.make(web: { $0.logout.backchannelLogoutURIs = [Self.logout] })
        var other = User(
            userID: "auth0|other", connection: test.fixture.connection.name, email: "other@example.test",
            createdAt: test.fixture.now)
        other.emailVerified = true
        try await test.fixture.stores.users.insert(other, passwordHash: SecretString("fake$Other-Horse-7"))
        var browser = test.browser
        let state = try EngineBrowser.state(await browser.authorize(test.web), at: PagePath.login)
        _ = try await browser.logIn(state, as: "other@example.test", password: "Other-Horse-7")
        _ = try EngineBrowser.answer(await browser.resume(state))
        let theirs = try #require(try await test.session(of: browser))
        #expect(theirs.userID == other.userID)
        let outcome = try await browser.arrive(test.web, try await test.transferToken(), isSilent ? ["prompt": "none"] : [:])
        if isSilent {
            #expect(try EngineBrowser.answer(outcome)["error"] == "login_required")
        } else {
            #expect(EngineBrowser.isLogin(outcome))
        }
        #expect(browser.cookies.session == nil)
        #expect(try await test.fixture.stores.sessions.find(sid: theirs.sid, at: test.fixture.now) == nil)
        #expect(try await test.lastWarning() == SessionTransferArrival.Refusal.otherUser.rawValue)
        #expect(try await test.fixture.stores.deliveries.list(limit: 9).map(\.url) == [Self.logout])
    }

    @Test("a refused token asks for the password although there is a session, which it leaves alone")
    func refusedBesideSession() async throws {
        let test = try await SessionTransferCase.make()
        var browser = test.browser
        _ = try await browser.signIn(test.web)
        let session = try await test.session(of: browser)
        #expect(EngineBrowser.isLogin(try await browser.arrive(test.web, "unknown")))
        #expect(try await test.session(of: browser)?.sid == session?.sid)
        #expect(try EngineBrowser.answer(await browser.authorize(test.web))["code"] != nil)
    }

    // MARK: What the request asks for

    @Test("max_age counts from where the user signed in, prompt=login asks again, and the session is there all the same")
    func freshness() async throws {
        let test = try await SessionTransferCase.make()
        let refreshToken = try await test.refreshToken()
        test.fixture.clock.advance(by: 500)
        for changes in [["max_age": "499"], ["prompt": "login"]] {
            var browser = test.browser
            let token = try await test.transferToken(for: refreshToken)
            #expect(EngineBrowser.isLogin(try await browser.arrive(test.web, token, changes)))
            #expect(try await test.session(of: browser) != nil)
        }
        var browser = test.browser
        let token = try await test.transferToken(for: refreshToken)
        let answer = try EngineBrowser.answer(await browser.arrive(test.web, token, ["max_age": "501"]))
        let idToken = try #require(try await test.redeem(answer).idToken)
        #expect(try await test.fixture.verified(idToken).payload["auth_time"]?.integer == test.fixture.now.seconds - 500)
    }

    @Test("when consent is missing the browser is signed in before it is asked, and the token is not kept with the request")
    func consent() async throws {
        var test = try await SessionTransferCase.make()
        try await test.fixture.changeAPI { $0.skipConsentForVerifiableFirstPartyClients = false }
        let token = try await test.transferToken(for: try await test.fixture.refreshToken(for: test.native))
        var browser = test.browser
        let changes = ["audience": EngineFixture.audience, "scope": "openid read:items"]
        let silent = try EngineBrowser.answer(
            await browser.arrive(test.web, token, changes.merging(["prompt": "none"]) { $1 }))
        #expect(silent["error"] == "consent_required")
        #expect(try await test.session(of: browser)?.userID == test.fixture.user.userID, "the cookie came with the refusal")
        let state = try EngineBrowser.state(await browser.arrive(test.web, "unknown", changes), at: PagePath.login)
        let kept = try #require(
            try await test.fixture.stores.transactions.find(TokenHash(of: state), at: test.fixture.now))
        #expect(!kept.parameters.contains("session_transfer_token") && !kept.parameters.contains("unknown"))
    }

    // MARK: Refresh tokens

    private func arrive(
        _ test: SessionTransferCase, scope: String = SessionTransferCase.scopes, by refreshToken: String? = nil
    ) async throws -> (browser: EngineBrowser, tokens: TokenResponse) {
        var browser = test.browser
        let token = try await test.transferToken(for: refreshToken)
        let changes = ["scope": scope, "audience": EngineFixture.audience]
        let answer = try EngineBrowser.answer(await browser.arrive(test.web, token, changes))
        return (browser, try await test.redeem(answer))
    }

    @Test("no refresh token in it, and no scope of one, unless the client may have one there", arguments: [false, true])
    func refreshTokens(isAllowed: Bool) async throws {
        let test = try await SessionTransferCase.make(web: { $0.sessionTransfer.allowRefreshToken = isAllowed })
        var (browser, tokens) = try await arrive(test)
        #expect((tokens.refreshToken != nil) == isAllowed)
        #expect(Scopes(parsing: tokens.scope ?? "")?.contains("offline_access") == isAllowed)
        #expect(tokens.idToken != nil)
        let later = try EngineBrowser.answer(await browser.authorize(
            test.web, ["scope": "openid offline_access", "audience": EngineFixture.audience]))
        #expect((try await test.redeem(later).refreshToken != nil) == isAllowed, "single sign-on in it is no way around")
    }

    @Test("an online refresh token needs the same permission", arguments: [false, true])
    func onlineRefreshTokens(isAllowed: Bool) async throws {
        var test = try await SessionTransferCase.make(web: { $0.sessionTransfer.allowRefreshToken = isAllowed })
        try await test.fixture.changeAPI { $0.allowOnlineAccess = true }
        #expect((try await arrive(test, scope: "openid online_access").tokens.refreshToken != nil) == isAllowed)
    }

    @Test("one that was issued in it creates no further session transfer token")
    func nested() async throws {
        let test = try await SessionTransferCase.make(web: { client in
            client.sessionTransfer.allowRefreshToken = true
            client.sessionTransfer.canCreateSessionTransferToken = true
        })
        let token = try #require(try await arrive(test).tokens.refreshToken)
        #expect(try await test.fixture.refusal(of: test.form(token, from: test.web)).onTheWire == "403 access_denied")
        _ = try await test.fixture.token(test.fixture.refreshForm(token, from: test.web))
    }

    @Test("one that was issued in it ends with it, unless the client wants otherwise", arguments: [true, false])
    func tied(isTied: Bool) async throws {
        let test = try await SessionTransferCase.make(web: { client in
            client.sessionTransfer.allowRefreshToken = true
            client.sessionTransfer.enforceOnlineRefreshTokens = isTied
        })
        let token = try #require(try await arrive(test).tokens.refreshToken)
        _ = try await test.fixture.token(test.fixture.refreshForm(token, from: test.web))
        let (stores, userID, now) = (test.fixture.stores, test.fixture.user.userID, test.fixture.now)
        let isSet = try await SessionEnd(test.fixture.context).endAll(of: userID, in: test.fixture.request()) { ending in
            try await stores.users.setPassword(userID, hash: SecretString("new"), ending: ending, at: now)
        }
        #expect(isSet)
        #expect((try await test.fixture.family(of: token)?.revokedAt != nil) == isTied)
    }

    @Test("a session that just ran out takes it along as well, and its use keeps the session awake")
    func expiredSession() async throws {
        let test = try await SessionTransferCase.make(web: { $0.sessionTransfer.allowRefreshToken = true })
        let (browser, tokens) = try await arrive(test)
        let token = try #require(tokens.refreshToken)
        test.fixture.clock.advance(by: .hours(71))
        _ = try await test.fixture.token(test.fixture.refreshForm(token, from: test.web))
        test.fixture.clock.advance(by: .hours(71))
        #expect(try await test.session(of: browser) != nil)
        test.fixture.clock.advance(by: .hours(72))
        #expect(try await test.fixture.refusal(of: test.fixture.refreshForm(token, from: test.web)).kind == .invalidGrant)
    }

    // MARK: Revocation

    private func revoke(_ token: String, of test: SessionTransferCase) async throws {
        let form = FormParameters(test.fixture.credentials(of: test.native) + [("token", token)])
        try await RevocationEndpoint(test.fixture.context).respond(to: form, authorization: nil, in: test.fixture.request())
    }

    @Test(
        "revoking the native refresh token ends it, and tells its clients, unless the client wants otherwise",
        arguments: [true, false])
    func cascade(cascades: Bool) async throws {
        let test = try await SessionTransferCase.make(
            native: { $0.sessionTransfer.enforceCascadeRevocation = cascades },
            web: { client in
                client.sessionTransfer.allowRefreshToken = true
                client.logout.backchannelLogoutURIs = [Self.logout]
            })
        let refreshToken = try await test.refreshToken()
        var (browser, tokens) = try await arrive(test, by: refreshToken)
        try await revoke(refreshToken, of: test)
        #expect((try await test.session(of: browser) == nil) == cascades)
        #expect((try await test.fixture.family(of: try #require(tokens.refreshToken))?.revokedAt != nil) == cascades)
        #expect(try await test.fixture.stores.deliveries.list(limit: 9).map(\.url) == (cascades ? [Self.logout] : []))
        #expect(EngineBrowser.isLogin(try await browser.authorize(test.web)) == cascades)
    }

    @Test("so does using a rotated refresh token twice")
    func reuse() async throws {
        let test = try await SessionTransferCase.make(
            native: { $0.refreshToken = .rotatingDefaults }, web: { $0.logout.backchannelLogoutURIs = [Self.logout] })
        let refreshToken = try await test.refreshToken()
        let (browser, _) = try await arrive(test, by: refreshToken)
        test.fixture.clock.advance(by: 31)
        #expect(try await test.fixture.refusal(of: test.form(refreshToken)).kind == .invalidGrant)
        #expect(try await test.session(of: browser) == nil)
        #expect(try await test.fixture.stores.deliveries.list(limit: 9).map(\.url) == [Self.logout])
    }

    @Test("a code that was on its way is worth nothing then")
    func codeInFlight() async throws {
        let test = try await SessionTransferCase.make()
        let refreshToken = try await test.refreshToken()
        var browser = test.browser
        let answer = try EngineBrowser.answer(
            await browser.arrive(test.web, try await test.transferToken(for: refreshToken)))
        try await revoke(refreshToken, of: test)
        let form = test.fixture.codeForm(try #require(answer["code"]), from: test.web)
        #expect(try await test.fixture.refusal(of: form).kind == .invalidGrant)
    }

    @Test("a refresh token that merely ran out and was swept away ends nothing")
    func expiredParent() async throws {
        let test = try await SessionTransferCase.make(native: { client in
            client.refreshToken = .rotatingDefaults
            client.refreshToken.idleTokenLifetime = 60
        })
        var (browser, _) = try await arrive(test)
        test.fixture.clock.advance(by: .hours(2))
        _ = try await test.fixture.engine.sweep(at: test.fixture.now, logRetention: .days(30))
        let answer = try EngineBrowser.answer(await browser.authorize(test.web))
        #expect(try await test.redeem(answer).idToken != nil)
    }
}

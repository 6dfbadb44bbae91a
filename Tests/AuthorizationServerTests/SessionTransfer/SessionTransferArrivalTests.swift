import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A browser that comes to `/authorize` with a session transfer token (contract 4.1, 8.5).
@Suite struct SessionTransferArrivalTests {
    // MARK: Admission

    @Test("in the query: no login page, a session of its own from where the user signed in before, one login in the log")
    func query() async throws {
        let test = try await SessionTransferCase.make()
        let signedInAt = test.fixture.now
        let refreshToken = try await test.refreshToken()
        test.fixture.clock.advance(by: 500)
        let token = try await test.transferToken(for: refreshToken)
        let logins = try await test.fixture.events().count { $0 == .loginSucceeded }
        var browser = test.browser
        let answer = try EngineBrowser.answer(await browser.arrive(test.web, token))
        #expect(answer["code"] != nil && answer["state"] == "st=&te")
        let session = try #require(try await test.session(of: browser))
        #expect(session.userID == test.fixture.user.userID && session.authTime == signedInAt && session.amr == ["pwd"])
        #expect(session.createdAt == test.fixture.now && session.address == "203.0.113.7")
        #expect(session.transfer?.clientID == test.native.clientID)
        #expect(session.transfer?.familyID == (try await test.fixture.family(of: refreshToken)?.id))
        #expect(try await test.fixture.events().count { $0 == .loginSucceeded } == logins + 1)
        let event = try await test.fixture.lastEvent()
        #expect(event.type == .loginSucceeded && event.clientID == test.web.clientID)
        #expect(event.details["session_transfer"]?.object?["client_id"]?.string == test.native.clientID)
    }

    @Test("in the cookie: the same, and the cookie goes")
    func cookie() async throws {
        let test = try await SessionTransferCase.make(web: { $0.sessionTransfer.allowedAuthenticationMethods = [.cookie] })
        var browser = test.browser
        browser.cookies.sessionTransferToken = try await test.transferToken()
        #expect(try EngineBrowser.answer(await browser.authorize(test.web))["code"] != nil)
        #expect(browser.cookies.sessionTransferToken == nil && browser.cookies.session != nil)
    }

    @Test("silently too")
    func silent() async throws {
        let test = try await SessionTransferCase.make()
        var browser = test.browser
        let answer = try EngineBrowser.answer(
            await browser.arrive(test.web, try await test.transferToken(), ["prompt": "none"]))
        #expect(answer["code"] != nil)
        #expect(try await test.fixture.events().suffix(2) == [.loginSucceeded, .silentAuthSucceeded])
    }

    @Test(
        "a client that does not admit the way looks at nothing and uses nothing up",
        arguments: [[], [.cookie]] as [[ClientSessionTransferRules.AuthenticationMethod]])
    func notAdmitted(_ methods: [ClientSessionTransferRules.AuthenticationMethod]) async throws {
        let test = try await SessionTransferCase.make()
        let other = try await test.fixture.changed(test.fixture.spa) { $0.sessionTransfer.allowedAuthenticationMethods = methods }
        let token = try await test.transferToken()
        var browser = test.browser
        #expect(EngineBrowser.isLogin(try await browser.arrive(other, token)))
        #expect(try await test.lastWarning() == nil)
        var second = test.browser
        if methods.isEmpty { second.cookies.sessionTransferToken = "x" }
        #expect(try EngineBrowser.answer(await second.arrive(test.web, token))["code"] != nil)
    }

    @Test("a cookie stays for the client that it is for")
    func foreignCookie() async throws {
        let test = try await SessionTransferCase.make()
        var browser = test.browser
        browser.cookies.sessionTransferToken = try await test.transferToken()
        #expect(EngineBrowser.isLogin(try await browser.authorize(test.fixture.spa)))
        #expect(browser.cookies.sessionTransferToken != nil)
        #expect(try EngineBrowser.answer(await browser.authorize(test.web))["code"] != nil)
    }

    @Test("the query is taken before the cookie, and the cookie goes with it")
    func both() async throws {
        let test = try await SessionTransferCase.make()
        var browser = test.browser
        browser.cookies.sessionTransferToken = "stale"
        #expect(try EngineBrowser.answer(await browser.arrive(test.web, try await test.transferToken()))["code"] != nil)
        #expect(browser.cookies.sessionTransferToken == nil)
    }

    @Test("a program that looks at the link by HEAD uses nothing up")
    func head() async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.transferToken()
        let form = FormParameters(EngineBrowser.parameters(test.web, ["session_transfer_token": token]))
        var request = test.fixture.request()
        request.method = "HEAD"
        let outcome = try await AuthorizeEndpoint(test.fixture.context).begin(form, browser: BrowserState(), in: request)
        #expect(EngineBrowser.isLogin(outcome))
        var browser = test.browser
        #expect(try EngineBrowser.answer(await browser.arrive(test.web, token))["code"] != nil)
    }

    // MARK: Refusals

    /// The token is refused for that reason: the user sees the login page, or the client that asked silently `login_required`.
    private func expectRefusal(
        _ test: SessionTransferCase, _ token: String, _ reason: SessionTransferArrival.Refusal,
        from address: String = "203.0.113.7", _ location: SourceLocation = #_sourceLocation
    ) async throws {
        var browser = test.browser
        browser.address = address
        #expect(EngineBrowser.isLogin(try await browser.arrive(test.web, token)), sourceLocation: location)
        #expect(try await test.lastWarning() == reason.rawValue, sourceLocation: location)
        #expect(browser.cookies.session == nil, sourceLocation: location)
        let silent = try EngineBrowser.answer(await browser.arrive(test.web, token, ["prompt": "none"]))
        #expect(silent["error"] == "login_required" && silent["code"] == nil, sourceLocation: location)
    }

    @Test("a token counts once")
    func replay() async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.transferToken()
        var browser = test.browser
        _ = try EngineBrowser.answer(await browser.arrive(test.web, token))
        try await expectRefusal(test, token, .unknown)
    }

    @Test("it counts for a minute", arguments: [59, 60])
    func expiry(seconds: Int64) async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.transferToken()
        test.fixture.clock.advance(by: Lifetime(seconds: seconds))
        guard seconds == 59 else { return try await expectRefusal(test, token, .unknown) }
        var browser = test.browser
        #expect(try EngineBrowser.answer(await browser.arrive(test.web, token))["code"] != nil)
    }

    @Test(
        "what is no token at all is refused the same way",
        arguments: ["x", String(repeating: "A", count: 43), "%", "\u{1F600}"])
    func garbage(token: String) async throws {
        try await expectRefusal(try await SessionTransferCase.make(), token, .unknown)
    }

    @Test(
        "from another network it is refused and used up, where the client binds to the device",
        arguments: [ClientSessionTransferRules.DeviceBinding.ip, .asn, .none])
    func otherNetwork(_ binding: ClientSessionTransferRules.DeviceBinding) async throws {
        let test = try await SessionTransferCase.make(web: { $0.sessionTransfer.enforceDeviceBinding = binding })
        let token = try await test.transferToken()
        guard binding == .none else {
            try await expectRefusal(test, token, .otherNetwork, from: "198.51.100.9")
            return try await expectRefusal(test, token, .unknown)
        }
        var browser = test.browser
        browser.address = "198.51.100.9"
        #expect(try EngineBrowser.answer(await browser.arrive(test.web, token))["code"] != nil)
    }

    @Test("addresses of one IPv6 network are one device, of two are not", arguments: [true, false])
    func sameNetwork(isSame: Bool) async throws {
        var test = try await SessionTransferCase.make()
        test.address = "2001:db8:1:2:3:4:5:6"
        let token = try await test.transferToken()
        guard isSame else { return try await expectRefusal(test, token, .otherNetwork, from: "2001:db8:1:3::1") }
        var browser = test.browser
        browser.address = "2001:db8:1:2::1"
        #expect(try EngineBrowser.answer(await browser.arrive(test.web, token))["code"] != nil)
    }

    @Test("a user who was blocked or deleted meanwhile gets nothing", arguments: [true, false])
    func user(isDeleted: Bool) async throws {
        var test = try await SessionTransferCase.make()
        let token = try await test.transferToken()
        if isDeleted {
            #expect(try await test.fixture.stores.users.delete(test.fixture.user.userID, at: test.fixture.now))
        } else {
            try await test.fixture.changeUser { $0.blocked = true }
        }
        try await expectRefusal(test, token, .userRefused)
    }

    @Test("a refresh token that was revoked meanwhile opens nothing, cascading or not", arguments: [true, false])
    func revoked(cascades: Bool) async throws {
        let test = try await SessionTransferCase.make(native: { $0.sessionTransfer.enforceCascadeRevocation = cascades })
        let refreshToken = try await test.refreshToken()
        let token = try await test.transferToken(for: refreshToken)
        let family = try #require(try await test.fixture.family(of: refreshToken))
        _ = try await test.fixture.stores.refreshTokens.revoke(
            family.id, at: test.fixture.now, recording: test.fixture.request().event(.refreshTokenRevoked))
        try await expectRefusal(test, token, .revoked)
    }

    @Test("of uses at once exactly one signs in")
    func concurrent() async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.transferToken()
        let before = try await test.fixture.stores.sessions.list(of: test.fixture.user.userID, at: test.fixture.now).count
        let outcomes = try await withThrowingTaskGroup(of: AuthorizeOutcome.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var browser = test.browser
                    return try await browser.arrive(test.web, token)
                }
            }
            var outcomes: [AuthorizeOutcome] = []
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.count { EngineBrowser.isLogin($0) } == 7)
        let sessions = try await test.fixture.stores.sessions.list(of: test.fixture.user.userID, at: test.fixture.now)
        #expect(sessions.count == before + 1)
    }

    @Test("twice in one request, or not a string, it is the client's mistake, and no token is used up")
    func repeated() async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.transferToken()
        var form = FormParameters(EngineBrowser.parameters(test.web, ["session_transfer_token": token]))
        form.append("session_transfer_token", token)
        var browser = test.browser
        #expect(try EngineBrowser.answer(await browser.authorize(form))["error"] == "invalid_request")
        #expect(try EngineBrowser.answer(await browser.arrive(test.web, token))["code"] != nil)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/authorize?login_ticket=…` (contract 4.1, 21.3).
@Suite struct LoginTicketTests {
    private typealias Case = CrossOriginCase

    private static func refused(_ outcome: AuthorizeOutcome) throws {
        let answer = try EngineBrowser.answer(outcome)
        #expect(answer["error"] == "invalid_request" && answer["state"] == "st=&te")
        #expect(answer["error_description"] == WireText.loginTicketRefused)
        guard case .answer(_, let changes) = outcome else { return }
        guard case .keep = changes.session, changes.device == nil, changes.crossOriginVerifier == nil else {
            Issue.record("a refused ticket changed the browser")
            return
        }
    }

    @Test("a ticket signs in silently, once, and the session stays", arguments: ["none", ""])
    func redemption(prompt: String) async throws {
        var (browser, ticket) = try await Case.browserWithTicket(try await Case.fixture())
        let fixture = browser.fixture
        let asks = ["login_ticket": ticket, "prompt": prompt, "realm": fixture.connection.name]
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, asks))["code"] != nil)
        #expect(browser.cookies.crossOriginVerifiers.isEmpty, "the verifier goes with the ticket")
        let sid = try #require(browser.cookies.session)
        let session = try #require(try await fixture.stores.sessions.find(TokenHash(of: sid), at: fixture.now))
        #expect(session.userID == fixture.user.userID && session.amr == ["pwd"] && session.authTime == fixture.now)
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, ["prompt": "none"]))["code"] != nil)
        #expect(try await fixture.logTypes() == ["scoa", "s"] + (prompt == "none" ? ["ssa"] : []) + ["ssa"])
        #expect(try await fixture.stores.users.find(fixture.user.userID)?.loginsCount == 1)
    }

    @Test("the request waits for nothing that the login answered", arguments: [["prompt": "login"], ["max_age": "0"]])
    func freshLogin(_ asks: [String: String]) async throws {
        var (browser, ticket) = try await Case.browserWithTicket(try await Case.fixture())
        let asks = asks.merging(["login_ticket": ticket]) { $1 }
        #expect(try EngineBrowser.answer(await browser.authorize(browser.fixture.web, asks))["code"] != nil)
    }

    @Test("consent is asked for as after any login, and then answers")
    func consent() async throws {
        var fixture = try await Case.fixture()
        try await fixture.changeAPI { $0.skipConsentForVerifiableFirstPartyClients = false }
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        let asks = ["login_ticket": ticket, "prompt": "login", "audience": EngineFixture.audience, "scope": "openid read:items"]
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, asks), at: PagePath.consent)
        let step = ConsentStep(fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        _ = try await step.submit(allows: true, csrf: csrf, browser.visit(state))
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
    }

    @Test("a silent request that needs consent says so, and leaves no transaction")
    func silentConsent() async throws {
        var fixture = try await Case.fixture()
        try await fixture.changeAPI { $0.skipConsentForVerifiableFirstPartyClients = false }
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        let asks = ["login_ticket": ticket, "prompt": "none", "audience": EngineFixture.audience, "scope": "openid read:items"]
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, asks))["error"] == "consent_required")
        #expect(browser.cookies.session != nil, "the user did sign in")
    }

    @Test("the session that the browser had before ends")
    func replacesSession() async throws {
        let fixture = try await Case.fixture()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let old = try #require(browser.cookies.session)
        let login = try await Case.authenticate(fixture)
        browser.keep(login.changes)
        _ = try await browser.authorize(fixture.web, ["login_ticket": login.ticket.revealed])
        #expect(browser.cookies.session != old)
        #expect(try await fixture.stores.sessions.find(TokenHash(of: old), at: fixture.now) == nil)
    }

    // MARK: Tickets that are not good

    @Test("a used ticket is refused, and the session goes on")
    func replay() async throws {
        var (browser, ticket) = try await Case.browserWithTicket(try await Case.fixture())
        let verifiers = browser.cookies.crossOriginVerifiers
        _ = try await browser.authorize(browser.fixture.web, ["login_ticket": ticket])
        browser.cookies.crossOriginVerifiers = verifiers
        try Self.refused(await browser.authorize(browser.fixture.web, ["login_ticket": ticket]))
        #expect(try EngineBrowser.answer(await browser.authorize(browser.fixture.web))["code"] != nil)
    }

    @Test("a ticket ends after a minute", arguments: [(59_999 as Int64, true), (60_000, false)])
    func expiry(milliseconds: Int64, isGood: Bool) async throws {
        var (browser, ticket) = try await Case.browserWithTicket(try await Case.fixture())
        browser.fixture.clock.advance(milliseconds: milliseconds)
        let outcome = try await browser.authorize(browser.fixture.web, ["login_ticket": ticket])
        if isGood { #expect(try EngineBrowser.answer(outcome)["code"] != nil) } else { try Self.refused(outcome) }
    }

    @Test("what is no ticket is refused", arguments: ["x", "{\"x\":1}", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])
    func unknown(ticket: String) async throws {
        let fixture = try await Case.fixture()
        var browser = EngineBrowser(fixture)
        try Self.refused(await browser.authorize(fixture.web, ["login_ticket": ticket]))
        let event = try await fixture.lastEvent()
        #expect(event.type == .loginFailed && event.description == "login_ticket: unknown, used or expired")
    }

    @Test("another browser, with no verifier or its own, gets nothing; the wrong one uses the ticket up", arguments: [true, false])
    func otherBrowser(hasOwn: Bool) async throws {
        let fixture = try await Case.fixture()
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        let id = try #require(browser.cookies.crossOriginVerifiers.keys.first)
        var victim = EngineBrowser(fixture)
        if hasOwn {
            let own = try await Case.browserWithTicket(fixture).browser.cookies.crossOriginVerifiers.values.first
            victim.cookies.crossOriginVerifiers[id] = own
        }
        try Self.refused(await victim.authorize(fixture.web, ["login_ticket": ticket]))
        #expect(victim.cookies.session == nil)
        let mine = try await browser.authorize(fixture.web, ["login_ticket": ticket])
        if hasOwn { try Self.refused(mine) } else { #expect(try EngineBrowser.answer(mine)["code"] != nil) }
    }

    @Test("another client, even one that may sign in so, cannot use it, and does not use it up")
    func otherClient() async throws {
        let fixture = try await Case.fixture()
        let other = try await fixture.changed(fixture.native) { $0.crossOriginAuthentication = true }
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        try Self.refused(await browser.authorize(other, ["login_ticket": ticket]))
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, ["login_ticket": ticket]))["code"] != nil)
    }

    @Test("a client that lost the switch meanwhile cannot use it")
    func withdrawn() async throws {
        let fixture = try await Case.fixture()
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        try await fixture.changed(fixture.web) { $0.crossOriginAuthentication = false }
        try Self.refused(await browser.authorize(fixture.web, ["login_ticket": ticket]))
    }

    @Test("another realm than the user's is refused")
    func otherRealm() async throws {
        let fixture = try await Case.fixture()
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        try Self.refused(await browser.authorize(fixture.web, ["login_ticket": ticket, "realm": "email"]))
    }

    @Test("a user who was blocked or deleted meanwhile is not signed in", arguments: [true, false])
    func userGone(isBlocked: Bool) async throws {
        let fixture = try await Case.fixture()
        var (browser, ticket) = try await Case.browserWithTicket(fixture)
        let users = fixture.stores.users
        _ = isBlocked
            ? try await users.setBlocked(fixture.user.userID, true, at: fixture.now)
            : try await users.delete(fixture.user.userID, at: fixture.now)
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.web, ["login_ticket": ticket]))
        #expect(answer["error"] == (isBlocked ? "unauthorized" : "invalid_request"))
        #expect(browser.cookies.session == nil)
    }

    @Test("a request that is refused for something else leaves the ticket good")
    func badRequest() async throws {
        var (browser, ticket) = try await Case.browserWithTicket(try await Case.fixture())
        let fixture = browser.fixture
        let bad = try EngineBrowser.answer(await browser.authorize(fixture.web, ["login_ticket": ticket, "prompt": "none login"]))
        #expect(bad["error"] == "invalid_request")
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, ["login_ticket": ticket]))["code"] != nil)
    }

    @Test("of many redemptions at once one signs in")
    func race() async throws {
        let (browser, ticket) = try await Case.browserWithTicket(try await Case.fixture())
        let form = FormParameters(EngineBrowser.parameters(browser.fixture.web, ["login_ticket": ticket]))
        let answers = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    var copy = browser
                    return try EngineBrowser.answer(await copy.authorize(form))["error"]
                }
            }
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(answers.count { $0 == nil } == 1)
        #expect(answers.compactMap(\.self).allSatisfy { $0 == "invalid_request" })
        #expect(try await browser.fixture.logTypes().count { $0 == "s" } == 1)
    }

    @Test("authParams of a mailed link cannot carry a ticket")
    func inMailedLink() async throws {
        let fixture = try await Case.fixture()
        let (browser, ticket) = try await Case.browserWithTicket(fixture)
        let params: JSONObject = [
            "redirect_uri": .string(EngineFixture.callback), "login_ticket": .string(ticket), "state": "st=&te",
        ]
        var form = FormParameters(fixture.form([("connection", "email"), ("email", "new@example.test")], of: fixture.web, []))
        form.append("authParams", params.serializedString)
        _ = try await PasswordlessStart(fixture.context).respond(to: form, authorization: nil, in: fixture.request())
        let query = try #require(fixture.mailedLink?.split(separator: "?", maxSplits: 1).last)
        let outcome = try await PasswordlessLink(fixture.context).open(
            try FormParameters(query: String(query)), browser: browser.cookies, in: fixture.request())
        #expect(try EngineBrowser.answer(outcome)["code"] != nil)
        var later = browser
        #expect(try EngineBrowser.answer(await later.authorize(fixture.web, ["login_ticket": ticket]))["code"] != nil)
    }
}

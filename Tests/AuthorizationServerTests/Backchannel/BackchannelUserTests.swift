import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The user who is asked: somebody else at the link, and users who are no longer there (CIBA 7, 13).
@Suite struct BackchannelUserTests {
    private static let other = "other@example.test"

    private func addOther(_ ciba: BackchannelCase) async throws {
        var other = User(
            userID: "auth0|ffffffffffffffffffffffff", connection: ciba.fixture.connection.name, email: Self.other,
            createdAt: ciba.fixture.now)
        other.emailVerified = true
        try await ciba.fixture.stores.users.insert(other, passwordHash: SecretString("fake$" + EngineFixture.password.revealed))
    }

    @Test("somebody else who signs in on the link is told so, decides nothing, and makes room for the right user")
    func otherAccount() async throws {
        let ciba = try await BackchannelCase.make()
        try await addOther(ciba)
        let id = try await ciba.id()
        var browser = EngineBrowser(ciba.fixture)
        let state = try await ciba.open(&browser, as: Self.other)
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.approval)
        let step = DeferredApprovalStep(ciba.fixture.context)
        for outcome in [
            try await step.show(browser.visit(state)), try await step.submit(allows: true, csrf: nil, browser.visit(state)),
            try await step.submit(allows: false, csrf: nil, browser.visit(state)),
        ] {
            guard case .otherAccount(let prompt) = outcome else { Issue.record("\(outcome)"); return }
            #expect(prompt.userLabel == Self.other && prompt.clientName == ciba.client.name)
            #expect(prompt.loginPath == PagePath.path(PagePath.login, state: state))
        }
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
        _ = try await browser.logIn(state)
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.approval)
        guard case .show(let prompt) = try await step.show(browser.visit(state)) else { Issue.record("no page"); return }
        #expect(prompt.userLabel == EngineFixture.email)
        guard case .approved = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state)) else {
            Issue.record("the right user could not approve")
            return
        }
        ciba.fixture.clock.advance(by: 5)
        #expect(try await ciba.poll(id).idToken != nil)
    }

    @Test("the right user's page token is of no use to somebody else in the same browser")
    func stolenPageToken() async throws {
        let ciba = try await BackchannelCase.make()
        try await addOther(ciba)
        let id = try await ciba.id()
        var browser = EngineBrowser(ciba.fixture)
        let state = try await ciba.open(&browser)
        let step = DeferredApprovalStep(ciba.fixture.context)
        guard case .show(let prompt) = try await step.show(browser.visit(state)) else { Issue.record("no page"); return }
        _ = try await browser.logIn(state, as: Self.other)
        let outcome = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state))
        guard case .otherAccount = outcome else { Issue.record("\(outcome)"); return }
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
    }

    @Test("a login that is given up ends at the page of backchannel requests and decides nothing")
    func givenUp() async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id()
        var browser = EngineBrowser(ciba.fixture)
        let link = BackchannelApprovalLink(ciba.fixture.context)
        let opened = browser.keep(
            try await link.open(ticket: try ciba.ticket(), browser: browser.cookies, in: browser.request))
        let state = try EngineBrowser.state(opened, at: PagePath.resume)
        let step = LoginStep(ciba.fixture.context)
        var submission = LoginSubmission(
            csrf: try browser.prompt(await step.show(browser.visit(state))).page.csrf, identifier: "", password: SecretString(""))
        submission.isCancelled = true
        guard case .leave(let away) = try await step.submit(submission, browser.visit(state)) else { Issue.record("stayed"); return }
        let answer = try EngineBrowser.answer(away)
        #expect(answer.target.redirectURI.original == "https://default.test/u/approve" && answer["error"] == "access_denied")
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
        guard case .approved = try await ciba.decide(true) else { Issue.record("the link is spent"); return }
    }

    @Test("whoever is blocked after approving is refused by the token endpoint, whoever was deleted is nobody", arguments: [true, false])
    func gone(_ isDeleted: Bool) async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id()
        _ = try await ciba.decide(true)
        let users = ciba.fixture.stores.users
        if isDeleted {
            #expect(try await users.delete(ciba.fixture.user.userID, at: ciba.fixture.now))
        } else {
            #expect(try await users.setBlocked(ciba.fixture.user.userID, true, at: ciba.fixture.now))
        }
        #expect(try await ciba.pollRefusal(id).onTheWire == (isDeleted ? "400 invalid_grant" : "400 access_denied"))
    }

    @Test("whoever is blocked meanwhile cannot approve, and is told why")
    func blockedMeanwhile() async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id()
        var browser = EngineBrowser(ciba.fixture)
        let state = try await ciba.open(&browser)
        #expect(try await ciba.fixture.stores.users.setBlocked(ciba.fixture.user.userID, true, at: ciba.fixture.now))
        let error = await #expect(throws: AuthorizeFailure.self) {
            _ = try await DeferredApprovalStep(ciba.fixture.context).show(browser.visit(state))
        }
        guard case .shownToUser(let refusal, _)? = error else { Issue.record("\(String(describing: error))"); return }
        #expect(refusal.kind == .userBlocked)
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
    }

    // MARK: The log

    @Test("the log tells starts, refused ones, decisions and exchanges by the codes of CIBA")
    func log() async throws {
        let ciba = try await BackchannelCase.make()
        _ = try await ciba.refusal([("login_hint", "nobody@example.test")])
        let failed = try await ciba.fixture.lastEvent()
        #expect(failed.type.rawValue == "ciba_start_failed" && failed.clientID == ciba.client.clientID && failed.userID == nil)
        let denied = try await ciba.id()
        let started = try await ciba.fixture.lastEvent()
        #expect(started.type.rawValue == "ciba_start_succeeded" && started.userID == ciba.fixture.user.userID)
        _ = try await ciba.decide(false)
        let rejected = try await ciba.fixture.lastEvent()
        #expect(rejected.type.rawValue == "gd_auth_rejected" && rejected.userID == ciba.fixture.user.userID)
        _ = try await ciba.pollRefusal(denied)
        #expect(try await ciba.fixture.lastEvent().type.rawValue == "ciba_exchange_failed")
        let approved = try await ciba.id()
        _ = try await ciba.decide(true)
        #expect(try await ciba.fixture.lastEvent().description == "approved a backchannel request")
        _ = try await ciba.poll(approved)
        #expect(try await ciba.fixture.lastEvent().type.rawValue == "ciba_exchange_succeeded")
        for record in try await ciba.fixture.stores.logs.list(after: nil, limit: 100) {
            #expect(!"\(record)".contains(approved) && !"\(record)".contains(denied))
        }
    }

    @Test("the log tells refused device requests, unknown codes and refusals by the codes of the device flow")
    func deviceLog() async throws {
        let device = try await DeviceCase.start()
        let form = FormParameters([("client_id", device.client.clientID), ("audience", "https://nobody.test/")])
        await #expect(throws: OAuthError.self) {
            try await DeviceAuthorizationEndpoint(device.fixture.context).respond(
                to: form, authorization: nil, in: device.fixture.request())
        }
        let failed = try await device.fixture.lastEvent()
        #expect(failed.type.rawValue == "fdeaz" && failed.clientID == device.client.clientID)
        var browser = EngineBrowser(device.fixture)
        _ = try await device.type("WRNG-WRNG", &browser)
        #expect(try await device.fixture.lastEvent().type.rawValue == "fdeac")
        _ = try await device.decide(false)
        #expect(try await device.fixture.lastEvent().type.rawValue == "fdecc")
    }
}

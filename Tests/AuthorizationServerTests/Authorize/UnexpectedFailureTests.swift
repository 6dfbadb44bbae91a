import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What the client learns of a database that fails once its callback is known (contract 4.2, 4.3).
@Suite struct UnexpectedFailureTests {
    private struct Broken: Error {}

    private static let failures: [(any Error & Sendable, String)] = [
        (Broken(), "server_error"), (StorageUnavailable("full"), "temporarily_unavailable"),
    ]

    private func context(_ browser: EngineBrowser, sessions: (any Error)? = nil, transactions: (any Error)? = nil) -> TenantContext {
        var context = browser.fixture.context
        if let sessions { context.stores.sessions = FailingSessions(throwing: sessions) }
        if let transactions {
            context.stores.transactions = ReadOnlyTransactions(context.stores.transactions, throwing: transactions)
        }
        return context
    }

    private func expect(_ code: String, from outcome: AuthorizeOutcome) throws {
        let answer = try EngineBrowser.answer(outcome)
        #expect(answer["error"] == code)
        #expect(answer["state"] == "st=&te")
        #expect(answer.parameters.map(\.name) == ["error", "error_description", "state"])
    }

    @Test("a new request is answered when sessions cannot be read or transactions not be kept", arguments: [0, 1])
    func begin(_ index: Int) async throws {
        let (failure, code) = Self.failures[index]
        var browser = EngineBrowser(try await EngineFixture.make())
        _ = try await browser.signIn(browser.fixture.web)
        let form = FormParameters(EngineBrowser.parameters(browser.fixture.web, ["prompt": "login"]))
        for context in [context(browser, sessions: failure), context(browser, transactions: failure)] {
            try expect(code, from: await AuthorizeEndpoint(context).begin(form, browser: browser.cookies, in: browser.request))
        }
    }

    @Test("a resumed request is answered when the transaction cannot be ended", arguments: [0, 1])
    func resume(_ index: Int) async throws {
        let (failure, code) = Self.failures[index]
        var browser = EngineBrowser(try await EngineFixture.make())
        let state = try EngineBrowser.state(await browser.authorize(browser.fixture.web), at: PagePath.login)
        _ = try await browser.logIn(state)
        let endpoint = AuthorizeEndpoint(context(browser, transactions: failure))
        try expect(code, from: await endpoint.resume(state: state, browser: browser.cookies, in: browser.request))
        // Nothing was issued, so the transaction is still good.
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
    }

    @Test("a sign-in whose session cannot begin is answered, and ends the transaction")
    func signIn() async throws {
        var browser = EngineBrowser(try await EngineFixture.make())
        let state = try EngineBrowser.state(await browser.authorize(browser.fixture.web), at: PagePath.login)
        let step = LoginStep(context(browser, sessions: Broken()))
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        let submission = LoginSubmission(csrf: csrf, identifier: EngineFixture.email, password: EngineFixture.password)
        guard case .leave(let outcome) = try await step.submit(submission, browser.visit(state)) else {
            Issue.record("shown again")
            return
        }
        try expect("server_error", from: outcome)
        await #expect(throws: AuthorizeFailure.self) { try await browser.resume(state) }
        #expect(try await browser.fixture.events().last == .loginFailed)
    }

    @Test("an agreement that cannot be kept is answered")
    func consent() async throws {
        var fixture = try await EngineFixture.make()
        (fixture.web.isFirstParty, fixture.web.thirdPartySecurityMode) = (false, .permissive)
        _ = try await fixture.stores.clients.update(fixture.web)
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        _ = try await browser.logIn(state)
        let step = ConsentStep(context(browser, transactions: Broken()))
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        guard case .leave(let outcome) = try await step.submit(allows: true, csrf: csrf, browser.visit(state)) else {
            Issue.record("shown again")
            return
        }
        try expect("server_error", from: outcome)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A link to us must not become a link to a stranger's page (contract 4.2 step 3).
@Suite struct OpenRedirectTests {
    @Test("who is protected: strict third parties by default, others that say so, never the tenant's own", arguments: [
        (true, ThirdPartySecurityMode?.none, RedirectionPolicy?.none, false), (true, .strict, .openRedirectProtection, false),
        (false, nil, nil, true), (false, .strict, nil, true), (false, .strict, .allowAlways, false),
        (false, .permissive, nil, false), (false, .permissive, .openRedirectProtection, true),
    ])
    func policy(
        _ isFirstParty: Bool, _ mode: ThirdPartySecurityMode?, _ policy: RedirectionPolicy?, _ isProtected: Bool
    ) async throws {
        var client = try await EngineFixture.make().web
        (client.isFirstParty, client.thirdPartySecurityMode, client.redirectionPolicy) = (isFirstParty, mode, policy)
        #expect(client.isProtectedFromOpenRedirects == isProtected)
    }

    static let faulty: [[String: String]] = [
        ["prompt": "none"], ["scope": "a\"b"], ["response_type": "foo"], ["audience": "https://unknown.example.test/"],
        ["max_age": "x"], ["connection": "unknown"], ["request": "x"], ["nonce": String(repeating: "n", count: 10_000)],
    ]

    @Test("no refusal leaves us, in no response mode", arguments: faulty)
    func refusals(_ changes: [String: String]) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) {
            ($0.isFirstParty, $0.thirdPartySecurityMode, $0.redirectionPolicy) = (false, .permissive, .openRedirectProtection)
        }
        for mode in ["", "query", "fragment", "form_post", "web_message", "jwt"] {
            var browser = EngineBrowser(fixture)
            let changes = EngineFixture.strictParameters(changes.merging(["response_mode": mode]) { $1 })
            let answer = try EngineBrowser.answer(await browser.authorize(client, changes))
            #expect(answer.error != nil && answer.delivery == .errorPage, "\(mode)")
            #expect(answer.error?.profile == answer.target.profile)
        }
    }

    @Test("without the policy they go to the callback")
    func unprotected() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.stranger(fixture.spa) { $0.redirectionPolicy = .allowAlways }
        var browser = EngineBrowser(fixture)
        let answer = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none"]))
        guard case .redirect(let address) = answer.delivery else { Issue.record("\(answer.delivery)"); return }
        #expect(address.hasPrefix(EngineFixture.callback + "?error=login_required"))
    }

    @Test("declining stays here and ends the transaction; agreeing leads to the callback, silently ever after")
    func declining() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.stranger(fixture.spa)
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(client), at: PagePath.login)
        _ = try await browser.logIn(state)
        let step = ConsentStep(fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        guard case .leave(let outcome) = try await step.submit(allows: false, csrf: csrf, browser.visit(state)) else {
            Issue.record("shown again")
            return
        }
        let answer = try EngineBrowser.answer(outcome)
        #expect(answer.delivery == .errorPage && answer.error?.kind == .accessDenied)
        await #expect(throws: AuthorizeFailure.self) { try await browser.resume(state) }
        var other = EngineBrowser(fixture)
        let agreed = try await fixture.consented(client, [:], &other)
        guard case .redirect(let address) = agreed.delivery else { Issue.record("\(agreed.delivery)"); return }
        #expect(address.hasPrefix(EngineFixture.callback + "?code="))
        #expect(try EngineBrowser.answer(await other.authorize(client, ["prompt": "none"]))["code"] != nil)
    }

    // MARK: Lost transactions

    private static let route = "https://app.example.test/login"

    private enum Loss: CaseIterable { case expired, foreign, consumed }

    /// Where a transaction of the client leads after it was lost.
    private func route(after loss: Loss, _ change: (inout Client) -> Void) async throws -> String? {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultRedirectionURI = "https://tenant.example.test/"
        let client = try await fixture.changed(fixture.spa) { client in
            client.initiateLoginURI = Self.route
            change(&client)
        }
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(client), at: PagePath.login)
        switch loss {
        case .expired: fixture.clock.advance(by: .hours(20))
        case .foreign: browser.cookies.device = nil
        case .consumed:
            _ = try await browser.logIn(state)
            _ = try await fixture.stores.transactions.consume(TokenHash(of: state))
        }
        do {
            _ = try await browser.resume(state)
        } catch AuthorizeFailure.transactionLost(let route) {
            return route
        }
        return "not lost"
    }

    @Test("a lost or expired transaction leads to the login page of a client of the tenant's own, to no stranger's")
    func lostTransactions() async throws {
        for loss in [Loss.expired, .foreign] {
            #expect(try await route(after: loss) { _ in } == Self.route)
            #expect(try await route(after: loss) { $0.isFirstParty = false } == "https://tenant.example.test/")
            #expect(
                try await route(after: loss) { ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, .permissive) }
                    == Self.route)
        }
        #expect(try await route(after: .consumed) { _ in } == "https://tenant.example.test/", "nobody knows whose it was")
    }

    @Test("an expired transaction is over however it ends: nothing but the way back is told of it")
    func expired() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.spa), at: PagePath.login)
        fixture.clock.advance(by: .hours(1))
        await #expect(throws: AuthorizeFailure.self) { try await LoginStep(fixture.context).show(browser.visit(state)) }
        #expect(try await fixture.stores.transactions.find(TokenHash(of: state), at: fixture.now) == nil)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct ConsentFlowTests {
    /// A third-party client whose user has signed in and stands before the consent page.
    private func atConsent(_ asks: [String: String] = [:]) async throws -> (browser: EngineBrowser, state: String) {
        var fixture = try await EngineFixture.make()
        (fixture.web.isFirstParty, fixture.web.thirdPartySecurityMode) = (false, .permissive)
        _ = try await fixture.stores.clients.update(fixture.web)
        var browser = EngineBrowser(fixture)
        let asks = ["audience": EngineFixture.audience, "scope": "openid read:items"].merging(asks) { $1 }
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, asks), at: PagePath.login)
        _ = try await browser.logIn(state)
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.consent)
        return (browser, state)
    }

    @Test("agreeing answers, is remembered, and is not asked again")
    func agree() async throws {
        var (browser, state) = try await atConsent()
        let fixture = browser.fixture
        let step = ConsentStep(fixture.context)
        let prompt = try browser.prompt(await step.show(browser.visit(state)))
        #expect(
            prompt.question
                == .consent(api: "Example API", scopes: [.init(value: "openid", description: "Know who you are"), .init(value: "read:items")]))
        #expect(prompt.userLabel == EngineFixture.email)
        _ = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state))
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
        let consent = try await fixture.stores.consents.find(
            userID: fixture.user.userID, clientID: fixture.web.clientID, audience: EngineFixture.audience)
        #expect(consent?.scopes == ["openid", "read:items"])
        let asks = ["audience": EngineFixture.audience, "scope": "read:items", "prompt": "none"]
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, asks))["code"] != nil)
    }

    @Test("declining goes to the client and ends the transaction")
    func decline() async throws {
        var (browser, state) = try await atConsent()
        let step = ConsentStep(browser.fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        guard case .leave(let outcome) = try await step.submit(allows: false, csrf: csrf, browser.visit(state)) else {
            Issue.record("shown again")
            return
        }
        let answer = try EngineBrowser.answer(outcome)
        #expect(answer["error"] == "access_denied")
        #expect(answer["state"] == "st=&te")
        await #expect(throws: AuthorizeFailure.self) { try await browser.resume(state) }
    }

    @Test("neither a forged form nor one of another user gives consent", arguments: ["", "x.y"])
    func forgery(_ csrf: String) async throws {
        var (browser, state) = try await atConsent()
        let step = ConsentStep(browser.fixture.context)
        let prompt = try browser.prompt(await step.submit(allows: true, csrf: csrf, browser.visit(state)))
        #expect(prompt.problem?.text == WireText.pageExpired)
        #expect(try EngineBrowser.state(await browser.resume(state), at: PagePath.consent) == state)
    }

    @Test("a token shown to one session does not agree for the next one")
    func anotherSession() async throws {
        var (browser, state) = try await atConsent()
        let step = ConsentStep(browser.fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        _ = try await browser.logIn(state)
        let prompt = try browser.prompt(await step.submit(allows: true, csrf: csrf, browser.visit(state)))
        #expect(prompt.problem?.text == WireText.pageExpired)
    }

    @Test("claims that are asked for by name are on the page, and remembered as the scopes that release them")
    func claimsByName() async throws {
        let claims = #"{"id_token":{"email":{"essential":true}},"userinfo":{"given_name":null,"phone_number":null,"email_verified":null}}"#
        var (browser, state) = try await atConsent(["claims": claims, "audience": "", "scope": "openid"])
        let fixture = browser.fixture
        let step = ConsentStep(fixture.context)
        let prompt = try browser.prompt(await step.show(browser.visit(state)))
        guard case .consent(nil, let scopes) = prompt.question else { Issue.record("another question"); return }
        #expect(scopes.map(\.value) == ["openid", "profile", "email", "phone"] && scopes.allSatisfy { $0.description != nil })
        _ = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state))
        let code = try #require(try EngineBrowser.answer(await browser.resume(state))["code"])
        let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web, [("code_verifier", nil)]))
        #expect(tokens.scope == "openid", "agreeing to a claim grants no scope")
        let consent = try await fixture.stores.consents.find(userID: fixture.user.userID, clientID: fixture.web.clientID, audience: "")
        #expect(consent?.scopes == ["openid", "profile", "email", "phone"])
        let silent = ["claims": claims, "scope": "openid", "prompt": "none"]
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, silent))["code"] != nil)
        let more = silent.merging(["claims": #"{"userinfo":{"address":null}}"#]) { $1 }
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, more))["error"] == "consent_required")
    }

    @Test("a callback that any program may claim is confirmed on the page before single sign-on")
    func confirmation() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.confirmNonVerifiableCallbacks = true
        fixture.native.callbacks.append("com.example.app:/cb")
        _ = try await fixture.stores.clients.update(fixture.native)
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let asks = ["redirect_uri": "com.example.app:/cb"]
        let state = try EngineBrowser.state(await browser.authorize(fixture.native, asks), at: PagePath.consent)
        let step = ConsentStep(fixture.context)
        let prompt = try browser.prompt(await step.show(browser.visit(state)))
        #expect(prompt.question == .confirmCallback(uri: "com.example.app:/cb"))
        _ = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state))
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
        let silent = try EngineBrowser.answer(await browser.authorize(fixture.native, asks.merging(["prompt": "none"]) { $1 }))
        #expect(silent["error"] == "interaction_required")
    }
}

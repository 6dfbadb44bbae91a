import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `authorization_details` (RFC 9396, contract 15.4).
@Suite struct AuthorizationDetailsTests {
    private static let payment = #"[{"type":"payment","amount":"12.50"}]"#

    private func make() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI { $0.authorizationDetailsTypes = ["payment", "account"] }
        return fixture
    }

    private func parameters(_ details: String) -> [String: String] {
        ["authorization_details": details, "audience": EngineFixture.audience, "scope": "openid read:items"]
    }

    @Test(
        "what is no list of objects with known types is refused",
        arguments: [
            "", "{}", "[]", "[1]", "[null]", #"["payment"]"#, "[{}]", #"[{"type":1}]"#, #"[{"type":"Payment"}]"#, #"[{"type":"theft"}]"#,
            #"[{"type":"payment"},{"type":"theft"}]"#, #"[{"type":"payment"}"#, #"[{"type":"payment"}] x"#,
            #"[{"type":"payment","type":"account"}]"#,
            #"[{"type":"payment","a":"# + String(repeating: "[", count: 20) + String(repeating: "]", count: 20) + "}]",
            "[" + Array(repeating: #"{"type":"payment"}"#, count: 33).joined(separator: ",") + "]",
        ])
    func refused(_ text: String) async throws {
        let fixture = try await make()
        #expect(throws: OAuthError.self) { try AuthorizationDetails(text, for: fixture.api) }
        guard !text.isEmpty else { return }
        var browser = EngineBrowser(fixture)
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.web, parameters(text)))
        #expect(answer["error"] == "invalid_authorization_details" && answer["code"] == nil)
    }

    @Test("without an API there is no known type")
    func withoutAPI() async throws {
        let fixture = try await make()
        #expect(throws: OAuthError.self) { try AuthorizationDetails(Self.payment, for: nil) }
        #expect(try AuthorizationDetails(nil, for: nil) == nil)
        #expect(try AuthorizationDetails(Self.payment, for: fixture.api)?.text == Self.payment)
    }

    /// Signs in and agrees to what is shown.
    private func agree(
        _ browser: inout EngineBrowser, _ client: Client, isSignedIn: Bool = false
    ) async throws -> (ConsentPrompt, AuthorizationResponse) {
        var outcome = try await browser.authorize(client, parameters(Self.payment))
        if !isSignedIn {
            let state = try EngineBrowser.state(outcome, at: PagePath.login)
            _ = try await browser.logIn(state)
            outcome = try await browser.resume(state)
        }
        let state = try EngineBrowser.state(outcome, at: PagePath.consent)
        let step = ConsentStep(browser.fixture.context)
        let prompt = try browser.prompt(await step.show(browser.visit(state)))
        guard case .leave = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state)) else {
            throw EngineBrowser.Failure.unexpected("consent refused")
        }
        return (prompt, try EngineBrowser.answer(await browser.resume(state)))
    }

    @Test("they are shown to first parties' users as well, and at every request again")
    func shownEachTime() async throws {
        let fixture = try await make()
        var browser = EngineBrowser(fixture)
        let (first, _) = try await agree(&browser, fixture.web)
        #expect(first.authorizationDetails == Self.payment)
        let (second, _) = try await agree(&browser, fixture.web, isSignedIn: true)
        #expect(second.authorizationDetails == Self.payment)
    }

    @Test("an agreement to one request is none to another")
    func bound() async throws {
        let fixture = try await make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let step = ConsentStep(fixture.context)
        let cheap = try EngineBrowser.state(await browser.authorize(fixture.web, parameters(Self.payment)), at: PagePath.consent)
        let dear = try EngineBrowser.state(
            await browser.authorize(fixture.web, parameters(#"[{"type":"payment","amount":"9999"}]"#)), at: PagePath.consent)
        let prompt = try browser.prompt(await step.show(browser.visit(cheap)))
        guard case .show = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(dear)) else {
            Issue.record("agreed to another payment")
            return
        }
    }

    @Test("they are echoed by the token endpoint and stand in the access token, also after a refresh")
    func echoed() async throws {
        let fixture = try await make()
        var browser = EngineBrowser(fixture)
        var changes = parameters(Self.payment)
        changes["scope"] = "openid offline_access"
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, changes), at: PagePath.login)
        _ = try await browser.logIn(state)
        _ = try await browser.resume(state)
        let step = ConsentStep(fixture.context)
        let prompt = try browser.prompt(await step.show(browser.visit(state)))
        _ = try await step.submit(allows: true, csrf: prompt.page.csrf, browser.visit(state))
        let code = try #require(try EngineBrowser.answer(await browser.resume(state))["code"])
        let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web, [("code_verifier", nil)]))
        let refreshed = try await fixture.token(fixture.refreshForm(try #require(tokens.refreshToken), from: fixture.web))
        let granted = try JSONValue.parse(Array(Self.payment.utf8))
        for response in [tokens, refreshed] {
            #expect(response.json["authorization_details"] == granted)
            let payload = try await fixture.verified(response.accessToken).payload
            #expect(payload["authorization_details"] == granted)
        }
    }

    @Test("without details there is no such member")
    func absent() async throws {
        let fixture = try await make()
        let code = try await fixture.insertCode(for: fixture.web)
        #expect(try await fixture.token(fixture.codeForm(code, from: fixture.web)).json["authorization_details"] == nil)
    }

    @Test("prompt=none cannot be asked for them")
    func silent() async throws {
        let fixture = try await make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        var changes = parameters(Self.payment)
        changes["prompt"] = "none"
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, changes))["error"] == "consent_required")
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Following up a pushed request at `/authorize` (RFC 9126 section 4, contract 15.1).
@Suite struct PushedRequestTests {
    @Test("the browser needs only client_id and request_uri, and gets what was pushed")
    func success() async throws {
        let pushed = try await PushedRequestCase.make()
        var browser = EngineBrowser(pushed.fixture)
        let state = try EngineBrowser.state(await browser.authorize(pushed.form(try await pushed.push())), at: PagePath.login)
        guard case .leave = try await browser.logIn(state) else { Issue.record("refused"); return }
        let answer = try EngineBrowser.answer(await browser.resume(state))
        #expect(answer["code"] != nil && answer["state"] == "st=&te")
    }

    @Test("what the query says beside it counts for nothing")
    func queryIgnored() async throws {
        let pushed = try await PushedRequestCase.make()
        var browser = EngineBrowser(pushed.fixture)
        _ = try await browser.signIn(pushed.client, [:])
        let form = pushed.form(
            try await pushed.push(), [("state", "evil"), ("scope", "openid email"), ("redirect_uri", "https://evil.test/"), ("prompt", "login")])
        let answer = try EngineBrowser.answer(await browser.authorize(form))
        #expect(answer["state"] == "st=&te" && answer.target.redirectURI.original == EngineFixture.callback)
        let code = try await pushed.fixture.stores.authorizationCodes.find(TokenHash(of: try #require(answer["code"])))
        #expect(code?.access.scopes == ["openid", "profile"])
    }

    @Test("an unknown, a foreign and a misspelt request_uri are shown to the user")
    func unknown() async throws {
        let pushed = try await PushedRequestCase.make()
        let uri = try await pushed.push()
        for wrong in [uri + "x", String(uri.dropLast()), "urn:ietf:params:oauth:request_uri:", uri.uppercased()] {
            let error = try await pushed.shown(pushed.form(wrong))
            #expect(error.kind == .invalidRequestURI)
        }
        let thief = try await pushed.shown(pushed.form(uri, as: pushed.fixture.spa))
        #expect(thief.kind == .invalidRequestURI)
    }

    @Test("it expires at the exact instant: 90 seconds, Auth0's 30", arguments: [
        (WireProfile.standard, 90), (.auth0, 30),
    ] as [(WireProfile, Int64)])
    func expiry(_ profile: WireProfile, _ seconds: Int64) async throws {
        let pushed = try await PushedRequestCase.make(profile)
        let answer = try await pushed.push(EngineBrowser.parameters(pushed.client))
        #expect(answer.expiresIn == seconds)
        var browser = EngineBrowser(pushed.fixture)
        pushed.fixture.clock.advance(milliseconds: seconds * 1000 - 1)
        _ = try EngineBrowser.state(await browser.authorize(pushed.form(answer.requestURI)), at: PagePath.login)
        pushed.fixture.clock.advance(milliseconds: 1)
        #expect(try await pushed.shown(pushed.form(answer.requestURI)).kind == .invalidRequestURI)
    }

    @Test("reloading before the answer does no harm; after the answer it is used up")
    func reload() async throws {
        let pushed = try await PushedRequestCase.make()
        let form = pushed.form(try await pushed.push())
        var browser = EngineBrowser(pushed.fixture)
        _ = try EngineBrowser.state(await browser.authorize(form), at: PagePath.login)
        let state = try EngineBrowser.state(await browser.authorize(form), at: PagePath.login)
        guard case .leave = try await browser.logIn(state) else { Issue.record("refused"); return }
        _ = try EngineBrowser.answer(await browser.resume(state))
        #expect(try await pushed.shown(form).kind == .invalidRequestURI)
    }

    @Test("of two transactions over one pushed request only one is answered with a code")
    func twoTransactions() async throws {
        let pushed = try await PushedRequestCase.make()
        let form = pushed.form(try await pushed.push())
        var (one, other) = (EngineBrowser(pushed.fixture), EngineBrowser(pushed.fixture))
        var answers: [AuthorizationResponse] = []
        let first = try EngineBrowser.state(await one.authorize(form), at: PagePath.login)
        let second = try EngineBrowser.state(await other.authorize(form), at: PagePath.login)
        _ = try await one.logIn(first)
        _ = try await other.logIn(second)
        answers.append(try EngineBrowser.answer(await one.resume(first)))
        answers.append(try EngineBrowser.answer(await other.resume(second)))
        #expect(answers.compactMap { $0["code"] }.count == 1)
        #expect(answers.last?["error"] == "invalid_request_uri")
    }

    @Test("a transaction that outlives the pushed request's 90 seconds is answered all the same")
    func slowLogin() async throws {
        let pushed = try await PushedRequestCase.make()
        var browser = EngineBrowser(pushed.fixture)
        let state = try EngineBrowser.state(await browser.authorize(pushed.form(try await pushed.push())), at: PagePath.login)
        pushed.fixture.clock.advance(by: 600)
        guard case .leave = try await browser.logIn(state) else { Issue.record("refused"); return }
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
    }

    @Test("request and request_uri together are refused")
    func bothReferences() async throws {
        let pushed = try await PushedRequestCase.make()
        let form = pushed.form(try await pushed.push(), [("request", "e30.e30.")])
        #expect(try await pushed.shown(form).kind == .invalidRequest)
    }

    @Test("who must push may not bring a query", arguments: ["client", "tenant", "profile"])
    func required(_ by: String) async throws {
        var pushed = try await PushedRequestCase.make(by == "profile" ? .fapi2Security : .standard) { client in
            client.requests.requirePushedAuthorizationRequests = by == "client"
        }
        if by == "tenant" { try await pushed.fixture.configure { $0.requirePushedAuthorizationRequests = true } }
        var browser = EngineBrowser(pushed.fixture)
        let answer = try EngineBrowser.answer(await browser.authorize(pushed.client))
        #expect(answer["error"] == "invalid_request" && answer["state"] == "st=&te" && answer["code"] == nil)
    }
}

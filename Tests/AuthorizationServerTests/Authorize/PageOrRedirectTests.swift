import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Which refusals are shown and which are sent to the client (contract 4.2, 4.3).
@Suite struct PageOrRedirectTests {
    private func outcome(
        _ changes: [String: String], repeating: [(String, String)] = [], client: any KeyPath<EngineFixture, Client> & Sendable = \.web
    ) async throws -> (shown: OAuthError?, sent: AuthorizationResponse?) {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let pairs = EngineBrowser.parameters(fixture[keyPath: client], changes) + repeating
        do {
            return (nil, try EngineBrowser.answer(await browser.authorize(FormParameters(pairs))))
        } catch AuthorizeFailure.shownToUser(let error, _) {
            return (error, nil)
        }
    }

    @Test("what may be a lie about the client or its callback is shown, never sent", arguments: [
        (["client_id": ""], OAuthError.Kind.invalidRequest),
        (["client_id": "nobody"], .invalidRequest),
        (["redirect_uri": "https://evil.example.test/callback"], .unauthorizedClient),
        (["redirect_uri": "https://app.example.test/callback/more"], .unauthorizedClient),
        (["redirect_uri": "https://app.example.test/callback?x=1"], .unauthorizedClient),
        (["redirect_uri": "https://app.example.test@evil.example.test/callback"], .unauthorizedClient),
        (["redirect_uri": "https://app.example.test/CALLBACK"], .unauthorizedClient),
        (["redirect_uri": "https://app.example.test/cafe\u{301}"], .unauthorizedClient),
        (["redirect_uri": "/callback"], .unauthorizedClient),
        (["redirect_uri": "javascript:alert(1)"], .unauthorizedClient),
        (["redirect_uri": "http://localhost:3000/callback"], .unauthorizedClient),
    ])
    func shown(_ changes: [String: String], _ kind: OAuthError.Kind) async throws {
        let outcome = try await outcome(changes)
        #expect(outcome.shown?.kind == kind)
        #expect(outcome.sent == nil)
    }

    @Test("a repeated client_id, redirect_uri or state is shown", arguments: ["client_id", "redirect_uri", "state"])
    func repeated(_ name: String) async throws {
        let outcome = try await outcome([:], repeating: [(name, EngineFixture.callback)])
        #expect(outcome.shown?.description == "Parameter must not be repeated: \(name)")
    }

    @Test("the pages say what the contract says")
    func texts() async throws {
        #expect(try await outcome(["client_id": "nobody"]).shown?.description == "Unknown client: nobody")
        let uri = "https://evil.example.test/"
        #expect(
            try await outcome(["redirect_uri": uri]).shown?.description
                == "Callback URL mismatch. \(uri) is not in the list of allowed callback URLs")
    }

    @Test("other faults go to the client with its state", arguments: [
        (["response_type": ""], "invalid_request"),
        (["response_type": "foo"], "unsupported_response_type"),
        (["response_mode": "foo"], "invalid_request"),
        (["response_type": "token", "response_mode": "query"], "invalid_request"),
        (["code_challenge": "short", "code_challenge_method": "S256"], "invalid_request"),
        (["scope": "a\"b"], "invalid_scope"),
        (["scope": "online_access offline_access"], "invalid_request"),
        (["prompt": "none login"], "invalid_request"),
        (["max_age": "-1"], "invalid_request"),
        (["response_type": "id_token", "nonce": ""], "invalid_request"),
        (["audience": "https://unknown.example.test/"], "access_denied"),
        (["connection": "unknown"], "invalid_request"),
        (["id_token_hint": "not.a.token"], "invalid_request"),
        (["request": "x"], "invalid_request_object"),
        (["organization": "org_1"], "invalid_request"),
        (["prompt": "none"], "login_required"),
    ])
    func sent(_ changes: [String: String], _ code: String) async throws {
        let answer = try #require(try await outcome(changes).sent)
        #expect(answer["error"] == code)
        #expect(answer.parameters.map(\.name) == ["error", "error_description", "state"])
        #expect(answer["state"] == "st=&te")
    }

    @Test("a repeated nonce is sent; an unknown repeated parameter is nobody's business")
    func repeats() async throws {
        #expect(try await outcome([:], repeating: [("nonce", "b")]).sent?["error"] == "invalid_request")
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let pairs = EngineBrowser.parameters(fixture.web) + [("ext-a", "1"), ("ext-a", "2")]
        let outcome = try await browser.authorize(FormParameters(pairs))
        #expect(throws: Never.self) { try EngineBrowser.state(outcome, at: PagePath.login) }
    }

    @Test("an unknown API is named")
    func unknownAudience() async throws {
        let answer = try await outcome(["audience": "https://unknown.example.test/"]).sent
        #expect(answer?["error_description"] == "Service not found: https://unknown.example.test/")
    }

    @Test("refusals travel in the mode that was asked for, or the safe one", arguments: [
        (["response_mode": "fragment", "scope": "a\"b"], ResponseMode.fragment),
        (["response_mode": "form_post", "scope": "a\"b"], .formPost),
        (["response_mode": "web_message", "prompt": "none"], .webMessage),
        (["response_mode": "nonsense"], .query),
        (["response_type": "token", "response_mode": "query"], .fragment),
        (["response_type": "id_token", "nonce": ""], .fragment),
    ])
    func modes(_ changes: [String: String], _ mode: ResponseMode) async throws {
        #expect(try await outcome(changes).sent?.target.mode == mode)
    }

    @Test("without redirect_uri the first callback is used; without callbacks there is a page")
    func firstCallback() async throws {
        var fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.web, ["redirect_uri": "", "prompt": "none"]))
        #expect(answer.target.redirectURI.original == EngineFixture.callback)
        fixture.web.callbacks = []
        _ = try await fixture.stores.clients.update(fixture.web)
        await #expect(throws: AuthorizeFailure.self) { try await browser.authorize(fixture.web, ["redirect_uri": ""]) }
    }

    @Test("modes that answer by a page need a web callback", arguments: ["web_message", "form_post"])
    func customScheme(_ mode: String) async throws {
        var fixture = try await EngineFixture.make()
        fixture.web.callbacks = ["com.example.app:/cb"]
        _ = try await fixture.stores.clients.update(fixture.web)
        var browser = EngineBrowser(fixture)
        let changes = ["redirect_uri": "com.example.app:/cb", "response_mode": mode, "prompt": "none"]
        await #expect(throws: AuthorizeFailure.self) { try await browser.authorize(fixture.web, changes) }
    }

    @Test("wildcard callbacks are for first-party clients")
    func wildcards() async throws {
        var fixture = try await EngineFixture.make()
        fixture.web.callbacks = ["https://*.example.test/cb"]
        let changes = ["redirect_uri": "https://one.example.test/cb", "prompt": "none"]
        var browser = EngineBrowser(fixture)
        _ = try await fixture.stores.clients.update(fixture.web)
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, changes))["error"] == "login_required")
        fixture.web.isFirstParty = false
        _ = try await fixture.stores.clients.update(fixture.web)
        await #expect(throws: AuthorizeFailure.self) { try await browser.authorize(fixture.web, changes) }
    }

    @Test("any loopback callback passes only for a client that says so in a development tenant", arguments: [
        (true, true, true), (true, false, false), (false, true, false), (false, false, false),
    ])
    func development(_ client: Bool, _ tenant: Bool, _ accepted: Bool) async throws {
        var fixture = try await EngineFixture.make()
        fixture.web.acceptsAnyLoopback = client
        fixture.tenant.settings.isDevelopment = tenant
        _ = try await fixture.stores.clients.update(fixture.web)
        for uri in ["http://localhost:5173/cb", "http://127.0.0.1:4200/", "http://[::1]:8080/x?y=1"] {
            var browser = EngineBrowser(fixture)
            let answer = try? EngineBrowser.answer(await browser.authorize(fixture.web, ["redirect_uri": uri, "prompt": "none"]))
            #expect((answer != nil) == accepted)
        }
        var browser = EngineBrowser(fixture)
        let changes = ["redirect_uri": "http://localhost.evil.test/cb", "prompt": "none"]
        await #expect(throws: AuthorizeFailure.self) { try await browser.authorize(fixture.web, changes) }
    }
}

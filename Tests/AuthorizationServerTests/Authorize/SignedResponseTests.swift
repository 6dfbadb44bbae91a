import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Signed authorization responses (JARM), `iss` (RFC 9207) and `session_state`.
@Suite struct SignedResponseTests {
    private func make(
        _ profile: WireProfile = .standard, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> (EngineBrowser, Client) {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { client in
            client.wireProfile = profile
            change(&client)
        }
        return (EngineBrowser(fixture), client)
    }

    /// The one parameter of a signed answer, verified with the published keys.
    private func verified(_ answer: AuthorizationResponse, _ fixture: EngineFixture) async throws -> VerifiedJWT {
        #expect(answer.parameters.map(\.name) == ["response"])
        return try await fixture.verified(try #require(answer["response"]))
    }

    @Test("every signed mode and how it travels", arguments: [
        ("jwt", "code", "?response="), ("query.jwt", "code", "?response="), ("fragment.jwt", "code", "#response="),
        ("jwt", "code id_token", "#response="), ("fragment.jwt", "token", "#response="),
    ])
    func modes(_ mode: String, _ type: String, _ mark: String) async throws {
        var (browser, client) = try await make()
        let answer = try await browser.signIn(client, ["response_mode": mode, "response_type": type])
        guard case .redirect(let url) = answer.delivery else { Issue.record("\(answer.delivery)"); return }
        #expect(url.hasPrefix(EngineFixture.callback + mark))
        let payload = try await verified(answer, browser.fixture).payload
        #expect(payload["state"] == "st=&te" && payload["iss"] == "https://default.test/")
        #expect((payload["code"] != nil) == type.contains("code"))
    }

    @Test("form_post.jwt posts the one parameter")
    func formPost() async throws {
        var (browser, client) = try await make()
        let answer = try await browser.signIn(client, ["response_mode": "form_post.jwt"])
        #expect(answer.delivery == .formPost(action: EngineFixture.callback))
        #expect(try await verified(answer, browser.fixture).payload["code"] != nil)
    }

    @Test("iss, aud and an exp of minutes come first, then the answer")
    func claims() async throws {
        var (browser, client) = try await make()
        let answer = try await browser.signIn(client, ["response_mode": "jwt", "scope": "profile"])
        let token = try await verified(answer, browser.fixture)
        #expect(token.payload.members.map(\.name) == ["iss", "aud", "exp", "code", "state"])
        #expect(token.payload["aud"]?.string == client.clientID)
        #expect(token.payload["exp"]?.integer == browser.fixture.now.seconds + 300)
        #expect(token.header["alg"] == "RS256" && token.header["kid"] != nil)
    }

    @Test("a refusal is signed too, and carries no code")
    func refusal() async throws {
        var (browser, client) = try await make()
        let answer = try EngineBrowser.answer(await browser.authorize(client, ["response_mode": "jwt", "prompt": "none"]))
        let payload = try await verified(answer, browser.fixture).payload
        #expect(payload["error"] == "login_required" && payload["state"] == "st=&te" && payload["code"] == nil)
        #expect(payload["aud"]?.string == client.clientID)
    }

    @Test("tokens never travel in a signed query")
    func tokensInQuery() async throws {
        var (browser, client) = try await make()
        let answer = try EngineBrowser.answer(
            await browser.authorize(client, ["response_mode": "query.jwt", "response_type": "code id_token"]))
        #expect(answer.error?.kind == .invalidRequest && answer.target.mode == .fragment)
    }

    @Test("the algorithm: registered, the ID token's, never a secret, never weak in FAPI", arguments: [
        (WireProfile.standard, "PS256", "RS256", "PS256"), (.standard, nil, "PS256", "PS256"), (.standard, nil, "HS256", "RS256"),
        (.fapi1Advanced, nil, "RS256", "PS256"), (.fapi1Advanced, "RS256", "RS256", "PS256"),
    ] as [(WireProfile, String?, String, String)])
    func algorithm(_ profile: WireProfile, _ registered: String?, _ idToken: String, _ expected: String) async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        (client.responses.authorizationSignedResponseAlg, client.jwtConfiguration.alg) = (registered, idToken)
        #expect(try TokenAlgorithm.forResponses(of: client, profile, fixture.tenant.settings).rawValue == expected)
    }

    @Test("iss: in good and bad answers outside Auth0's profile, there when the client asks", arguments: [
        (WireProfile.standard, false, true), (.auth0, false, false), (.auth0, true, true),
    ])
    func issuer(_ profile: WireProfile, _ asks: Bool, _ isThere: Bool) async throws {
        var (browser, client) = try await make(profile) { $0.responses.includesIssuer = asks }
        let refused = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none"]))
        let answer = try await browser.signIn(client)
        for one in [refused, answer] { #expect((one["iss"] == "https://default.test/") == isThere) }
        #expect(refused["error"] == "login_required" && answer["code"] != nil)
    }

    @Test("where the metadata promise iss, every client's answers have it")
    func promisedIssuer() async throws {
        var (browser, client) = try await make(.auth0)
        try await browser.fixture.configure { $0.defaultWireProfile = .standard }
        #expect(try await browser.signIn(client)["iss"] == "https://default.test/")
    }

    @Test("iss is the host's that was asked")
    func otherHost() async throws {
        let (browser, client) = try await make()
        let request = browser.fixture.request(issuer: Issuer(scheme: "https", host: "other.test"))
        let form = FormParameters(EngineBrowser.parameters(client, ["prompt": "none"]))
        let outcome = try await AuthorizeEndpoint(browser.fixture.context).begin(form, browser: BrowserState(), in: request)
        #expect(try EngineBrowser.answer(outcome)["iss"] == "https://other.test/")
    }
}

/// `session_state` (OIDC Session Management 2).
@Suite struct SessionStateTests {
    @Test("the value: SHA-256 over client, origin, browser state and salt, then the salt")
    func value() {
        let state = SessionState.value(clientID: "c", origin: "https://app.test", browserState: "b", salt: "s")
        #expect(state == "5c4adfbb2648a5c01365e33f1c05eead76acd9da2a34ac43037c32571edcef0f.s")
        #expect(state != SessionState.value(clientID: "c", origin: "https://app.test", browserState: "b2", salt: "s"))
        #expect(state != SessionState.value(clientID: "c https://app.test", origin: "", browserState: "b", salt: "s"))
    }

    @Test("openid answers of the standard profile have it, with a fresh salt, and it changes with the session")
    func answers() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = .standard }
        var browser = EngineBrowser(fixture)
        let first = try #require(try await browser.signIn(client)["session_state"])
        let silent = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none"]))
        let again = try #require(silent["session_state"])
        #expect(first != again && !first.contains(" "))
        let cookie = try #require(browser.cookies.session)
        let session = try #require(try await fixture.stores.sessions.find(TokenHash(of: cookie), at: fixture.now))
        for state in [first, again] {
            let salt = String(state.split(separator: ".")[1])
            #expect(state == SessionState.value(
                clientID: client.clientID, origin: "https://app.example.test", browserState: session.browserState, salt: salt))
        }
    }

    @Test("Auth0's clients and OAuth requests have none")
    func absent() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        #expect(try await browser.signIn(fixture.web)["session_state"] == nil)
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = .standard }
        let answer = try EngineBrowser.answer(await browser.authorize(client, ["scope": "profile"]))
        #expect(answer["code"] != nil && answer["session_state"] == nil)
    }
}

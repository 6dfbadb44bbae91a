import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What a strict third party may ask of `/authorize` and `/oauth/par` (contract 4.7).
@Suite struct StrictAuthorizeTests {
    static let refused: [(String, String)] = [
        ("response_mode", "query"), ("response_mode", "web_message"), ("claims", "{}"), ("id_token_hint", "x"),
        ("organization", "org_1"), ("invitation", "x"), ("screen_hint", "signup"), ("auth0Client", "x"),
        ("login_ticket", "x"), ("request", "x"), ("request_uri", "https://client.example.test/r"), ("access_type", "offline"),
        ("connection_scope", "x"), ("session_transfer_token", "x"), ("Scope", "openid"), ("ext", "x"), ("client_secret", "x"),
        ("scope\u{301}", "x"), ("martlet_signed", "1"),
    ]

    @Test("a parameter that is not listed is refused, by a confidential and a public client", arguments: refused)
    func unlisted(_ name: String, _ value: String) async throws {
        let fixture = try await EngineFixture.make()
        for client in [fixture.web, fixture.spa] {
            let stranger = try await fixture.stranger(client)
            let error = try await fixture.refusal(of: stranger, [name: value])
            #expect(error?.kind == .invalidRequest, "\(name)")
        }
        #expect(fixture.outbound.gets.isEmpty)
    }

    @Test("the text names what is plain, and repeats nothing that could be code")
    func text() async throws {
        let fixture = try await EngineFixture.make()
        let stranger = try await fixture.stranger(fixture.spa)
        let error = try await fixture.refusal(of: stranger, ["claims": "{}", "<script>alert(1)</script> ": "x", "ui": "x"])
        #expect(error?.description == "The following parameters are not allowed for third-party clients: claims, ui")
    }

    static let accepted: [String: String] = [
        "acr_values": "urn:x", "authorization_details": "", "connection": "Username-Password-Authentication",
        "correlation_id": "c1", "display": "page", "dpop_jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I", "ext-color": "red",
        "login_hint": "user@example.test", "max_age": "60", "nonce": "n", "prompt": "login", "resource": EngineFixture.audience,
        "audience": EngineFixture.audience, "ui_locales": "de",
    ]

    @Test("all listed parameters at once are fine")
    func listed() async throws {
        let fixture = try await EngineFixture.make()
        let stranger = try await fixture.stranger(fixture.spa)
        try await fixture.grant(["read:items"], to: stranger)
        #expect(try await fixture.refusal(of: stranger, Self.accepted) == nil)
    }

    @Test("a permissive third party, and a client of the tenant's own, may send what they like", arguments: [true, false])
    func others(_ isFirstParty: Bool) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.spa) {
            ($0.isFirstParty, $0.thirdPartySecurityMode) = (isFirstParty, .permissive)
        }
        let changes = ["claims": "{}", "response_mode": "query", "screen_hint": "login", "unknown": "x"]
        #expect(try await fixture.refusal(of: client, changes) == nil)
    }

    @Test("without a challenge, with a plain one, or with one that is none: refused, with a secret too", arguments: [
        ["code_challenge": "", "code_challenge_method": ""], ["code_challenge_method": "plain"], ["code_challenge_method": ""],
        ["code_challenge": "short"], ["code_challenge_method": "S512"],
    ])
    func challenges(_ changes: [String: String]) async throws {
        var fixture = try await EngineFixture.make()
        (fixture.tenant.settings.allowPlainCodeChallenge, fixture.tenant.settings.requirePKCEForPublicClients) = (true, false)
        for client in [fixture.web, fixture.spa] {
            let stranger = try await fixture.stranger(client)
            #expect(try await fixture.refusal(of: stranger, changes)?.kind == .invalidRequest)
        }
    }

    @Test("no response type but code, whatever the record and the tenant say", arguments: [
        "token", "id_token", "id_token token", "code token", "code id_token", "code id_token token",
    ])
    func responseTypes(_ type: String) async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.registration.grantTypes.append(.implicit)
        let stranger = try await fixture.stranger(fixture.web)
        let error = try await fixture.refusal(of: stranger, ["response_type": type])
        #expect(error?.kind == .unauthorizedClient && error?.description == "Grant type 'implicit' not allowed for the client.")
    }

    @Test("the flow works: consent, a code, OpenID Connect, and an access token of an hour")
    func flow() async throws {
        let fixture = try await EngineFixture.make()
        for client in [fixture.web, fixture.spa] {
            let stranger = try await fixture.stranger(client)
            try await fixture.stores.clientGrants.insert(
                ClientGrant(
                    id: "cgr_\(client.clientID.prefix(16))", clientID: client.clientID, audience: EngineFixture.audience,
                    scope: ["read:items"]))
            var browser = EngineBrowser(fixture)
            let changes = [
                "audience": EngineFixture.audience, "scope": "openid email read:items write:items offline_access",
            ]
            let code = try #require(try await fixture.consented(stranger, changes, &browser)["code"])
            let tokens = try await fixture.token(fixture.codeForm(code, from: stranger))
            #expect(tokens.idToken != nil && tokens.expiresIn == 3600)
            #expect(tokens.scope == "openid email read:items offline_access")
            let refreshed = try await fixture.token(
                fixture.refreshForm(try #require(tokens.refreshToken), from: stranger))
            #expect(refreshed.expiresIn == 3600)
        }
    }

    @Test("an API's shorter lifetime stays, and others' longer ones too")
    func lifetimes() async throws {
        var fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        #expect(try await fixture.token(fixture.codeForm(code, from: fixture.native)).expiresIn == 86_400)
        try await fixture.changeAPI { ($0.tokenLifetime, $0.tokenLifetimeForWeb) = (600, 600) }
        let stranger = try await fixture.stranger(fixture.spa)
        try await fixture.grant(["read:items"], to: stranger)
        let other = try await fixture.insertCode(for: stranger)
        #expect(try await fixture.token(fixture.codeForm(other, from: stranger)).expiresIn == 600)
        let userinfo = try await fixture.insertCode(for: stranger, scopes: ["openid"], audience: nil)
        #expect(try await fixture.token(fixture.codeForm(userinfo, from: stranger)).expiresIn == 3600)
    }

    // MARK: Pushed requests and request objects

    @Test("pushing is refused, unless tenant, client or profile insist on it", arguments: [
        (false, false, false), (true, false, true), (false, true, true),
    ])
    func pushed(_ tenantInsists: Bool, _ clientInsists: Bool, _ mayPush: Bool) async throws {
        var test = try await PushedRequestCase.make(.standard) {
            $0.isFirstParty = false
            $0.requests.requirePushedAuthorizationRequests = clientInsists
        }
        test.fixture.tenant.settings.requirePushedAuthorizationRequests = tenantInsists
        let pairs = EngineBrowser.parameters(test.client, EngineFixture.strictParameters())
        if mayPush {
            let pushed = try await test.push(pairs)
            var browser = EngineBrowser(test.fixture)
            let more = [("response_type", "code"), ("unlisted", "ignored")]
            let outcome = try await browser.authorize(test.form(pushed.requestURI, more))
            _ = try EngineBrowser.state(outcome, at: PagePath.login)
            #expect(try await test.refusal(pairs + [("claims", "{}")]).kind == .invalidRequest)
            #expect(try await test.refusal(pairs + [("request", "x")]).kind == .invalidRequest)
        } else {
            #expect(try await test.refusal(pairs).kind == .unauthorizedClient)
        }
    }

    @Test("a request object is taken where the client must sign, and nowhere else", arguments: [true, false])
    func objects(_ mustSign: Bool) async throws {
        let jar = try await RequestObjectCase.make {
            $0.isFirstParty = false
            $0.requests.requireSignedRequestObject = mustSign
        }
        let changes = EngineFixture.strictParameters().map { ($0.key, JSONValue.string($0.value)) }
        let object = try jar.object([("response_mode", nil)] + changes)
        #expect(try await jar.refusal(object)?.kind == (mustSign ? nil : .invalidRequest))
        guard mustSign else { return }
        #expect(try await jar.refusal(try jar.object(changes))?.kind == .invalidRequest, "response_mode is not listed")
    }
}

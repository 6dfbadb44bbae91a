import HTTPTypes
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What was given to one client or one browser, in the hands of another (RFC 9700 section 4; RFC 8628 section 5).
@Suite struct TheftTests {
    private static let offline: [String: String?] = ["scope": "openid offline_access", "audience": EngineFixture.audience]

    @Test("a code that another client redeems is refused, whoever the other client is")
    func code() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let code = try await journey.signIn(Self.offline)["code"] ?? ""
        for thief in [try await server.thief(), server.fixture.native, server.fixture.spa] {
            let answer = try await server.token(
                as: thief,
                [
                    ("grant_type", "authorization_code"), ("code", code), ("redirect_uri", EngineFixture.callback),
                    ("code_verifier", Journey.verifier),
                ])
            #expect(answer.isRefusal() && answer.error == "invalid_grant")
        }
    }

    @Test("naming the owner without its secret does not help", arguments: [nil, "", "wrong"])
    func codeWithoutSecret(secret: String?) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let code = try await journey.signIn(Self.offline)["code"]
        #expect(try await journey.exchange(code: code, ["client_secret": secret]).isRefusal())
        #expect(try await journey.exchange(code: code).status == 200, "nobody else uses it up")
    }

    @Test("a code works once; the second use also ends what the first gave")
    func codeTwice() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let code = try await journey.signIn(Self.offline)["code"]
        let tokens = try await journey.exchange(code: code)
        #expect(tokens.status == 200)
        #expect(try await journey.exchange(code: code).isRefusal())
        #expect(try await journey.refresh(tokens.member("refresh_token")).isRefusal())
    }

    @Test("a refresh token is good in no other client's hands, nor revoked by them")
    func refreshToken() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let token = try await journey.tokens(Self.offline).member("refresh_token") ?? ""
        for thief in [try await server.thief(), server.fixture.native] {
            #expect(try await Journey(server, thief).refresh(token).isRefusal())
            _ = try await server.ask("/oauth/revoke", as: thief, [("token", token)])
        }
        #expect(try await journey.refresh(token).status == 200)
    }

    @Test("a login that one browser began is not finished in another")
    func loginSession() async throws {
        let server = try await TestServer.make()
        var victim = Journey(server, server.fixture.web)
        let page = try await victim.authorize().page()
        var thief = TestBrowser(server)
        let stolen = try await thief.submit(
            page, ["username": EngineFixture.email, "password": EngineFixture.password.revealed])
        #expect(try stolen.page().status >= 400)
        let finished = try await victim.logIn(on: page).callback()
        #expect(finished["code"] != nil)
    }

    @Test(
        "a form of one browser's page is not accepted from another that has a session", arguments: ["/u/login", "/u/consent"])
    func crossSiteForm(path: String) async throws {
        let server = try await TestServer.make()
        let client = try await server.thief { $0.isFirstParty = false }
        var attacker = Journey(server, client)
        var page = try await attacker.authorize().page()
        if path == "/u/consent" { page = try await attacker.logIn(on: page).page() }
        var victim = Journey(server, server.fixture.web)
        _ = try await victim.signIn()
        let landing = try await victim.browser.submit(
            page, ["username": EngineFixture.email, "password": EngineFixture.password.revealed])
        #expect(try landing.page().status >= 400)
    }

    // MARK: Device flow

    private func deviceClient(_ server: TestServer) async throws -> Client {
        try await server.with(server.fixture.native) { $0.grantTypes.append(.deviceCode) }
    }

    private func poll(_ server: TestServer, _ client: Client, _ code: String) async throws -> WireAnswer {
        server.fixture.clock.advance(by: 6)
        return try await server.token(as: client, [("grant_type", GrantType.deviceCode.rawValue), ("device_code", code)])
    }

    @Test("a device code is polled by its own client alone, also once it is approved")
    func deviceCode() async throws {
        let server = try await TestServer.make()
        let client = try await deviceClient(server)
        let thief = try await server.thief {
            ($0.appType, $0.tokenEndpointAuthMethod, $0.clientSecret) = (.native, .none, nil)
            $0.grantTypes.append(.deviceCode)
        }
        let begun = try await server.ask("/oauth/device/code", as: client, [("scope", "openid")])
        let code = try #require(begun.member("device_code"))
        #expect(try await poll(server, thief, code).error == "invalid_grant")
        var browser = TestBrowser(server)
        let page = try await browser.open("/activate", [("user_code", begun.member("user_code") ?? "")]).page()
        let login = try await browser.submit(page).page()
        let approval = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]
        ).page()
        let accept = try #require(approval.forms.first?.buttons.first { $0.value == "accept" })
        #expect(try await browser.submit(approval, pressing: accept).page().status == 200)
        #expect(try await poll(server, thief, code).isRefusal())
        #expect(try await poll(server, client, code).status == 200)
        #expect(try await poll(server, client, code).isRefusal(), "and once")
    }

    @Test("an approval page that one browser reached is not answered by another")
    func approval() async throws {
        let server = try await TestServer.make()
        let client = try await deviceClient(server)
        let begun = try await server.ask("/oauth/device/code", as: client, [("scope", "openid")])
        var browser = TestBrowser(server)
        let page = try await browser.open("/activate", [("user_code", begun.member("user_code") ?? "")]).page()
        let login = try await browser.submit(page).page()
        let approval = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]
        ).page()
        var other = Journey(server, server.fixture.web)
        _ = try await other.signIn()
        let accept = try #require(approval.forms.first?.buttons.first { $0.value == "accept" })
        #expect(try await other.browser.submit(approval, pressing: accept).page().status >= 400)
        let answer = try await poll(server, client, begun.member("device_code") ?? "")
        #expect(answer.error == "authorization_pending")
    }

    @Test("a user code that is not there leads nowhere, and guessing ends")
    func userCodeGuessing() async throws {
        let server = try await TestServer.make()
        var browser = TestBrowser(server)
        var statuses: Set<Int> = []
        for guess in 0..<60 {
            let page = try await browser.open("/activate").page()
            let answer = try await browser.submit(page, ["user_code": "BBBB-\(1000 + guess)"])
            statuses.insert(try answer.page().status)
        }
        #expect(statuses == [400, 429])
    }

    // MARK: Registration

    @Test("a registration access token manages the client that it was given to and no other")
    func registration() async throws {
        let server = try await TestServer.make()
        try await server.withSettings { $0.registration.enabled = true }
        func register() async throws -> (id: String, token: String) {
            let metadata: JSONObject = ["redirect_uris": .array(["https://client.example.test/callback"])]
            let answer = try await server.send(.json("/oidc/register", metadata))
            return (try #require(answer.member("client_id")), try #require(answer.member("registration_access_token")))
        }
        func read(_ id: String, _ token: String) async throws -> WireAnswer {
            try await server.send(WireRequest(.get, "/oidc/register/\(id)").with("Authorization", "Bearer \(token)"))
        }
        let (mine, theirs) = (try await register(), try await register())
        #expect(try await read(mine.id, mine.token).status == 200)
        let stranger = server.fixture.web.clientID
        for (id, token) in [(theirs.id, mine.token), (stranger, mine.token), (mine.id, ""), (mine.id, theirs.id), ("x", mine.token)] {
            let answer = try await read(id, token)
            #expect(answer.status == 401 && answer.member("client_secret") == nil)
            let delete = WireRequest(.delete, "/oidc/register/\(id)").with("Authorization", "Bearer \(token)")
            #expect(try await server.send(delete).status == 401)
        }
        #expect(try await read(theirs.id, theirs.token).status == 200)
    }

    // MARK: Backchannel

    @Test("an auth_req_id is polled by its own client alone, and approved by nobody but its user")
    func backchannel() async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) { $0.grantTypes.append(.ciba) }
        let thief = try await server.thief { $0.grantTypes.append(.ciba) }
        let begun = try await server.ask(
            "/bc-authorize", as: client,
            [
                ("scope", "openid"), ("login_hint", EngineFixture.email), ("binding_message", "4711"),
            ])
        let id = try #require(begun.member("auth_req_id"))
        func poll(_ client: Client) async throws -> WireAnswer {
            server.fixture.clock.advance(by: 6)
            return try await server.token(as: client, [("grant_type", GrantType.ciba.rawValue), ("auth_req_id", id)])
        }
        #expect(try await poll(thief).error == "invalid_grant")
        #expect(try await poll(client).error == "authorization_pending")
        let deviceGrant = try await server.token(
            as: client, [("grant_type", GrantType.deviceCode.rawValue), ("device_code", id)])
        #expect(deviceGrant.isRefusal())
    }
}

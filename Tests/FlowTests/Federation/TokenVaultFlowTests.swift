import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The token vault's grant as an application meets it.
@Suite struct TokenVaultFlowTests {
    static let grant = "urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token"

    /// A server whose client `web` has the grant, and whose user has tokens at the provider.
    static func server() async throws -> (server: TestServer, provider: FakeIdentityProvider) {
        var fixture = try await EngineFixture.make()
        let provider = try await fixture.addIdentityProvider().provider
        fixture.web.grantTypes.append(GrantType(grant))
        #expect(try await fixture.stores.clients.update(fixture.web))
        try await fixture.storeFederatedTokens(of: fixture.user)
        return (try await TestServer.make(fixture), provider)
    }

    static func parameters(_ subject: String, _ changes: [(String, String)] = []) -> [(String, String)] {
        let pairs = [
            ("grant_type", grant), ("subject_token", subject),
            ("subject_token_type", "urn:ietf:params:oauth:token-type:refresh_token"),
            ("requested_token_type", "http://auth0.com/oauth/token-type/federated-connection-access-token"),
            ("connection", FakeIdentityProvider.connectionName),
        ]
        return pairs.filter { pair in !changes.contains { $0.0 == pair.0 } } + changes
    }

    static func refreshToken(_ server: TestServer) async throws -> String {
        var journey = Journey(server, server.fixture.web)
        let tokens = try await journey.tokens(["scope": "openid offline_access", "audience": EngineFixture.audience])
        return try #require(tokens.member("refresh_token"))
    }

    @Test("who signed in gets the token of the provider, by a form and by JSON, and never the refresh token")
    func exchange() async throws {
        let (server, _) = try await Self.server()
        let form = Self.parameters(try await Self.refreshToken(server))
        let first = try await server.token(as: server.fixture.web, form)
        #expect(
            first.text == """
                {"access_token":"access-2","scope":"calendar.read","expires_in":3600,"token_type":"Bearer",\
                "issued_token_type":"http://auth0.com/oauth/token-type/federated-connection-access-token"}
                """)
        #expect(first.status == 200 && first.header("Cache-Control") == "no-store" && first.header("Pragma") == "no-cache")
        let credentials = [("client_id", server.fixture.web.clientID), ("client_secret", EngineFixture.secret.revealed)]
        let second = try await server.send(.json("/oauth/token", credentials + form))
        #expect(second.member("access_token") == "access-2" && second.member("refresh_token") == nil)
        #expect(server.fixture.outbound.posts.count == 1)
    }

    @Test("who never connected an account is told so: 401 and a code of its own", arguments: [WireProfile.auth0, .standard])
    func notConnected(profile: WireProfile) async throws {
        let (server, _) = try await Self.server()
        let client = try await server.with(server.fixture.web) { $0.wireProfile = profile }
        let form = Self.parameters(try await Self.refreshToken(server), [("login_hint", "another")])
        let answer = try await server.token(as: client, form)
        #expect(answer.status == 401 && answer.header("WWW-Authenticate") == nil)
        #expect(
            answer.text == """
                {"error":"federated_connection_refresh_token_not_found",\
                "error_description":"Federated connection Refresh Token not found."}
                """)
    }

    @Test("a provider that is down is 503 with Retry-After, and is asked again")
    func upstreamFailure() async throws {
        let (server, provider) = try await Self.server()
        let form = Self.parameters(try await Self.refreshToken(server))
        provider.script("", status: 502)
        let answer = try await server.token(as: server.fixture.web, form)
        #expect(answer.status == 503 && answer.error == "temporarily_unavailable" && answer.header("Retry-After") == "5")
        provider.script(nil)
        #expect(try await server.token(as: server.fixture.web, form).member("access_token") == "access-2")
    }

    @Test("each parameter once, each of its kind")
    func badInput() async throws {
        let (server, _) = try await Self.server()
        let (web, form) = (server.fixture.web, Self.parameters(try await Self.refreshToken(server)))
        for name in ["subject_token", "subject_token_type", "requested_token_type", "connection", "login_hint"] {
            let twice = try await server.token(as: web, form.filter { $0.0 != name } + [(name, "a"), (name, "b")])
            #expect(twice.status == 400 && twice.error == "invalid_request", "\(name)")
            let long = try await server.token(
                as: web, form.filter { $0.0 != name } + [(name, String(repeating: "a", count: 20_000))])
            #expect(long.status == 400, "\(name)")
        }
        var object = JSONObject()
        for (name, value) in form { object.append(name, .string(value)) }
        object["client_id"] = .string(web.clientID)
        object["client_secret"] = .string(EngineFixture.secret.revealed)
        object["login_hint"] = .object(["sub": "jane"])
        #expect(try await server.send(.json("/oauth/token", object)).status == 400)
        #expect(server.fixture.outbound.posts.isEmpty)
    }

    @Test("the end of the session by the provider ends the exchange too")
    func revoked() async throws {
        let (server, provider) = try await Self.server()
        let (_, tokens) = try await GlobalTokenRevocationFlowTests.signInJoe(server)
        let joe = try #require(try await server.fixture.stores.users.find("oidc|corp|joe"))
        try await server.fixture.storeFederatedTokens(of: joe)
        let form = Self.parameters(try #require(tokens.member("refresh_token")))
        #expect(try await server.token(as: server.fixture.web, form).member("access_token") == "access-2")
        let token = try provider.revocationToken(at: server.fixture.now, jti: "1")
        let request = WireRequest.json(
            "/oauth/global-token-revocation/connection/corp", FakeIdentityProvider.subject("joe")
        ).with("Authorization", "Bearer \(token)")
        #expect(try await server.send(request).status == 204)
        #expect(try await server.token(as: server.fixture.web, form).error == "invalid_grant")
    }

    @Test("/co/authenticate and the login page do not know the connection")
    func embeddedLogin() async throws {
        let (server, _) = try await Self.server()
        let spa = try await server.with(server.fixture.spa) { $0.crossOriginAuthentication = true }
        var browser = TestBrowser(server)
        let answer = try await EmbeddedLoginCase.authenticate(
            &browser, spa, ["realm": FakeIdentityProvider.connectionName, "username": "jane@corp.example.test"])
        #expect(answer.isRefusal(400...403))
        let page = try await server.send(
            .get("/authorize", Journey(server, server.fixture.web).authorizeParameters(["connection": "corp"])))
        #expect(page.status == 302 && page.redirectParameters["error"] == "invalid_request")
    }
}

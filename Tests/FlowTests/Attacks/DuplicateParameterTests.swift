import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A parameter that comes twice means two things (RFC 6749 sections 3.1 and 3.2): every endpoint refuses it, in a query, a form
/// and in JSON, with equal values too, so that nobody reads one value while somebody else reads the other.
@Suite struct DuplicateParameterTests {
    /// An endpoint, and a value for each parameter that it reads.
    static let calls: [(path: String, parameters: [(String, String)])] = [
        (
            "/oauth/token",
            [
                ("grant_type", "authorization_code"), ("code", "x"), ("redirect_uri", EngineFixture.callback),
                ("code_verifier", Journey.verifier),
            ]
        ),
        (
            "/oauth/token",
            [
                ("grant_type", "refresh_token"), ("refresh_token", "x"), ("scope", "openid"),
                ("audience", EngineFixture.audience),
            ]
        ),
        (
            "/oauth/token",
            [("grant_type", "client_credentials"), ("audience", EngineFixture.audience), ("scope", "read:items")]
        ),
        (
            "/oauth/token",
            [("grant_type", "password"), ("username", EngineFixture.email), ("password", "x"), ("scope", "openid")]
        ),
        ("/oauth/token", [("grant_type", GrantType.deviceCode.rawValue), ("device_code", "x")]),
        ("/oauth/token", [("grant_type", GrantType.ciba.rawValue), ("auth_req_id", "x")]),
        ("/oauth/token", [("grant_type", GrantType.jwtBearer.rawValue), ("assertion", "x")]),
        (
            "/oauth/token",
            [("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", "x"), ("subject_token_type", "y")]
        ),
        ("/oauth/revoke", [("token", "x"), ("token_type_hint", "refresh_token")]),
        ("/oauth/introspect", [("token", "x"), ("token_type_hint", "access_token")]),
        (
            "/oauth/par",
            [
                ("response_type", "code"), ("redirect_uri", EngineFixture.callback), ("scope", "openid"), ("state", "x"),
                ("nonce", "x"),
                ("code_challenge", CodeChallenge.s256(of: Journey.verifier)), ("code_challenge_method", "S256"),
            ]
        ),
        ("/oauth/device/code", [("scope", "openid"), ("audience", EngineFixture.audience)]),
        (
            "/bc-authorize",
            [("scope", "openid"), ("login_hint", EngineFixture.email), ("binding_message", "1"), ("requested_expiry", "60")]
        ),
    ]

    /// Whether a call is a device's, which keeps no secret.
    private static func isDevices(_ call: (path: String, parameters: [(String, String)])) -> Bool {
        call.path == "/oauth/device/code" || call.parameters.contains { $0.1 == GrantType.deviceCode.rawValue }
    }

    private func server() async throws -> (TestServer, Client) {
        let server = try await TestServer.make()
        try await server.withSettings { $0.introspection = true }
        let client = try await server.with(server.fixture.web) {
            $0.grantTypes += [.ciba, .jwtBearer, .tokenExchange]
        }
        _ = try await server.with(server.fixture.native) { $0.grantTypes.append(.deviceCode) }
        return (server, client)
    }

    @Test("each parameter of each endpoint, twice, with the same or another value", arguments: 0..<calls.count)
    func bodies(index: Int) async throws {
        let (server, client) = try await server()
        let call = Self.calls[index]
        let credentials = [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed)]
        let all = (Self.isDevices(call) ? [("client_id", server.fixture.native.clientID)] : credentials) + call.parameters
        for (name, value) in all {
            for second in [value, "other", ""] {
                let pairs = all + [(name, second)]
                #expect(try await server.send(.form(call.path, pairs)).isRefusal(400...401), "\(call.path) \(name)")
                #expect(try await server.send(.json(call.path, pairs)).isRefusal(400...401), "\(call.path) \(name)")
                #expect(
                    try await server.send(.form(call.path, [(name, second)] + all)).isRefusal(400...401), "\(call.path) \(name)"
                )
            }
        }
    }

    @Test("each parameter of an authorization request, twice: nobody is sent anywhere with a code")
    func authorize() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        _ = try await journey.signIn()
        let parameters = journey.authorizeParameters([
            "nonce": "n", "prompt": "none", "audience": EngineFixture.audience, "response_mode": "query",
        ])
        for (name, value) in parameters {
            for second in [value, "other", "https://evil.example/", ""] {
                for pairs in [parameters + [(name, second)], [(name, second)] + parameters] {
                    let answer = try await journey.browser.send(.get("/authorize", pairs))
                    #expect(answer.redirectParameters["code"] == nil, "\(name)")
                    #expect(answer.location?.contains("evil.example") != true, "\(name)")
                    #expect(answer.status < 500)
                }
            }
        }
    }

    @Test("a parameter in the query does not stand in for one in the body")
    func queryAndBody() async throws {
        let (server, client) = try await server()
        let credentials = [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed)]
        let query = PercentEncoding.encodePairs(credentials)
        let secret = try await server.send(
            .form("/oauth/token?\(query)", [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)]))
        #expect(secret.isRefusal(400...401), "credentials are not read from a query (RFC 6749 section 2.3.1)")
        let token = try await server.send(.form("/oauth/revoke?token=x", credentials))
        #expect(token.status == 400)
    }

    @Test("logout's parameters, twice", arguments: ["/v2/logout", "/oidc/logout"])
    func logout(path: String) async throws {
        let server = try await TestServer.make()
        let name = path == "/v2/logout" ? "returnTo" : "post_logout_redirect_uri"
        let parameters = [("client_id", server.fixture.web.clientID), (name, "https://app.example.test/bye")]
        #expect(try await server.send(.get(path, parameters)).location != nil || path == "/oidc/logout")
        for (name, value) in parameters {
            for second in [value, "https://evil.example/"] {
                let answer = try await server.send(.get(path, parameters + [(name, second)]))
                #expect(answer.location == nil && answer.status == 400, "\(name)")
            }
        }
    }
}

import AuthorizationServer
import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

extension Literal {
    /// Contract 1.4: a bad client elsewhere than at the token endpoint.
    static let badClients: [Literal] = [
        "/oauth/revoke", "/oauth/par", "/bc-authorize", "/otp/challenge", "/passkey/register", "/passkey/challenge", "/mfa/challenge",
    ].map { path in
        Literal("1.4: a wrong secret at \(path)", 401, "invalid_client", "Unauthorized") {
            let server = try await LiteralScene.server(allowing: .ciba)
            let pairs = [("client_id", server.fixture.web.clientID), ("client_secret", "wrong"), ("token", "x")]
            return try await server.send(.json(path, pairs))
        }
    }

    /// Contract 14.
    static let devices: [Literal] = [
        Literal("14: waiting", 403, "authorization_pending", "User has yet to authorize device code.") {
            try await LiteralScene.poll(LiteralScene.device())
        },
        Literal("14: too fast", 429, "slow_down", "You are polling faster than the specified interval of 5 seconds.") {
            let device = try await LiteralScene.device()
            _ = try await LiteralScene.poll(device)
            let answer = try await LiteralScene.poll(device)
            #expect(answer.header("Retry-After") == "10")
            return answer
        },
        Literal("14: denied", 403, "access_denied", "User cancelled the confirmation prompt.") {
            let device = try await LiteralScene.device()
            try await device.decline()
            return try await LiteralScene.poll(device)
        },
        Literal("14: expired, told once", 403, "expired_token", nil) {
            let device = try await LiteralScene.device()
            device.server.fixture.clock.advance(by: 900)
            return try await LiteralScene.poll(device)
        },
        Literal("14: expired, told before", 403, "invalid_grant", "Invalid or expired device code.") {
            let device = try await LiteralScene.device()
            device.server.fixture.clock.advance(by: 900)
            _ = try await LiteralScene.poll(device)
            return try await LiteralScene.poll(device)
        },
        Literal("14: unknown", 403, "invalid_grant", "Invalid or expired device code.") {
            try await LiteralScene.poll(LiteralScene.device(), code: "unknown")
        },
    ]

    /// Contract 15.3.
    static let backchannel: [Literal] = [
        Literal("15.3: waiting", 400, "authorization_pending", "The end-user authorization is pending") {
            let (server, id) = try await begun()
            return try await poll(server, id)
        },
        Literal("15.3: too fast", 400, "slow_down", "You are polling faster than allowed. Try again in 10 seconds.") {
            let (server, id) = try await begun()
            _ = try await poll(server, id)
            let answer = try await poll(server, id)
            #expect(answer.header("Retry-After") == "10" && answer.json?["interval"]?.integer == 10)
            return answer
        },
        Literal("15.3: without openid", 400, "invalid_request", "openid scope must be requested") {
            try await begin(LiteralScene.server(allowing: .ciba), [("scope", "profile"), ("login_hint", EngineFixture.email)])
        },
        Literal("15.3: unknown user", 400, "unknown_user_id", "User ID is malformed or unknown") {
            try await begin(LiteralScene.server(allowing: .ciba), [
                ("scope", "openid"), ("login_hint", #"{"format":"iss_sub","iss":"https://default.test/","sub":"auth0|nobody"}"#),
            ])
        },
    ]

    private static func begin(_ server: TestServer, _ pairs: [(String, String)]) async throws -> WireAnswer {
        try await server.ask("/bc-authorize", as: server.fixture.web, pairs + [("binding_message", "1")])
    }

    private static func begun() async throws -> (TestServer, String) {
        let server = try await LiteralScene.server(allowing: .ciba)
        let answer = try await begin(server, [("scope", "openid"), ("login_hint", EngineFixture.email)])
        return (server, try #require(answer.member("auth_req_id")))
    }

    private static func poll(_ server: TestServer, _ id: String) async throws -> WireAnswer {
        try await LiteralScene.token(server, .ciba, [("auth_req_id", id)])
    }

    /// Contract 1.4: what is wrong with no particular grant.
    static let endpoints: [Literal] = [
        Literal("1.4: a malformed parameter", 400, "invalid_request", "Parameter must be a string: code") {
            let server = try await TestServer.make()
            let body: JSONObject = [
                "grant_type": "authorization_code", "client_id": .string(server.fixture.native.clientID), "code": 1,
            ]
            return try await server.send(.json("/oauth/token", body))
        },
        Literal("1.4: a repeated parameter", 400, "invalid_request", "Parameter must not be repeated: grant_type") {
            let server = try await TestServer.make()
            return try await server.token(as: server.fixture.web, [("grant_type", "password"), ("grant_type", "password")])
        },
        Literal("1.4: wrong method", 405, "method_not_allowed", "Method not allowed: GET") {
            try await TestServer.make().send(.get("/oauth/token"))
        },
        Literal("1.4: a switched-off endpoint", 404, "endpoint_disabled", nil) {
            try await TestServer.make().send(.json("/oidc/register", ["redirect_uris": .strings(["https://a.test/cb"])]))
        },
        Literal(
            "1.4: the rate limit", 429, "too_many_requests",
            "Too many requests. Please retry later; check the X-RateLimit-* and Retry-After headers."
        ) {
            let server = try await TestServer.make()
            try await server.withSettings { $0.rateLimits["token"] = Bucket(capacity: 0, refillInterval: 60) }
            let answer = try await LiteralScene.password(server, "x")
            #expect(answer.header("Retry-After") == "60" && answer.header("X-RateLimit-Remaining") == "0")
            return answer
        },
        Literal("1.4: an unsupported response_type answered directly", 501, "unsupported_response_type", "Unsupported response type: nonsense") {
            let server = try await TestServer.make()
            return try await server.ask("/oauth/par", as: server.fixture.web, [
                ("response_type", "nonsense"), ("redirect_uri", EngineFixture.callback),
            ])
        },
        Literal("7.5: no default connection", 500, "server_error", "Authorization server not configured with default connection.") {
            let server = try await TestServer.make()
            try await server.withSettings { $0.defaultDirectory = nil }
            return try await LiteralScene.password(server, "x")
        },
        Literal("1.4: the database does not answer", 503, "temporarily_unavailable", nil) {
            let fixture = try await EngineFixture.make()
            let engine = FailingEngine(fixture.engine, throwing: StorageUnavailable("test"))
            let answer = try await TestServer.make(fixture, over: engine).send(.form("/oauth/token", []))
            #expect(answer.header("Retry-After") == "1")
            return answer
        },
        Literal("1.4: a fault of ours", 500, "server_error", nil) {
            struct Fault: Error {}
            let fixture = try await EngineFixture.make()
            return try await TestServer.make(fixture, over: FailingEngine(fixture.engine, throwing: Fault()))
                .send(.form("/oauth/token", []))
        },
    ]

    /// Contract 4.3: at the callback.
    static let callbacks: [Literal] = [
        Literal("4.3: silence without a session", 302, "login_required", "Login required") {
            try await authorize(["prompt": "none"])
        },
        Literal("4.3: silence without consent", 302, "consent_required", "Consent required") {
            let server = try await TestServer.make()
            let client = try await server.with(server.fixture.spa) {
                ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, .permissive)
            }
            var first = Journey(server, server.fixture.web)
            _ = try await first.signIn()
            let journey = Journey(server, client)
            return try await first.browser.send(.get("/authorize", journey.authorizeParameters(["prompt": "none"])))
        },
        Literal(
            "8.8: both access scopes", 302, "invalid_request", "Cannot request both online_access and offline_access scopes"
        ) { try await authorize(["scope": "openid online_access offline_access"]) },
        Literal("4.3: an unsupported response_type", 302, "unsupported_response_type", "Unsupported response type: nonsense") {
            try await authorize(["response_type": "nonsense"])
        },
        Literal(
            "4.3: response_type without its grant", 302, "unauthorized_client", "Grant type 'implicit' not allowed for the client."
        ) {
            let server = try await TestServer.make()
            let client = try await server.with(server.fixture.web) { $0.grantTypes = [.authorizationCode] }
            let parameters = Journey(server, client).authorizeParameters(["response_type": "id_token", "nonce": "n"])
            return try await server.send(.get("/authorize", parameters))
        },
    ]

    private static func authorize(_ changes: [String: String?]) async throws -> WireAnswer {
        let server = try await TestServer.make()
        return try await server.send(.get("/authorize", Journey(server, server.fixture.spa).authorizeParameters(changes)))
    }
}

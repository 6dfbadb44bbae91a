import AuthorizationServer
import HTTPServer
import HTTPTypes
import Hummingbird
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct ErrorResponseTests {
    @Test(
        "No error of the token and revocation endpoints challenges: SDKs would not read its body",
        arguments: [
            WireRequest.form("/oauth/token", []), .form("/oauth/token", [("grant_type", "x")]), .form("/oauth/revoke", []),
            .form("/oauth/token", [("grant_type", "client_credentials"), ("client_id", "nobody"), ("client_secret", "wrong")]),
            WireRequest.form("/oauth/token", [("grant_type", "client_credentials")]).with("Authorization", "Basic !!!"),
            WireRequest.form("/oauth/revoke", [("token", "x")]).with("Authorization", "Basic bm9ib2R5Ong="),
            WireRequest(.post, "/oauth/token", headers: [("Content-Type", "application/json")], body: Array("{".utf8)),
            WireRequest(.put, "/oauth/token"),
        ])
    func neverChallenges(request: WireRequest) async throws {
        let answer = try await TestServer.make().send(request)
        #expect((400..<500).contains(answer.status))
        #expect(answer.header("WWW-Authenticate") == nil)
        #expect(answer.header("Content-Type") == "application/json")
        #expect(answer.error?.isEmpty == false)
        #expect(answer.errorDescription?.isEmpty == false)
    }

    @Test("A wrong secret is 401 access_denied at the token endpoint and 401 invalid_client at revocation")
    func wrongSecret() async throws {
        let server = try await TestServer.make()
        let pairs = [("client_id", server.fixture.web.clientID), ("client_secret", "wrong"), ("token", "x")]
        let token = try await server.send(.json("/oauth/token", pairs + [("grant_type", "client_credentials")]))
        #expect(token.status == 401)
        #expect(token.text == #"{"error":"access_denied","error_description":"Unauthorized"}"#)
        let revoke = try await server.send(.json("/oauth/revoke", pairs))
        #expect(revoke.status == 401)
        #expect(revoke.error == "invalid_client")
    }

    @Test("A disabled grant names our documentation")
    func extraMembers() async throws {
        let server = try await TestServer.make()
        let answer = try await server.send(
            .form(
                "/oauth/token",
                [
                    ("grant_type", "password"), ("client_id", server.fixture.native.clientID), ("username", "a"),
                    ("password", "b"),
                ]))
        #expect(answer.status == 403)
        #expect(answer.error == "unauthorized_client")
        #expect(answer.member("error_uri") == WireText.grantTypesURI)
    }

    @Test(
        "Userinfo challenges in the header and answers JSON",
        arguments: ["Bearer nonsense", "Bearer ", "Basic eDp5", "Bearer a.b.c"])
    func bearerChallenge(authorization: String) async throws {
        let answer = try await TestServer.make().send(WireRequest.get("/userinfo").with("Authorization", authorization))
        #expect(answer.status == 401)
        #expect(answer.header("WWW-Authenticate")?.hasPrefix("Bearer error=\"invalid_token\", error_description=\"") == true)
        #expect(answer.error == "invalid_token")
        #expect(answer.header("Content-Type") == "application/json")
    }

    @Test("Refused signups have the shape of the database, malformed ones that of the protocol")
    func databaseShapes() async throws {
        let server = try await TestServer.make()
        let pairs = [
            ("client_id", server.fixture.spa.clientID), ("connection", server.fixture.connection.name),
            ("email", "new@example.test"),
        ]
        let weak = try await server.send(.json("/dbconnections/signup", pairs + [("password", "short")]))
        #expect(weak.status == 400)
        #expect(weak.member("name") == "PasswordStrengthError")
        #expect(weak.member("code") == "invalid_password")
        #expect(weak.json?["statusCode"]?.integer == 400)
        #expect(weak.json?["description"]?.object != nil)
        #expect(weak.json?.members.prefix(5).map(\.name) == ["name", "message", "code", "description", "statusCode"])
        let exists = try await server.send(
            .json(
                "/dbconnections/signup",
                [
                    pairs[0], pairs[1], ("email", EngineFixture.email), ("password", "Correct-Horse-7"),
                ]))
        #expect(exists.status == 400)
        #expect(
            exists.text == #"{"name":"BadRequestError","code":"invalid_signup","description":"Invalid sign up","statusCode":400}"#
        )
        let missing = try await server.send(.json("/dbconnections/signup", pairs))
        #expect(missing.status == 400)
        #expect(missing.error == "invalid_request")
        #expect(missing.json?["code"] == nil)
    }

    @Test("A full hashing queue is 429 with Retry-After")
    func retryAfter() async throws {
        let server = try await TestServer.make()
        server.fixture.hasher.refuseAll()
        let answer = try await server.send(
            .form(
                "/oauth/token",
                [
                    ("grant_type", "password"), ("client_id", server.fixture.web.clientID),
                    ("client_secret", EngineFixture.secret.revealed),
                    ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
                ]))
        #expect(answer.status == 429)
        #expect(answer.error == "too_many_requests")
        #expect(answer.header("Retry-After") == "1")
    }

    @Test("A failing database is 500 server_error without a word about it, and the tracking id is in the answer")
    func unexpected() async throws {
        let server = try await TestServer.make()
        _ = try await server.send(.get("/.well-known/jwks.json"))
        try await server.fixture.engine.close()
        let answer = try await server.send(
            .form(
                "/oauth/token",
                [
                    ("grant_type", "refresh_token"), ("client_id", server.fixture.spa.clientID), ("refresh_token", "x"),
                ]))
        #expect(answer.status >= 400)
        #expect(answer.json != nil)
        #expect(!answer.text.lowercased().contains("sql"))
        #expect(answer.header("X-Request-Id")?.isEmpty == false)
    }

    @Test("A missing user name is the third form of errors: its sentence alone")
    func missingUsername() async throws {
        let server = try await TestServer.make()
        var connection = server.fixture.connection
        connection.options.requiresUsername = true
        _ = try await server.fixture.stores.connections.update(connection)
        let answer = try await server.send(
            .json(
                "/dbconnections/signup",
                [
                    ("client_id", server.fixture.spa.clientID), ("connection", connection.name), ("email", "new@example.test"),
                    ("password", "Correct-Horse-7"),
                ]))
        #expect(answer.status == 400)
        let text = "missing username for \(connection.name) connection with requires_username enabled"
        #expect(answer.text == #"{"error":"\#(text)"}"#)
    }

    @Test("Signups beyond the address's bucket are 429 in the shape of the database, with Retry-After")
    func signupsWait() async throws {
        let server = try await TestServer.make()
        var tenant = server.fixture.tenant
        tenant.settings.attackProtection.signupsPerAddress = Bucket(capacity: 1, refillInterval: 60)
        _ = try await server.fixture.engine.tenants.update(tenant)
        let signup = { (email: String) in
            WireRequest.json(
                "/dbconnections/signup",
                [
                    ("client_id", server.fixture.spa.clientID), ("connection", server.fixture.connection.name),
                    ("email", email), ("password", "Correct-Horse-7"),
                ])
        }
        #expect(try await server.send(signup("one@example.test")).status == 200)
        let answer = try await server.send(signup("two@example.test"))
        #expect(answer.status == 429)
        #expect(answer.member("code") == "too_many_attempts")
        #expect(answer.header("Retry-After") == "60")
    }

    @Test(
        "A database that is overloaded or away is 503 temporarily_unavailable with Retry-After, as JSON and as a page",
        arguments: [
            WireRequest.form("/oauth/token", [("grant_type", "refresh_token")]), .form("/oauth/revoke", [("token", "x")]),
            .get("/userinfo"), .json("/dbconnections/signup", []), .get("/.well-known/jwks.json"), .get("/authorize"),
            .get("/u/login"), .get("/v2/logout"),
        ])
    func unavailable(request: WireRequest) async throws {
        let fixture = try await EngineFixture.make()
        let engine = FailingEngine(fixture.engine, throwing: StorageUnavailable("secret reason"))
        let answer = try await TestServer.make(fixture, over: engine).send(request)
        #expect(answer.status == 503)
        #expect(answer.header("Retry-After") == "1")
        #expect(!answer.text.contains("secret reason"))
        if let json = answer.json {
            #expect(json["error"]?.string == "temporarily_unavailable")
            #expect(json["error_description"]?.string == WireText.temporarilyUnavailable)
        } else {
            #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
            #expect(answer.text.contains("temporarily_unavailable"))
        }
    }

    @Test("Any other failure of the database stays 500 server_error", arguments: ["/oauth/token", "/v2/logout"])
    func otherFailure(path: String) async throws {
        struct Broken: Error {}
        let fixture = try await EngineFixture.make()
        let server = try await TestServer.make(fixture, over: FailingEngine(fixture.engine, throwing: Broken()))
        let answer = try await server.send(path == "/v2/logout" ? .get(path) : .form(path, []))
        #expect(answer.status == 500)
        #expect(answer.text.contains("server_error"))
        #expect(answer.header("Retry-After") == nil)
    }

    @Test("A tenant's own error page gets what is known, and nothing else is shown")
    func ownErrorPage() async throws {
        let server = try await TestServer.make()
        var tenant = server.fixture.tenant
        tenant.settings.errorPageURL = "https://app.example.test/oops?from=login"
        let response = ErrorPageResponse(pages: server.http.edge.pages, tenant: tenant, requestID: "id-1")
            .response(to: OAuthError(.invalidRequest, "no & good"), known: [("client_id", "abc")])
        #expect(response.status == .found)
        let parameters = TestURL.parameters(of: response.headers[.location] ?? "")
        #expect(
            parameters == [
                "from": "login", "client_id": "abc", "error": "invalid_request", "error_description": "no & good",
                "tracking": "id-1",
            ])
    }


    @Test("A tenant's own page for errors of /authorize is told client, connection and first language")
    func ownPageKnows() async throws {
        let server = try await TestServer.make()
        var tenant = server.fixture.tenant
        tenant.settings.errorPageURL = "https://app.example.test/oops"
        _ = try await server.fixture.engine.tenants.update(tenant)
        let query = [
            ("client_id", server.fixture.web.clientID), ("redirect_uri", "https://evil.example.test/"), ("response_type", "code"),
            ("connection", "c1"), ("ui_locales", "fr-CA en"),
        ]
        let parameters = TestURL.parameters(of: try await server.send(.get("/authorize", query)).header("Location") ?? "")
        #expect(parameters["client_id"] == server.fixture.web.clientID)
        #expect(parameters["connection"] == "c1" && parameters["lang"] == "fr-CA")
        #expect(parameters["error"] == "unauthorized_client")
    }
}

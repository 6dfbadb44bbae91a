import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Every parameter of every endpoint, missing, repeated, empty, far too long, of the wrong type, with control characters and
/// with bytes that are no text: always the contract's error or, where the parameter is optional and harmless, no error;
/// never a 5xx, and never a record left behind by a request that was refused.
@Suite struct BadInputTests {
    /// A call that works, and the parameters that are spoiled one by one.
    struct Call: Sendable, CustomTestStringConvertible {
        enum Answer: Sendable { case json, page }
        var name: String
        var path: String
        var method: HTTPRequest.Method
        var answer: Answer
        /// From a prepared server: the parameters of a call that works.
        var parameters: @Sendable (Prepared) -> [(String, String)]
        /// Parameters that the endpoint knows beside those of the working call.
        var others: [String]
        /// From the page or browser that the call needs.
        var headers: @Sendable (Prepared) -> [(String, String)] = { _ in [] }
        var testDescription: String { name }
    }

    /// A server with a fresh code and a fresh refresh token.
    struct Prepared: Sendable {
        var server: TestServer
        var journey: Journey
        var code: String
        var refreshToken: String
        var accessToken: String
        var idToken: String
        /// The `state` of a login page that the journey's browser is at.
        var loginState: String
    }

    private static func prepare() async throws -> Prepared {
        let server = try await TestServer.make()
        let mail = Connection(id: "con_000000000000email", name: "email", strategy: "email")
        try await server.fixture.stores.connections.insert(mail)
        let web = try await server.fixture.changed(server.fixture.web) { $0.crossOriginAuthentication = true }
        var journey = Journey(server, web)
        let tokens = try await journey.tokens(["scope": "openid offline_access"])
        let code = try await journey.authorize(["scope": "openid offline_access"]).callback()["code"]
        let login = try await journey.authorize(["prompt": "login"]).page()
        return Prepared(
            server: server, journey: journey, code: try #require(code),
            refreshToken: try #require(tokens.member("refresh_token")),
            accessToken: try #require(tokens.member("access_token")), idToken: try #require(tokens.member("id_token")),
            loginState: try #require(TestURL.parameters(of: login.path)["state"]))
    }

    private static let bodyCalls: [Call] =
        TokenCalls.all + EmbeddedLoginCalls.all + [
            Call(
                name: "revoke", path: "/oauth/revoke", method: .post, answer: .json,
                parameters: { prepared in
                    [
                        ("client_id", prepared.journey.client.clientID), ("client_secret", EngineFixture.secret.revealed),
                        ("token", prepared.refreshToken),
                    ]
                }, others: ["token_type_hint"]),
            Call(
                name: "userinfo", path: "/userinfo", method: .post, answer: .json,
                parameters: { [("access_token", $0.accessToken)] }, others: []),
            Call(
                name: "signup", path: "/dbconnections/signup", method: .post, answer: .json,
                parameters: { prepared in
                    [
                        ("client_id", prepared.journey.client.clientID), ("connection", prepared.server.fixture.connection.name),
                        ("email", "new@example.test"), ("password", "Battery-Staple-9"),
                    ]
                }, others: ["username", "given_name", "family_name", "name", "nickname", "picture", "user_metadata"]),
            Call(
                name: "change_password", path: "/dbconnections/change_password", method: .post, answer: .json,
                parameters: { prepared in
                    [
                        ("client_id", prepared.journey.client.clientID), ("connection", prepared.server.fixture.connection.name),
                        ("email", EngineFixture.email),
                    ]
                }, others: ["username", "organization"]),
        ]

    private static let queryCalls: [Call] =
        EmbeddedLoginCalls.queries + [
            Call(
                name: "authorize", path: "/authorize", method: .get, answer: .page,
                parameters: { $0.journey.authorizeParameters() },
                others: [
                    "response_mode", "audience", "resource", "nonce", "connection", "prompt", "max_age", "login_hint",
                    "screen_hint", "organization", "invitation", "ui_locales", "acr_values", "id_token_hint", "display",
                    "claims", "request", "request_uri", "authorization_details", "dpop_jkt", "auth0Client", "ext-anything",
                ]),
            Call(
                name: "userinfo", path: "/userinfo", method: .get, answer: .json,
                parameters: { [("access_token", $0.accessToken)] },
                others: []),
            Call(
                name: "v2/logout", path: "/v2/logout", method: .get, answer: .page,
                parameters: { prepared in
                    [("client_id", prepared.journey.client.clientID), ("returnTo", "https://app.example.test/bye")]
                }, others: ["federated", "auth0Client"]),
            Call(
                name: "oidc/logout", path: "/oidc/logout", method: .get, answer: .page,
                parameters: { prepared in
                    [
                        ("client_id", prepared.journey.client.clientID), ("id_token_hint", prepared.idToken),
                        ("post_logout_redirect_uri", "https://app.example.test/bye"), ("state", "s"),
                    ]
                }, others: ["logout_hint", "ui_locales", "federated", "decision", "_csrf"]),
        ]
        + [
            ("/u/login", "state"), ("/u/signup", "state"), ("/u/consent", "state"), ("/u/reset-password-request", "state"),
            ("/authorize/resume", "state"), ("/u/reset-password", "ticket"),
        ].map { path, parameter in
            Call(name: path, path: path, method: .get, answer: .page, parameters: { _ in [(parameter, "x")] }, others: [])
        }

    @Test("In a form body", arguments: bodyCalls, Spoiling.inQuery)
    func form(call: Call, spoiling: Spoiling) async throws {
        try await check(call, spoiling) { pairs, name in
            WireRequest(
                .post, call.path, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: spoiling.encode(pairs, name))
        }
    }

    @Test("In a JSON body", arguments: bodyCalls, Spoiling.inJSON)
    func json(call: Call, spoiling: Spoiling) async throws {
        try await check(call, spoiling) { pairs, name in
            WireRequest(.post, call.path, headers: [("Content-Type", "application/json")], body: spoiling.encodeJSON(pairs, name))
        }
    }

    @Test("In a query", arguments: queryCalls, Spoiling.inQuery)
    func query(call: Call, spoiling: Spoiling) async throws {
        try await check(call, spoiling) { pairs, name in
            WireRequest(.get, "\(call.path)?\(String(decoding: spoiling.encode(pairs, name), as: UTF8.self))")
        }
    }

    @Test(
        "In a form posted to a page", arguments: queryCalls.filter { ["authorize", "oidc/logout", "login/callback"].contains($0.name) },
        Spoiling.inQuery)
    func postedPage(call: Call, spoiling: Spoiling) async throws {
        try await check(call, spoiling) { pairs, name in
            WireRequest(
                .post, call.path, headers: [("Content-Type", "application/x-www-form-urlencoded")],
                body: spoiling.encode(pairs, name))
        }
    }

    @Test("Raw bytes that are no text are refused in every body", arguments: bodyCalls)
    func rawBytes(call: Call) async throws {
        let server = try await TestServer.make()
        for type in ["application/json", "application/x-www-form-urlencoded"] {
            for body in [
                [0xFF, 0xFE, 0x00], Array("a=".utf8) + [0xC3, 0x28],
                Array(#"{"grant_type":""#.utf8) + [0xFF] + Array(#""}"#.utf8),
            ] {
                let answer = try await server.send(WireRequest(.post, call.path, headers: [("Content-Type", type)], body: body))
                #expect((400..<500).contains(answer.status))
                #expect(answer.error != nil)
            }
        }
    }

    /// Spoils each parameter in turn, on one server: a refused request leaves it as it was.
    private func check(_ call: Call, _ spoiling: Spoiling, _ request: ([(String, String)], String) -> WireRequest) async throws {
        var prepared = try await Self.prepare()
        let names = call.parameters(prepared).map(\.0) + call.others
        for name in names {
            let pairs = call.parameters(prepared)
            let padded = pairs.contains { $0.0 == name } ? pairs : pairs + [(name, "x")]
            let before = try await Self.records(prepared.server)
            var spoiled = request(padded, name)
            spoiled.headers += call.headers(prepared).map { (name: $0.0, value: $0.1) }
            let answer = try await prepared.server.send(spoiled)
            try await judge(answer, call, name, before, prepared.server)
            // Somebody may have a tab in a password.
            let isPossible = spoiling == .control && name == "password"
            if spoiling.isNeverMeant, !isPossible, pairs.contains(where: { $0.0 == name }) { expectRefusal(answer, call, name) }
            // What was accepted may have used the code, the token or the user.
            if answer.status < 400 { prepared = try await Self.prepare() }
        }
    }

    /// On the spot, or at the callback where the client may learn of it.
    private func expectRefusal(_ answer: WireAnswer, _ call: Call, _ name: String) {
        let place: Comment = "\(call.name) \(name): \(answer.status) \(answer.text.prefix(200)) \(answer.location ?? "")"
        switch call.answer {
        case .json:
            #expect(answer.status == 400, place)
            #expect(answer.error == "invalid_request", place)
        case .page:
            #expect(answer.status >= 400 || answer.redirectParameters["error"] == "invalid_request", place)
        }
    }

    private func judge(
        _ answer: WireAnswer, _ call: Call, _ name: String, _ before: [String: Int64], _ server: TestServer
    ) async throws {
        let place: Comment = "\(call.name) \(name): \(answer.status) \(answer.text.prefix(200))"
        #expect(answer.status < 500, place)
        guard answer.status >= 400 else { return }
        #expect(try await Self.records(server) == before, place)
        switch call.answer {
        case .json:
            #expect(answer.header("Content-Type") == "application/json", place)
            let body = try #require(answer.json, place)
            let isShapeA = body["error"]?.string?.isEmpty == false && body["error_description"]?.string != nil
            let isShapeB =
                body["code"]?.string != nil && body["name"]?.string != nil && body["statusCode"]?.integer == Int64(answer.status)
            #expect(isShapeA != isShapeB, place)
            let mayHaveShapeB = ["/dbconnections/", "/usernamepassword/"].contains { call.path.hasPrefix($0) }
            #expect(isShapeA || mayHaveShapeB, place)
            if call.path.hasPrefix("/oauth/") { #expect(answer.header("WWW-Authenticate") == nil, place) }
        case .page:
            #expect(answer.header("Content-Type") == "text/html; charset=utf-8", place)
        }
    }

    /// Rows of every table but the audit log and the brakes, which a refusal may add to.
    private static func records(_ server: TestServer) async throws -> [String: Int64] {
        try await server.rowCounts().filter { !["log_events", "attempt_buckets"].contains($0.key) }
    }
}

import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Requests that are too large, too deep or too many in their parts: refused at once, and never an error of ours.
@Suite struct OversizeTests {
    private static func nested(_ depth: Int, _ open: String = "[", _ close: String = "]") -> String {
        String(repeating: open, count: depth) + String(repeating: close, count: depth)
    }

    static let bodies: [(String, String)] = [
        ("deep lists", nested(20_000)), ("deep objects", nested(10_000, "{\"a\":", "}")),
        ("unclosed lists", String(repeating: "[", count: 60_000)),
        ("a deep member", "{\"grant_type\":" + nested(5000) + "}"),
        ("many members", "{" + (0..<4000).map { "\"a\($0)\":1" }.joined(separator: ",") + "}"),
        (
            "the same member again and again",
            "{" + Array(repeating: "\"grant_type\":\"x\"", count: 3000).joined(separator: ",") + "}"
        ),
        ("a long number", "{\"a\":" + String(repeating: "9", count: 60_000) + "}"),
        ("a long exponent", "{\"a\":1e" + String(repeating: "9", count: 60_000) + "}"),
        ("a long name", "{\"" + String(repeating: "a", count: 60_000) + "\":1}"),
        ("escapes", "{\"a\":\"" + String(repeating: "\\u0000", count: 10_000) + "\"}"),
        ("half a surrogate", "{\"a\":\"\\ud800\"}"),
        ("a megabyte", "{\"a\":\"" + String(repeating: "a", count: 1_000_000) + "\"}"), ("nothing", ""), ("a number", "1"),
    ]

    private static let challenges = [
        "/usernamepassword/challenge", "/dbconnections/signup/challenge", "/dbconnections/reset-password/challenge",
        "/passwordless/challenge",
    ]

    @Test("no endpoint that takes JSON fails over what it is given", arguments: 0..<bodies.count)
    func json(index: Int) async throws {
        let server = try await TestServer.make()
        try await server.withSettings { ($0.registration.enabled, $0.introspection) = (true, true) }
        for route in RouteTable.routes where route.methods.contains(.post) {
            let path = route.path.replacing("*", with: "x")
            let request = WireRequest(
                .post, path, headers: [("Content-Type", "application/json")], body: Array(Self.bodies[index].1.utf8))
            let answer = try await server.send(request)
            // A page may overlook what it does not read, and the question for a captcha has nothing that it must.
            let needsNothing = Self.challenges.contains(route.path)
            let expected = route.errors == .page || needsNothing ? 200...429 : 400...429
            #expect(expected.contains(answer.status), "\(route.path): \(Self.bodies[index].0) → \(answer.status)")
        }
    }

    static let forms: [(String, String)] = [
        ("many parameters", (0..<20_000).map { "a\($0)=1" }.joined(separator: "&")),
        ("many ampersands", String(repeating: "&", count: 60_000)),
        ("many equals signs", String(repeating: "=", count: 60_000)),
        ("many escapes", "a=" + String(repeating: "%61", count: 20_000)),
        ("broken escapes", String(repeating: "%", count: 10_000)),
        ("a megabyte", "a=" + String(repeating: "a", count: 1_000_000)),
        ("long scope", "scope=" + String(repeating: "a+", count: 30_000)), ("not UTF-8", "grant_type=%C0%AF%FF"),
    ]

    @Test("no endpoint that takes a form fails over what it is given, in the body or in the query", arguments: 0..<forms.count)
    func form(index: Int) async throws {
        let server = try await TestServer.make()
        try await server.withSettings { $0.introspection = true }
        for route in RouteTable.routes {
            let path = route.path.replacing("*", with: "x")
            for method in route.methods {
                let isBody = method == .post
                var request = WireRequest(method, isBody ? path : path + "?" + Self.forms[index].1)
                if isBody {
                    request.headers = [("Content-Type", "application/x-www-form-urlencoded")]
                    request.body = Array(Self.forms[index].1.utf8)
                }
                let answer = try await server.send(request)
                #expect(answer.status < 500, "\(method) \(route.path): \(Self.forms[index].0)")
            }
        }
    }

    /// JWTs that cost much to look at.
    static let tokens: [(String, String)] = [
        ("long", String(repeating: "a", count: 100_000)), ("many dots", String(repeating: ".", count: 50_000)),
        ("a deep header", Base64URL.encode(nested(5000, "{\"a\":", "}").utf8) + ".e30.AA"),
        (
            "a deep payload",
            Base64URL.encode(#"{"alg":"RS256"}"#.utf8) + "." + Base64URL.encode(nested(5000, "{\"a\":", "}").utf8) + ".AA"
        ),
        (
            "a header of many members",
            Base64URL.encode(("{\"alg\":\"RS256\"," + (0..<2000).map { "\"a\($0)\":1" }.joined(separator: ",") + "}").utf8)
                + ".e30.AA"
        ),
        ("a long signature", Base64URL.encode(#"{"alg":"RS256"}"#.utf8) + ".e30." + String(repeating: "A", count: 40_000)),
        (
            "a JWE with a bomb for rounds",
            Base64URL.encode(#"{"alg":"PBES2-HS256+A128KW","enc":"A128GCM","p2c":2147483647,"p2s":"AA"}"#.utf8) + ".AA.AA.AA.AA"
        ),
        ("a compressed JWE", Base64URL.encode(#"{"alg":"RSA-OAEP-256","enc":"A128GCM","zip":"DEF"}"#.utf8) + ".AA.AA.AA.AA"),
        (
            "numbers beyond all time",
            Base64URL.encode(#"{"alg":"none"}"#.utf8) + "."
                + Base64URL.encode(#"{"exp":1e999,"nbf":-9223372036854775808,"iat":9223372036854775807}"#.utf8) + "."
        ),
        ("an empty header", ".e30.AA"), ("white space", " . . "), ("padding", "e30=.e30=.AA=="),
        ("standard base64", "e+/0.e+/0.+/+/"),
    ]

    @Test("a JWT that is too long, too deep or no JWT is refused wherever one is taken", arguments: 0..<tokens.count)
    func jwt(index: Int) async throws {
        let server = try await TestServer.make()
        try await server.withSettings { ($0.registration.enabled, $0.introspection) = (true, true) }
        let client = try await server.with(server.fixture.web) {
            ($0.wireProfile, $0.grantTypes) = (.standard, $0.grantTypes + [.ciba, .tokenExchange, .jwtBearer])
        }
        let token = Self.tokens[index].1
        func refused(_ answer: WireAnswer, _ place: String) {
            #expect((400...429).contains(answer.status), "\(Self.tokens[index].0) as \(place) → \(answer.status)")
        }
        let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        refused(
            try await server.send(
                .form(
                    "/oauth/token",
                    [("grant_type", "client_credentials"), ("client_assertion_type", type), ("client_assertion", token)])),
            "assertion")
        refused(
            try await server.token(as: client, [("grant_type", GrantType.jwtBearer.rawValue), ("assertion", token)]), "grant")
        refused(
            try await server.token(
                as: client,
                [
                    ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", token),
                    ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                ]), "subject")
        refused(try await server.ask("/bc-authorize", as: client, [("scope", "openid"), ("id_token_hint", token)]), "hint")
        refused(try await server.ask("/bc-authorize", as: client, [("request", token)]), "backchannel request")
        refused(try await server.ask("/oauth/par", as: client, [("request", token)]), "pushed request")
        refused(try await server.send(.get("/authorize", [("client_id", client.clientID), ("request", token)])), "request")
        refused(try await server.send(.get("/oidc/logout", [("id_token_hint", token)])), "logout hint")
        refused(
            try await server.token(
                as: client, [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], dpop: token), "proof")
        refused(try await server.userinfo(token), "access token")
        refused(
            try await server.send(
                .json(
                    "/oidc/register",
                    ["redirect_uris": .array(["https://a.example.test/"]), "software_statement": .string(token)])), "statement")
        let introspected = try await server.ask("/oauth/introspect", as: client, [("token", token)])
        #expect(introspected.json == ["active": false] || introspected.status == 400)
    }

    @Test("claims and authorization_details have limits of their own", arguments: ["claims", "authorization_details"])
    func parameters(name: String) async throws {
        let server = try await TestServer.make()
        let journey = Journey(server, server.fixture.web)
        for value in [
            Self.nested(3000), Self.nested(2000, "{\"userinfo\":", "}"),
            "[" + Array(repeating: "{\"type\":\"x\"}", count: 500).joined(separator: ",") + "]", "{", "[1]", "\"x\"",
        ] {
            let answer = try await server.send(.get("/authorize", journey.authorizeParameters([name: value])))
            #expect(answer.location?.contains("/u/login") != true && answer.status < 500)
        }
    }

    @Test(
        "headers that are too long or strange are refused or overlooked",
        arguments: [
            "Basic " + String(repeating: "A", count: 30_000), "Basic", "Basic =", "Basic Og==", "Basic AAAA", "Bearer",
            "Bearer ", "DPoP", "Digest x=y",
            "Bearer " + String(repeating: "a", count: 30_000), String(repeating: "Basic ", count: 1000),
            "Basic YTpi, Basic YTpi",
        ])
    func headers(value: String) async throws {
        let server = try await TestServer.make()
        let token = try await server.send(
            .form("/oauth/token", [("grant_type", "client_credentials")]).with("Authorization", value))
        #expect(token.isRefusal(400...401))
        #expect(try await server.send(WireRequest(.get, "/userinfo").with("Authorization", value)).isRefusal(400...401))
        let cookie = try await server.send(
            WireRequest(.get, "/u/login?state=x").with("Cookie", "auth0=\(value); did=\(value); auth0=x"))
        #expect((400...403).contains(cookie.status))
    }
}

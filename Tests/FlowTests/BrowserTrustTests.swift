import AuthorizationServer
import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What a browser is told, and what is taken from it, across the pages of a login.
@Suite struct BrowserTrustTests {
    /// Characters that forms, fragments, HTML and scripts each treat in their own way.
    private static let state = "a b&c=d+e%20f#g\"<h>'i\u{2028}é/?;" + String(repeating: "x", count: 4000)

    private static func hiddenFields(_ page: TestPage) -> [String: String] {
        Dictionary(page.forms.flatMap(\.fields).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    @Test("A long state with special characters comes back unchanged in every mode", arguments: ["query", "fragment", "form_post"])
    func longState(mode: String) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let asks: [String: String?] = ["state": Self.state, "response_mode": mode]
        let landing = try await journey.logIn(on: try await journey.authorize(asks).page())
        let answer = mode == "form_post" ? Self.hiddenFields(try landing.page()) : try landing.callback()
        #expect(answer["state"] == Self.state)
        #expect(answer["code"]?.isEmpty == false)
    }

    @Test("And in a web message, where it cannot end the script")
    func stateInScript() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let state = "</script><script>alert(1)//" + Self.state
        let page = try await journey.authorize(["state": state, "response_mode": "web_message", "prompt": "none"]).page()
        let script = page.html[try #require(page.html.firstRange(of: "\"response\":")).upperBound...]
        let response = try JSONValue.parse(Array(script[..<(try #require(script.firstRange(of: "};\n")).lowerBound)].utf8)).object
        #expect(response?["state"]?.string == state)
        #expect(page.html.ranges(of: "</script>").count == 1)
    }

    @Test("POST /authorize takes its parameters from the body, and nothing from the query")
    func post() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let answer = try await journey.browser.send(.form("/authorize?client_id=other&state=x", journey.authorizeParameters()))
        #expect(answer.status == 303)
        #expect(answer.location?.hasPrefix("/u/login?state=") == true)
    }

    @Test("Unknown and merely tolerated parameters change nothing, repeated ones included")
    func tolerated() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let names = [
            "acr_values", "ui_locales", "claims", "claims_locales", "display", "auth0Client", "correlation_id", "ext-a", "owp",
            "protocol", "_csrf", "_intstate", "device", "access_type", "approval_prompt", "realm", "nothing",
        ]
        var parameters = journey.authorizeParameters() + names.map { ($0, "{\"x\":1}") }
        parameters += [("ext-a", "again"), ("nothing", "again")]
        let page = try await journey.browser.open("/authorize", parameters).page()
        #expect(try await journey.logIn(on: page).callback()["code"]?.isEmpty == false)
    }

    @Test("Once answered, the pages of a transaction answer no more: back, resubmission, resume")
    func afterTheAnswer() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let login = try await journey.authorize().page()
        _ = try await journey.logIn(on: login).callback()
        let resubmitted = try await journey.logIn(on: login).page()
        let state = try #require(login.path.split(separator: "?").last)
        let pages = [
            resubmitted, try await journey.browser.open(login.path).page(),
            try await journey.browser.open("/authorize/resume?\(state)").page(),
        ]
        for page in pages {
            #expect(page.status == 400)
            #expect(page.html.contains("You may have pressed the back button"))
        }
    }

    @Test("A form that another browser was given does not sign this one in")
    func loginCSRF() async throws {
        let server = try await TestServer.make()
        var attacker = Journey(server, server.fixture.spa)
        let planted = try await attacker.authorize().page()
        var victim = Journey(server, server.fixture.spa)
        _ = try await victim.authorize()
        let page = try await victim.logIn(on: planted).page()
        #expect(page.status == 400)
        #expect(!victim.browser.cookies.contains { $0.name == "auth0" })
    }

    @Test("A blocked user learns it only with the right password, and so does the application")
    func blocked() async throws {
        let server = try await TestServer.make()
        _ = try await server.fixture.stores.users.setBlocked(server.fixture.user.userID, true, at: server.fixture.now)
        var journey = Journey(server, server.fixture.spa)
        let again = try await journey.logIn(on: try await journey.authorize().page(), password: "wrong").page()
        #expect(again.html.contains("Wrong email or password."))
        let callback = try await journey.logIn(on: again).callback()
        #expect(callback["error"] == "unauthorized")
        #expect(callback["error_description"] == "user is blocked")
        #expect(callback["state"] == "state-1")
        #expect(!journey.browser.cookies.contains { $0.name == "auth0" })
    }

    @Test("Every page refuses frames and storage; only the web message names who may frame it")
    func headers() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let pages = [
            try await journey.authorize().page(), try await journey.authorize(["screen_hint": "signup"]).page(),
            try await journey.browser.open("/u/reset-password?ticket=x").page(), try await journey.browser.open("/authorize").page(),
        ]
        for page in pages {
            #expect(page.headers.header("Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
            #expect(page.headers.header("X-Frame-Options") == "DENY")
            #expect(page.headers.header("Cache-Control") == "no-store")
            #expect(page.headers.header("Cross-Origin-Opener-Policy") == nil)
        }
    }

    @Test("A mailed link names the configured host, whatever the request's headers say")
    func linkInMail() async throws {
        let server = try await TestServer.make()
        let pairs = [("email", EngineFixture.email), ("connection", server.fixture.connection.name)]
        var forged = WireRequest.json("/dbconnections/change_password", pairs)
            .with("X-Forwarded-Host", "evil.test").with("Forwarded", "host=evil.test").with("Origin", "https://evil.test")
        #expect(try await server.send(forged).status == 200)
        let text = try #require(server.fixture.mail.messages.last).text
        #expect(text.contains("https://default.test/u/reset-password?ticket="))
        #expect(!text.contains("evil"))
        forged.host = "evil.test"
        #expect(try await server.send(forged).status == 404)
        #expect(server.fixture.mail.messages.count == 1)
    }

    @Test("Logging out clears the cookies even when a planted one makes them ambiguous")
    func ambiguousCookie() async throws {
        let server = try await TestServer.make()
        let answer = try await server.send(WireRequest.get("/v2/logout").with("Cookie", "auth0=one; auth0=two"))
        let cleared = answer.headers[values: .setCookie].filter { $0.contains("Max-Age=0") }
        #expect(cleared.map { $0.prefix { $0 != "=" } } == ["auth0", "auth0_compat", "auth0_bs"])
    }

    @Test("The rules for passwords are on the sign-up page before anything is typed")
    func passwordRules() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let page = try await journey.authorize(["screen_hint": "signup"]).page()
        #expect(page.html.contains("<li>At least 8 characters in length</li>"))
        #expect(!page.html.contains("<li>*"))
    }
}

/// Development: one tenant through `http://localhost:3000` and `https://localhost:3443` at once (architecture section 4).
@Suite struct BothSchemesTests {
    private static func server() async throws -> TestServer {
        try await TestServer.make {
            $0.hosts = TenantHosts(answersLocalhost: true)
            $0.isDevelopment = true
        }
    }

    /// Signs in by hand, as cookies of both schemes go into one jar. Returns the answer that sets the session.
    private static func signIn(_ server: TestServer, _ listener: ListenerScheme, jar: inout [String: String]) async throws
        -> WireAnswer
    {
        let begun = try await send(server, .get("/authorize", Journey(server, server.fixture.spa).authorizeParameters()), listener, &jar)
        let page = try await send(server, .get(begun.location ?? ""), listener, &jar)
        let form = try #require(page.forms.first)
        let typed = form.fields.filter { $0.name != "username" && $0.name != "password" }.map { ($0.name, $0.value) }
        let pairs = typed + [("username", EngineFixture.email), ("password", EngineFixture.password.revealed)]
        return try await send(server, .form("/u/login", pairs), listener, &jar)
    }

    private static func send(
        _ server: TestServer, _ request: WireRequest, _ listener: ListenerScheme, _ jar: inout [String: String]
    ) async throws -> WireAnswer {
        var request = request.with("Cookie", jar.map { "\($0.key)=\($0.value)" }.joined(separator: "; "))
        (request.listener, request.host) = (listener, listener == .http ? "localhost:3000" : "localhost:3443")
        let answer = try await server.send(request)
        for field in answer.headers[values: .setCookie] {
            let pair = field.prefix { $0 != ";" }.split(separator: "=", maxSplits: 1)
            if let name = pair.first { jar[String(name)] = pair.count == 2 ? String(pair[1]) : nil }
        }
        return answer
    }

    @Test("Each scheme has its own session in one jar of cookies, each with the attributes that it can have")
    func sessions() async throws {
        let server = try await Self.server()
        var jar: [String: String] = [:]
        let secure = try await Self.signIn(server, .https, jar: &jar)
        #expect(secure.headers[values: .setCookie].contains { $0.hasPrefix("auth0=") && $0.hasSuffix("; Secure; SameSite=None") })
        #expect(secure.header("Strict-Transport-Security") == nil)
        let plain = try await Self.signIn(server, .http, jar: &jar)
        #expect(plain.headers[values: .setCookie].allSatisfy { !$0.contains("Secure") })
        let silent = Journey(server, server.fixture.spa).authorizeParameters(["prompt": "none"])
        for listener in [ListenerScheme.http, .https] {
            let answer = try await Self.send(server, .get("/authorize", silent), listener, &jar)
            #expect(answer.redirectParameters["code"]?.isEmpty == false, "\(listener)")
        }
        _ = try await Self.send(server, .get("/v2/logout"), .http, &jar)
        let after = try await Self.send(server, .get("/authorize", silent), .http, &jar)
        #expect(after.redirectParameters["error"] == "login_required")
        let other = try await Self.send(server, .get("/authorize", silent), .https, &jar)
        #expect(other.redirectParameters["code"]?.isEmpty == false)
    }
}

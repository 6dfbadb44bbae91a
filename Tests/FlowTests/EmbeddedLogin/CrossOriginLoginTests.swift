import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// auth0.js `login` on the client's own page: `/co/authenticate`, then `/authorize` with the ticket (contract 21.3).
@Suite struct CrossOriginLoginTests {
    private typealias Case = EmbeddedLoginCase

    @Test("the answer has the members that auth0.js reads, a cookie for the verifier, and leave to read it with cookies")
    func answer() async throws {
        let server = try await Case.server()
        var browser = TestBrowser(server)
        let answer = try await Case.authenticate(&browser, server.fixture.spa)
        #expect(answer.status == 200)
        #expect(answer.json?.members.map(\.name) == ["login_ticket", "co_verifier", "co_id"])
        #expect(answer.header("Access-Control-Allow-Origin") == Case.origin)
        #expect(answer.header("Access-Control-Allow-Credentials") == "true")
        #expect(answer.header("Cache-Control") == "no-store" && answer.header("X-RateLimit-Limit") == "500")
        let (id, verifier) = (answer.member("co_id") ?? "", answer.member("co_verifier") ?? "")
        let cookie = "co/verifier/\(id)=\(verifier); Path=/; Max-Age=60; HttpOnly; Secure"
        #expect(answer.headers[values: .setCookie].first == cookie + "; SameSite=None")
        #expect(!answer.headers[values: .setCookie].contains { $0.hasPrefix("auth0") }, "a ticket is no session yet")
    }

    @Test("in a hidden frame: the tokens come as a web message, and the browser is signed in")
    func webMessage() async throws {
        let server = try await Case.server()
        var (journey, ticket) = try await Case.withTicket(server, server.fixture.spa)
        let page = try await journey.authorize([
            "response_type": "token id_token", "response_mode": "web_message", "prompt": "none", "nonce": "n-1",
            "scope": "openid profile email", "audience": EngineFixture.audience, "login_ticket": ticket,
            "realm": server.fixture.connection.name, "code_challenge": nil, "code_challenge_method": nil, "auth0Client": "e30=",
        ]).page()
        #expect(page.headers.header("Content-Security-Policy")?.contains("frame-ancestors \(Case.origin)") == true)
        let response = try Case.posted(by: page)
        #expect(response["state"] == "state-1" && response["access_token"]?.string != nil)
        let claims = try #require(Journey.claims(of: response["id_token"]?.string))
        #expect(claims["nonce"] == "n-1" && claims["sub"]?.string == server.fixture.user.userID)
        #expect(try await journey.authorize(["prompt": "none"]).callback()["code"] != nil)
        #expect(!journey.browser.cookies.contains { $0.name.hasPrefix("co/verifier/") })
    }

    @Test("by redirect: a code, which the application exchanges", arguments: [HTTPRequest.Method.get, .post])
    func code(method: HTTPRequest.Method) async throws {
        let server = try await Case.server()
        var (journey, ticket) = try await Case.withTicket(server, server.fixture.web)
        let parameters = journey.authorizeParameters(["login_ticket": ticket, "scope": "openid offline_access"])
        let request: WireRequest = method == .get ? .get("/authorize", parameters) : .form("/authorize", parameters)
        let answer = try await journey.browser.send(request)
        #expect(answer.status == (method == .get ? 302 : 303) && answer.redirectParameters["state"] == "state-1")
        let tokens = try await journey.exchange(code: answer.redirectParameters["code"])
        #expect(tokens.status == 200 && tokens.member("refresh_token") != nil)
    }

    @Test("with a code of /passwordless/start")
    func passwordless() async throws {
        let server = try await Case.server()
        let code = try await PasswordlessCase.startEmail(server)
        var journey = Journey(server, server.fixture.web)
        let changes: [String: String?] = [
            "credential_type": Case.passwordlessOTP, "username": PasswordlessCase.email, "realm": "email", "otp": code,
            "password": nil,
        ]
        let ticket = try await Case.authenticate(&journey.browser, server.fixture.web, changes).member("login_ticket")
        let callback = try await journey.authorize(["login_ticket": ticket, "realm": "email"]).callback()
        let tokens = try await journey.exchange(code: callback["code"])
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string?.hasPrefix("email|") == true)
    }

    @Test("with consent: the ticket leads to the page, and the page to the answer")
    func consent() async throws {
        let server = try await Case.server()
        var api = server.fixture.api
        api.skipConsentForVerifiableFirstPartyClients = false
        _ = try await server.fixture.stores.resourceServers.update(api)
        var (journey, ticket) = try await Case.withTicket(server, server.fixture.spa)
        let asks: [String: String?] = ["login_ticket": ticket, "audience": EngineFixture.audience, "scope": "openid read:items"]
        let page = try await journey.authorize(asks).page()
        #expect(page.path.hasPrefix("/u/consent?state="))
        let landing = try await journey.browser.submit(page, pressing: ("decision", "accept"))
        #expect(try landing.callback()["code"] != nil)
    }

    // MARK: Errors

    static let errors: [([String: String?], Int, String, String?)] = [
        (["password": "wrong"], 403, "access_denied", "Wrong email or password."),
        (["username": "nobody@example.test"], 403, "access_denied", "Wrong email or password."),
        (["realm": "nothing"], 400, "invalid_request", "the connection was not found"),
        (["credential_type": "x"], 400, "unsupported_credential_type", nil),
        (["scope": "openid"], 400, "invalid_request", "the following properties are not allowed: scope"),
        (["password": nil], 400, "invalid_request", "Missing required parameter: password"),
        (["client_id": "nobody"], 400, "invalid_request", "Unknown client: nobody"),
    ]

    @Test("each refusal has the code that auth0.js reads, in an answer that its page may read", arguments: 0..<errors.count)
    func refusals(index: Int) async throws {
        let server = try await Case.server()
        let (changes, status, code, text) = Self.errors[index]
        var browser = TestBrowser(server)
        let answer = try await Case.authenticate(&browser, server.fixture.spa, changes)
        #expect(answer.status == status && answer.error == code)
        if let text { #expect(answer.errorDescription == text) }
        #expect(answer.header("Access-Control-Allow-Origin") == Case.origin)
        #expect(answer.header("Access-Control-Allow-Credentials") == "true")
        #expect(answer.header("Content-Type") == "application/json" && browser.cookies.isEmpty)
    }

    @Test("a client without the switch is told so", arguments: [WireProfile.auth0, .standard])
    func notAllowed(profile: WireProfile) async throws {
        let server = try await Case.server()
        let client = try await server.with(server.fixture.spa) {
            ($0.crossOriginAuthentication, $0.wireProfile) = (false, profile)
        }
        var browser = TestBrowser(server)
        let answer = try await Case.authenticate(&browser, client)
        #expect(answer.status == 401 && answer.error == "unauthorized_client")
        #expect(answer.errorDescription == "Cross origin login not allowed")
        #expect(answer.header("WWW-Authenticate") == nil)
    }

    @Test("a blocked user is told so with the right password, and the guess limit as everywhere")
    func blockedAndLimited() async throws {
        let server = try await Case.server()
        _ = try await server.fixture.stores.users.setBlocked(server.fixture.user.userID, true, at: server.fixture.now)
        var browser = TestBrowser(server)
        let blocked = try await Case.authenticate(&browser, server.fixture.spa)
        #expect(blocked.status == 403 && blocked.error == "blocked_user" && blocked.errorDescription == "user is blocked")
        for _ in 0..<9 { _ = try await Case.authenticate(&browser, server.fixture.spa, ["password": "wrong"]) }
        let limited = try await Case.authenticate(&browser, server.fixture.spa)
        #expect(limited.status == 429 && limited.error == "too_many_attempts" && limited.header("Retry-After") != nil)
    }

    @Test("beyond the bucket the answer is 429 with the headers of limits")
    func rateLimit() async throws {
        let server = try await Case.server()
        try await server.withSettings { $0.rateLimits["co_authenticate"] = Bucket(capacity: 2, refillInterval: 60) }
        var browser = TestBrowser(server)
        for _ in 0..<2 { #expect(try await Case.authenticate(&browser, server.fixture.spa).status == 200) }
        let answer = try await Case.authenticate(&browser, server.fixture.spa)
        #expect(answer.status == 429 && answer.error == "too_many_requests")
        #expect(answer.header("X-RateLimit-Remaining") == "0" && answer.header("Retry-After") != nil)
        #expect(answer.header("Access-Control-Allow-Origin") == Case.origin)
        let hosted = try await server.send(.json("/usernamepassword/login", [("client_id", "x")]))
        #expect(hosted.status == 429, "both count in one bucket")
    }
}

import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Tickets that were stolen, planted, replayed or begged for, and pages of other sites that ask for them.
@Suite struct LoginTicketAttackTests {
    private typealias Case = EmbeddedLoginCase

    /// Refused, with no session and no record left behind but the log's and the brakes'.
    private static func isRefused(
        _ journey: inout Journey, _ asks: [String: String?], _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let before = try await records(journey.server)
        let callback = try await journey.authorize(asks).callback()
        #expect(callback["error"] == "invalid_request" && callback["code"] == nil, sourceLocation: location)
        #expect(callback["state"] == "state-1", sourceLocation: location)
        #expect(!journey.browser.cookies.contains { $0.name == "auth0" }, sourceLocation: location)
        #expect(try await records(journey.server) == before, sourceLocation: location)
    }

    private static func records(_ server: TestServer) async throws -> [String: Int64] {
        try await server.rowCounts().filter { !["log_events", "attempt_buckets"].contains($0.key) }
    }

    @Test("a stolen ticket is worth nothing in the thief's browser, with its verifier's name and without")
    func stolen() async throws {
        let server = try await Case.server()
        var (victim, ticket) = try await Case.withTicket(server, server.fixture.spa)
        var thief = Journey(server, server.fixture.spa)
        try await Self.isRefused(&thief, ["login_ticket": ticket, "prompt": "none"])
        let name = try #require(victim.browser.cookies.first { $0.name.hasPrefix("co/verifier/") }?.name)
        thief.browser.headers.append(("Cookie", "\(name)=guessed"))
        try await Self.isRefused(&thief, ["login_ticket": ticket])
        try await Self.isRefused(&victim, ["login_ticket": ticket])
    }

    @Test("login CSRF: a link with the attacker's own ticket signs nobody else in, not even who has a ticket too")
    func planted() async throws {
        let server = try await Case.server()
        let (_, ticket) = try await Case.withTicket(server, server.fixture.spa)
        var (victim, own) = try await Case.withTicket(server, server.fixture.spa)
        try await Self.isRefused(&victim, ["login_ticket": ticket])
        #expect(try await victim.authorize(["login_ticket": own]).callback()["code"] != nil)
    }

    @Test("a planted verifier beside the browser's own counts as none")
    func ambiguousVerifier() async throws {
        let server = try await Case.server()
        var (victim, ticket) = try await Case.withTicket(server, server.fixture.spa)
        let name = try #require(victim.browser.cookies.first { $0.name.hasPrefix("co/verifier/") }?.name)
        let twin = name.hasSuffix("_compat") ? name : "\(name)_compat"
        victim.browser.headers.append(("Cookie", "\(twin.dropLast(7))=planted; \(twin)=planted"))
        try await Self.isRefused(&victim, ["login_ticket": ticket])
    }

    @Test("a ticket works once, however the second try is dressed")
    func replay() async throws {
        let server = try await Case.server()
        var (journey, ticket) = try await Case.withTicket(server, server.fixture.spa)
        let cookie = try #require(journey.browser.cookies.first { $0.name.hasPrefix("co/verifier/") })
        #expect(try await journey.authorize(["login_ticket": ticket]).callback()["code"] != nil)
        var again = Journey(server, server.fixture.spa)
        again.browser.headers.append(("Cookie", "\(cookie.name)=\(cookie.value)"))
        for asks in [["prompt": "none"], ["response_mode": "fragment"], ["realm": server.fixture.connection.name]] {
            try await Self.isRefused(&again, asks.merging(["login_ticket": ticket]) { $1 })
        }
    }

    @Test("another client cannot take it, with the right browser too")
    func otherClient() async throws {
        let server = try await Case.server()
        let (owner, ticket) = try await Case.withTicket(server, server.fixture.spa)
        var other = Journey(server, server.fixture.web, browser: owner.browser)
        try await Self.isRefused(&other, ["login_ticket": ticket])
    }

    @Test("repeated, oversized and hostile tickets are refused, by the callback or on our page")
    func malformedTickets() async throws {
        let server = try await Case.server()
        let (journey, ticket) = try await Case.withTicket(server, server.fixture.spa)
        var browser = journey.browser
        let values = [
            [ticket, ticket], [ticket, ""], [String(repeating: "a", count: 600)], ["\u{0}"], ["a\r\nSet-Cookie: x"], ["\u{e9}"],
        ]
        for tickets in values {
            let pairs = journey.authorizeParameters() + tickets.map { ("login_ticket", $0) }
            let answer = try await browser.send(.get("/authorize", pairs))
            #expect(answer.redirectParameters["error"] == "invalid_request" || answer.status == 400, "\(tickets)")
            #expect(!browser.cookies.contains { $0.name == "auth0" })
        }
    }

    // MARK: Who may ask for a ticket

    @Test(
        "a page of another origin gets a plain refusal and no guess",
        arguments: [
            "https://evil.example.test", "https://app.example.test.evil.test", "http://app.example.test",
            "https://app.example.test:8443", "null", "", "*", "https://app.example.test, https://evil.example.test", nil,
        ])
    func origins(origin: String?) async throws {
        let server = try await Case.server()
        var browser = TestBrowser(server)
        let answer = try await Case.authenticate(&browser, server.fixture.spa, from: origin)
        #expect(answer.status == 403 && answer.text == "The origin of this request is not allowed.")
        #expect(answer.header("Content-Type") == "text/plain; charset=utf-8")
        #expect(answer.header("Access-Control-Allow-Origin") == nil && browser.cookies.isEmpty)
        #expect(answer.header("Access-Control-Allow-Credentials") == nil)
        #expect(server.fixture.hasher.verifications == 0)
    }

    @Test("the origin of another client of the tenant does not do")
    func foreignClientOrigin() async throws {
        let server = try await Case.server()
        _ = try await server.with(server.fixture.native) {
            ($0.webOrigins, $0.callbacks) = (["https://other.example.test"], [])
        }
        var browser = TestBrowser(server)
        let answer = try await Case.authenticate(&browser, server.fixture.spa, from: "https://other.example.test")
        #expect(answer.status == 403 && answer.json == nil)
    }

    @Test("members that are repeated, too long or no text are refused, in JSON and in a form")
    func members() async throws {
        let server = try await Case.server()
        let good = Case.members(server.fixture.spa)
        for (name, value) in good {
            for second in [value, "other"] {
                let twice = good + [(name, second)]
                for request in [WireRequest.json("/co/authenticate", twice), .form("/co/authenticate", twice)] {
                    #expect(try await server.send(request.from(origin: Case.origin)).error == "invalid_request", "\(name)")
                }
            }
            let others = good.filter { $0.0 != name }
            let long = others + [(name, String(repeating: "a", count: 5000))]
            #expect(try await server.send(WireRequest.json("/co/authenticate", long).from(origin: Case.origin)).status == 400)
            var object = JSONObject()
            for (other, text) in others { object.append(other, .string(text)) }
            for wrong: JSONValue in [1, true, .null, .object(["a": "b"]), .array([.string(value)])] {
                var spoiled = object
                spoiled[name] = wrong
                let answer = try await server.send(WireRequest.json("/co/authenticate", spoiled).from(origin: Case.origin))
                #expect(answer.status == 400 && answer.error == "invalid_request", "\(name) \(wrong)")
            }
        }
        #expect(server.fixture.hasher.verifications == 0)
    }

    @Test("guesses at one account stop after ten, whichever door they come through")
    func guessLimit() async throws {
        let server = try await Case.server()
        var browser = TestBrowser(server)
        for _ in 0..<5 {
            #expect(try await Case.authenticate(&browser, server.fixture.spa, ["password": "wrong"]).status == 403)
        }
        var journey = Journey(server, server.fixture.spa)
        var page = try await journey.authorize().page()
        for _ in 0..<5 { page = try await journey.logIn(on: page, password: "wrong").page() }
        #expect(try await Case.authenticate(&browser, server.fixture.spa).status == 429)
        #expect(try await journey.logIn(on: page).page().status == 429)
    }

    @Test("a result of a hosted page, given to another browser, signs nobody in")
    func plantedResult() async throws {
        let server = try await Case.server()
        var attacker = Journey(server, server.fixture.spa)
        let state = try #require(TestURL.parameters(of: try await attacker.authorize().page().path)["state"])
        let answer = try await attacker.browser.send(
            .json(
                "/usernamepassword/login",
                [
                    ("client_id", attacker.client.clientID), ("username", EngineFixture.email),
                    ("password", EngineFixture.password.revealed), ("state", state),
                ]))
        let form = try #require(answer.forms.first)
        var victim = Journey(server, server.fixture.spa)
        let own = try #require(TestURL.parameters(of: try await victim.authorize().page().path)["state"])
        #expect(try await victim.browser.submit(form).page().status == 400)
        let bent = form.fields.map { ($0.name, $0.name == "wctx" ? "{\"state\":\"\(own)\"}" : $0.value) }
        #expect(try await victim.browser.send(.form("/login/callback", bent)).status == 400)
        #expect(!victim.browser.cookies.contains { $0.name == "auth0" })
    }
}

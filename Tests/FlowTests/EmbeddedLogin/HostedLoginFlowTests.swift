import OAuthProtocol
import Storage
import TestSupport
import Testing

/// auth0.js `crossOriginAuthentication`-less login on a page of our host (contract 13.5).
@Suite struct HostedLoginFlowTests {
    /// What the script of the page sends; a `nil` removes a parameter.
    private static func body(_ client: Client, _ state: String, _ changes: [String: String?] = [:]) -> [(String, String)] {
        var pairs = [
            ("client_id", client.clientID), ("redirect_uri", EngineFixture.callback), ("tenant", "default"),
            ("response_type", "code"), ("scope", "openid"), ("_csrf", "x"), ("state", state), ("_intstate", "deprecated"),
            ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
            ("connection", "Username-Password-Authentication"),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            pairs.removeAll { $0.0 == name }
            if let value { pairs.append((name, value)) }
        }
        return pairs
    }

    /// A browser on a login page, and the page's `state`.
    private static func atLogin(_ server: TestServer) async throws -> (journey: Journey, state: String) {
        var journey = Journey(server, server.fixture.spa)
        let page = try await journey.authorize().page()
        return (journey, try #require(TestURL.parameters(of: page.path)["state"]))
    }

    @Test("the form that comes back is the first element, and leads to the callback with a code", arguments: [true, false])
    func flow(sendsJSON: Bool) async throws {
        let server = try await TestServer.make()
        var (journey, state) = try await Self.atLogin(server)
        let pairs = Self.body(journey.client, state)
        let answer = try await journey.browser.send(
            sendsJSON ? .json("/usernamepassword/login", pairs) : .form("/usernamepassword/login", pairs))
        #expect(answer.status == 200 && answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.header("X-RateLimit-Limit") == "500" && answer.header("Cache-Control") == "no-store")
        #expect(answer.text.drop { $0.isWhitespace }.hasPrefix("<form "), "auth0.js sends the first element")
        let form = try #require(answer.forms.first)
        #expect(form.method == "post" && form.action == "/login/callback")
        #expect(form.fields.map(\.name) == ["wa", "wresult", "wctx"])
        #expect(form.fields.first?.value == "wsignin1.0")
        let callback = try await journey.browser.submit(form).callback()
        #expect(callback["state"] == "state-1")
        let tokens = try await journey.exchange(code: callback["code"])
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string == server.fixture.user.userID)
        #expect(try await journey.authorize(["prompt": "none"]).callback()["code"] != nil)
    }

    static let errors: [([String: String?], Int, String, String)] = [
        (["password": "wrong"], 401, "invalid_user_password", "Wrong email or password."),
        (["username": "nobody@example.test"], 401, "invalid_user_password", "Wrong email or password."),
    ]

    @Test("a wrong password and an unknown user have the shape and words of the database endpoints", arguments: 0..<errors.count)
    func refusals(index: Int) async throws {
        let server = try await TestServer.make()
        var (journey, state) = try await Self.atLogin(server)
        let (changes, status, code, text) = Self.errors[index]
        let answer = try await journey.browser.send(
            .json("/usernamepassword/login", Self.body(journey.client, state, changes)))
        #expect(answer.status == status)
        let expected: JSONObject = [
            "name": "ValidationError", "code": .string(code), "description": .string(text), "statusCode": .integer(Int64(status)),
        ]
        #expect(answer.json == expected)
    }

    @Test("the guess limit and a blocked user have theirs")
    func limits() async throws {
        let server = try await TestServer.make()
        var (journey, state) = try await Self.atLogin(server)
        let right = WireRequest.json("/usernamepassword/login", Self.body(journey.client, state))
        _ = try await server.fixture.stores.users.setBlocked(server.fixture.user.userID, true, at: server.fixture.now)
        let blocked = try await journey.browser.send(right)
        #expect(blocked.status == 401 && blocked.member("code") == "unauthorized")
        #expect(blocked.member("description") == "user is blocked")
        for _ in 0..<9 {
            _ = try await journey.browser.send(
                .json("/usernamepassword/login", Self.body(journey.client, state, ["password": "wrong"])))
        }
        let stopped = try await journey.browser.send(right)
        #expect(stopped.status == 429 && stopped.member("code") == "too_many_attempts")
        #expect(stopped.json?["statusCode"] == 429 && stopped.header("Retry-After") != nil)
    }

    @Test("without the transaction's browser it is a protocol error, in the protocol's shape")
    func noTransaction() async throws {
        let server = try await TestServer.make()
        let (journey, state) = try await Self.atLogin(server)
        let answer = try await server.send(.json("/usernamepassword/login", Self.body(journey.client, state)))
        #expect(answer.status == 400 && answer.error == "invalid_request" && answer.member("code") == nil)
        #expect(answer.errorDescription?.hasPrefix("You may have pressed the back button") == true)
    }

    @Test("a used result shows the error page, and a lost transaction the page that explains it")
    func callbackErrors() async throws {
        let server = try await TestServer.make()
        var (journey, state) = try await Self.atLogin(server)
        let answer = try await journey.browser.send(.json("/usernamepassword/login", Self.body(journey.client, state)))
        let form = try #require(answer.forms.first)
        let next = try await journey.browser.send(.form("/login/callback", form.fields.map { ($0.name, $0.value) }))
        #expect(next.status == 303 && next.location == "/authorize/resume?state=\(state)")
        let again = try await journey.browser.submit(form).page()
        #expect(again.status == 400 && again.html.contains("This login has expired or was completed before."))
        _ = try await journey.browser.open("/authorize/resume?state=\(state)").callback()
        let late = try await journey.browser.submit(form).page()
        #expect(late.status == 400 && late.html.contains("You may have pressed the back button"))
    }

    @Test("a SAML response, and a form that is none of ours, are refused on a page")
    func foreignCallbacks() async throws {
        let server = try await TestServer.make()
        let saml = try await server.send(.form("/login/callback?connection=x", [("SAMLResponse", "PHg+")]))
        #expect(saml.status == 404 && saml.text.contains("endpoint_disabled"))
        for pairs in [[], [("wresult", "x")], [("wresult", "x"), ("wctx", "x")]] {
            let answer = try await server.send(.form("/login/callback", pairs))
            #expect(answer.status == 400 && answer.header("Content-Type") == "text/html; charset=utf-8")
        }
        #expect(try await server.send(.get("/login/callback")).status == 405)
    }
}

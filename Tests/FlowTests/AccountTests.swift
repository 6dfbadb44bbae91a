import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Signup and password reset (contract 13).
@Suite struct AccountTests {
    private static func call(_ path: String, _ server: TestServer, _ more: [(String, String)], asJSON: Bool = true) async throws
        -> WireAnswer
    {
        let pairs = [("client_id", server.fixture.spa.clientID), ("connection", server.fixture.connection.name)] + more
        return try await server.send(asJSON ? .json(path, pairs) : .form(path, pairs))
    }

    @Test("A new user signs up by the API and signs in on the page", arguments: [true, false])
    func signup(asJSON: Bool) async throws {
        let server = try await TestServer.make()
        let answer = try await Self.call(
            "/dbconnections/signup", server,
            [("email", "New@Example.test"), ("password", "Battery-Staple-9"), ("given_name", "New")], asJSON: asJSON)
        #expect(answer.status == 200)
        #expect(answer.member("_id")?.utf8.count == 24)
        #expect(answer.json?["email_verified"]?.bool == false)
        #expect(answer.member("given_name") == "New")
        #expect(answer.json?["password"] == nil)
        var journey = Journey(server, server.fixture.spa)
        let page = try await journey.authorize().page()
        #expect(
            try await journey.logIn(on: page, email: "new@example.test", password: "Battery-Staple-9").callback()["code"] != nil)
    }

    @Test("A new user signs up on the page and goes on to the application")
    func signupPage() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let page = try await journey.authorize(["screen_hint": "signup"]).page()
        #expect(page.path.hasPrefix("/u/signup?"))
        let weak = try await journey.browser.submit(page, ["email": "page@example.test", "password": "short"]).page()
        #expect((400..<500).contains(weak.status))
        let callback = try await journey.browser.submit(weak, ["email": "page@example.test", "password": "Battery-Staple-9"])
            .callback()
        #expect(try await journey.exchange(code: callback["code"]).status == 200)
    }

    @Test("A reset is mailed, works once and ends what was signed in", arguments: [true, false])
    func reset(asJSON: Bool) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        _ = try await journey.signIn()
        let answer = try await Self.call(
            "/dbconnections/change_password", server, [("email", EngineFixture.email)], asJSON: asJSON)
        #expect(answer.status == 200)
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
        #expect(answer.text == "We've just sent you an email to reset your password.")
        let mail = try #require(server.fixture.mail.messages.last)
        let link = try #require(
            mail.text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("https://default.test/u/reset-password?") })
        var browser = TestBrowser(server)
        let page = try await browser.open(String(link)).page()
        let typed = ["new_password": "Another-Secret-3", "repeat_password": "Another-Secret-3"]
        #expect(try await browser.submit(page, typed).page().status == 200)
        #expect(try await browser.submit(page, typed).page().status == 400)
        #expect(try await journey.authorize().page().path.hasPrefix("/u/login"))
        let login = try await journey.authorize().page()
        #expect(try await journey.logIn(on: login).page().html.contains("Wrong email or password."))
        #expect(try await journey.logIn(on: login, password: "Another-Secret-3").callback()["code"] != nil)
    }

    @Test("An unknown address gets the same answer and no mail")
    func unknownAddress() async throws {
        let server = try await TestServer.make()
        let answer = try await Self.call("/dbconnections/change_password", server, [("email", "nobody@example.test")])
        #expect(answer.status == 200)
        #expect(answer.text == "We've just sent you an email to reset your password.")
        #expect(server.fixture.mail.messages.isEmpty)
    }
}

import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 20.2 over HTTP.
@Suite struct PasswordlessLinkTests {
    private typealias Case = PasswordlessCase

    private static func startLink(_ server: TestServer, _ params: JSONObject) async throws -> String {
        var body: JSONObject = ["connection": "email", "email": .string(Case.email), "authParams": .object(params)]
        for (name, value) in Case.credentials(server.fixture.web) { body[name] = .string(value) }
        let answer = try await server.send(.json("/passwordless/start", body))
        #expect(answer.status == 200)
        let link = try #require(server.fixture.mailedLink)
        return String(link.dropFirst("https://default.test".count))
    }

    private static let linkParams: JSONObject = [
        "scope": "openid", "response_type": "code", "redirect_uri": .string(EngineFixture.callback), "state": "s-1",
    ]

    @Test("a mailed link signs the browser in and answers the client; it works once")
    func link() async throws {
        let server = try await Case.server()
        let path = try await Self.startLink(server, Self.linkParams)
        #expect(try await server.send(WireRequest(.head, path)).status == 200)
        var browser = TestBrowser(server)
        let callback = try await browser.open(path).callback()
        #expect(callback["state"] == "s-1")
        let tokens = try await Journey(server, server.fixture.web).exchange(code: callback["code"], ["code_verifier": nil])
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string?.hasPrefix("email|") == true)
        var journey = Journey(server, server.fixture.web, browser: browser)
        #expect(try await journey.authorize(["prompt": "none"]).callback()["code"] != nil)
        var second = TestBrowser(server)
        #expect(try await second.open(path).page().html.contains("has expired or was used before"))
    }

    @Test("a link cannot be bent: parameters of the address count for nothing, another client's code neither")
    func bentLink() async throws {
        let server = try await Case.server()
        let path = try await Self.startLink(server, Self.linkParams)
        var browser = TestBrowser(server)
        let native = path.replacing(server.fixture.web.clientID, with: server.fixture.native.clientID)
        #expect(try await browser.open(native).page().html.contains("has expired or was used before"))
        let bent = path.replacing("app.example.test", with: "evil.example.test").replacing("state=s-1", with: "state=evil")
        #expect(bent != path)
        #expect(try await browser.open(bent).callback()["state"] == "s-1")
    }

    @Test("a link's callback must be the client's")
    func foreignCallback() async throws {
        let server = try await Case.server()
        var params = Self.linkParams
        params["redirect_uri"] = "https://evil.example.test/"
        let path = try await Self.startLink(server, params)
        var browser = TestBrowser(server)
        guard case .page = try await browser.open(path) else {
            Issue.record("the browser was sent away")
            return
        }
    }
}

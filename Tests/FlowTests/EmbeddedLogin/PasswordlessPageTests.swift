import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// auth0.js `passwordlessLogin` and `passwordlessVerify` on the client's page: start, verify, then the browser goes to
/// `/passwordless/verify_redirect` with the code (contract 20.4).
@Suite struct PasswordlessPageTests {
    private typealias Case = PasswordlessCase

    private static func verify(_ server: TestServer, _ pairs: [(String, String)]) async throws -> WireAnswer {
        try await server.send(WireRequest.json("/passwordless/verify", pairs).from(origin: EmbeddedLoginCase.origin))
    }

    /// The address that auth0.js builds.
    private static func address(_ client: Client, _ code: String, _ changes: [String: String?] = [:]) -> [(String, String)] {
        var pairs = [
            ("client_id", client.clientID), ("response_type", "code"), ("redirect_uri", EngineFixture.callback),
            ("scope", "openid"), ("state", "s-2"), ("nonce", "n-2"), ("connection", "email"), ("email", Case.email),
            ("verification_code", code), ("auth0Client", "e30="),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            pairs.removeAll { $0.0 == name }
            if let value { pairs.append((name, value)) }
        }
        return pairs
    }

    @Test("a mailed code is verified, and then signs the browser in with the request of the address")
    func mailedCode() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        let pairs = [("connection", "email"), ("email", Case.email), ("verification_code", code)]
        let verified = try await Self.verify(server, pairs)
        #expect(verified.status == 200 && verified.json == [:])
        #expect(verified.header("Access-Control-Allow-Origin") == EmbeddedLoginCase.origin)
        var journey = Journey(server, server.fixture.web)
        let callback = try await journey.browser.open("/passwordless/verify_redirect", Self.address(journey.client, code)).callback()
        #expect(callback["state"] == "s-2")
        let tokens = try await journey.exchange(code: callback["code"], ["code_verifier": nil])
        let claims = Journey.claims(of: tokens.member("id_token"))
        #expect(claims?["sub"]?.string?.hasPrefix("email|") == true && claims?["nonce"] == "n-2")
        #expect(try await journey.authorize(["prompt": "none"]).callback()["code"] != nil)
        let again = try await journey.browser.open("/passwordless/verify_redirect", Self.address(journey.client, code)).page()
        #expect(again.html.contains("Wrong email or verification code."))
    }

    @Test("a texted code too")
    func textedCode() async throws {
        let server = try await Case.server()
        _ = try await Case.start(server, [("connection", "sms"), ("phone_number", Case.phone)])
        let code = try #require(server.fixture.textedCode)
        let number: [String: String?] = ["connection": "sms", "email": nil, "phone_number": Case.phone]
        let wrong = [("connection", "sms"), ("phone_number", Case.phone), ("verification_code", "x")]
        let refused = try await Self.verify(server, wrong)
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        #expect(refused.errorDescription == "Wrong phone number or verification code.")
        var journey = Journey(server, server.fixture.web)
        let address = Self.address(journey.client, code, number)
        let callback = try await journey.browser.open("/passwordless/verify_redirect", address).callback()
        let tokens = try await journey.exchange(code: callback["code"], ["code_verifier": nil])
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string?.hasPrefix("sms|") == true)
    }

    @Test("three wrong codes at the address end the right one")
    func tries() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        var browser = TestBrowser(server)
        let wrong = Self.address(server.fixture.web, EngineFixture.otherCode(than: code))
        for _ in 0..<3 {
            let page = try await browser.open("/passwordless/verify_redirect", wrong).page()
            #expect(page.status == 403 && page.html.contains("Wrong email or verification code."))
        }
        let page = try await browser.open("/passwordless/verify_redirect", Self.address(server.fixture.web, code)).page()
        #expect(page.status == 403 && browser.cookies.isEmpty)
    }

    @Test("a request that is refused leaves the code good; the client learns of it where it may")
    func badRequest() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        var browser = TestBrowser(server)
        let client = server.fixture.web
        let foreign = Self.address(client, code, ["redirect_uri": "https://evil.example.test/"])
        #expect(try await browser.open("/passwordless/verify_redirect", foreign).page().status == 403)
        let refused = Self.address(client, code, ["response_type": "nothing"])
        let callback = try await browser.open("/passwordless/verify_redirect", refused).callback()
        #expect(callback["error"] == "unsupported_response_type" && callback["state"] == "s-2")
        #expect(browser.cookies.isEmpty)
        let good = try await browser.open("/passwordless/verify_redirect", Self.address(client, code)).callback()
        #expect(good["code"] != nil)
    }

    @Test("a code is good for its client, address and connection alone", arguments: ["client_id", "email", "connection"])
    func binding(name: String) async throws {
        let server = try await Case.server()
        let other = Connection(id: "con_000000000000other", name: "other-mail", strategy: "email")
        try await server.fixture.stores.connections.insert(other)
        let code = try await Case.startEmail(server)
        let values = [
            "client_id": server.fixture.native.clientID, "email": "other@example.test", "connection": "other-mail",
        ]
        var browser = TestBrowser(server)
        // The public client must prove its code, as everywhere.
        let changes: [String: String?] = [
            name: values[name], "code_challenge": CodeChallenge.s256(of: Journey.verifier), "code_challenge_method": "S256",
        ]
        let page = try await browser.open("/passwordless/verify_redirect", Self.address(server.fixture.web, code, changes)).page()
        #expect(page.status == 403 && browser.cookies.isEmpty)
        let good = try await browser.open("/passwordless/verify_redirect", Self.address(server.fixture.web, code)).callback()
        #expect(good["code"] != nil)
    }

    @Test("a program that only looks at the address uses nothing up")
    func head() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        let path = "/passwordless/verify_redirect?" + PercentEncoding.encodePairs(Self.address(server.fixture.web, code))
        #expect(try await server.send(WireRequest(.head, path)).status == 200)
        var browser = TestBrowser(server)
        #expect(try await browser.open(path).callback()["code"] != nil)
    }

    @Test("the brake stops an account's guesses at this door as at the others")
    func brake() async throws {
        let server = try await Case.server()
        _ = try await Case.startEmail(server)
        let pairs = [("connection", "email"), ("email", Case.email), ("verification_code", "x")]
        for _ in 0..<50 { #expect(try await Self.verify(server, pairs).status == 403) }
        let stopped = try await Self.verify(server, pairs)
        #expect(stopped.status == 429 && stopped.error == "too_many_attempts" && stopped.header("Retry-After") != nil)
        let code = try await Case.startEmail(server)
        var browser = TestBrowser(server)
        let page = try await browser.open("/passwordless/verify_redirect", Self.address(server.fixture.web, code)).page()
        #expect(page.status == 429 && browser.cookies.isEmpty)
    }
}

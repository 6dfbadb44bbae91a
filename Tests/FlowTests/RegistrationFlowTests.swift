import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A program that finds the server, registers, signs its user in with a pushed request and leaves (contract 15.1, 21.1).
@Suite struct RegistrationFlowTests {
    private static func server() async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { settings in
            (settings.registration.enabled, settings.registration.thirdPartySecurityMode) = (true, .permissive)
            settings.defaultWireProfile = .standard
        }
        return try await TestServer.make(fixture)
    }

    private static let metadata: JSONObject = [
        "redirect_uris": .strings(["https://client.example.test/cb"]), "client_name": "Example",
        "grant_types": .strings(["authorization_code", "refresh_token"]), "token_endpoint_auth_method": "client_secret_post",
    ]

    @Test("registration: 201, JSON, not to be stored; then read, replaced and deleted with 204")
    func lifecycle() async throws {
        let server = try await Self.server()
        let answer = try await server.send(.json("/oidc/register", Self.metadata))
        #expect(answer.status == 201 && answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
        let uri = try #require(answer.member("registration_client_uri"))
        let path = "/" + uri.dropFirst(TestServer.issuer.count)
        let bearer = "Bearer " + (answer.member("registration_access_token") ?? "")
        let read = try await server.send(WireRequest(.get, path).with("Authorization", bearer))
        #expect(read.status == 200 && read.json == answer.json)
        var changed = Self.metadata
        changed["client_id"] = answer.json?["client_id"]
        changed["client_name"] = "Changed"
        var put = WireRequest.json(path, changed).with("Authorization", bearer)
        put.method = .put
        let replaced = try await server.send(put)
        #expect(replaced.status == 200 && replaced.member("client_name") == "Changed")
        changed["client_name"] = nil
        put.body = Array(changed.serialized)
        #expect(try await server.send(put).member("client_name") == "Unnamed application")
        #expect(try await server.send(WireRequest(.delete, path)).status == 401)
        #expect(try await server.send(WireRequest(.delete, path).with("Authorization", bearer)).status == 204)
        #expect(try await server.send(WireRequest(.get, path).with("Authorization", bearer)).status == 401)
    }

    @Test("refusals are 400 JSON with the RFC's codes", arguments: [
        (["redirect_uris": .strings(["https://client.example.test/#f"])], "invalid_redirect_uri"),
        (["redirect_uris": .strings(["https://client.example.test/cb"]), "jwks": "x"], "invalid_client_metadata"), ([:], "invalid_redirect_uri"),
    ] as [(JSONObject, String)])
    func refused(_ metadata: JSONObject, _ code: String) async throws {
        let server = try await Self.server()
        let before = try await server.rowCounts()
        let answer = try await server.send(.json("/oidc/register", metadata))
        #expect(answer.status == 400 && answer.error == code)
        var after = try await server.rowCounts()
        #expect(after["clients"] == before["clients"])
        after["clients"] = nil
    }

    @Test("bodies that are no JSON object", arguments: ["", "[]", "null", "{", "a=b", "\u{0}"])
    func malformed(_ body: String) async throws {
        let server = try await Self.server()
        var request = WireRequest(.post, "/oidc/register", headers: [("Content-Type", "application/json")])
        request.body = Array(body.utf8)
        let answer = try await server.send(request)
        #expect(answer.status == 400 && answer.error != nil)
    }

    @Test("a registered client's user: pushed request, login, consent, code, tokens, refresh")
    func whole() async throws {
        let server = try await Self.server()
        let registered = try await server.send(.json("/oidc/register", Self.metadata))
        let id = try #require(registered.member("client_id"))
        let credentials = [("client_id", id), ("client_secret", registered.member("client_secret") ?? "")]
        let pushed = try await server.send(.form("/oauth/par", credentials + [
            ("response_type", "code"), ("redirect_uri", "https://client.example.test/cb"), ("scope", "openid offline_access"),
            ("state", "s1"), ("code_challenge", CodeChallenge.s256(of: Journey.verifier)), ("code_challenge_method", "S256"),
        ]))
        #expect(pushed.status == 201 && pushed.header("Cache-Control") == "no-store")
        var browser = TestBrowser(server)
        let query = [("client_id", id), ("request_uri", try #require(pushed.member("request_uri")))]
        let login = try await browser.open("/authorize", query).page()
        let consent = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]).page()
        let callback = try await browser.submit(consent, pressing: ("decision", "accept")).callback()
        #expect(callback["state"] == "s1" && callback["iss"] == TestServer.issuer)
        let tokens = try await server.send(.form("/oauth/token", credentials + [
            ("grant_type", "authorization_code"), ("code", callback["code"] ?? ""), ("redirect_uri", "https://client.example.test/cb"),
            ("code_verifier", Journey.verifier),
        ]))
        #expect(tokens.status == 200 && tokens.member("id_token") != nil)
        let again = try await browser.open("/authorize", query).page()
        #expect(again.status == 400)
        let refreshed = try await server.send(.form("/oauth/token", credentials + [
            ("grant_type", "refresh_token"), ("refresh_token", tokens.member("refresh_token") ?? ""),
        ]))
        #expect(refreshed.status == 200)
    }
}

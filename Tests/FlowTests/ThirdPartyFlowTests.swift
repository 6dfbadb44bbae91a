import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Clients that nobody vouches for, over the wire (contract 4.2, 4.7, 21.1).
@Suite struct ThirdPartyFlowTests {
    private static let callback = "https://client.example.test/cb"
    private static let bye = "https://client.example.test/bye"

    private struct Stranger {
        let server: TestServer
        let id: String
        let secret: String
        var credentials: [(String, String)] { [("client_id", id), ("client_secret", secret)] }

        func parameters(_ more: [(String, String)] = []) -> [(String, String)] {
            let own = [
                ("client_id", id), ("response_type", "code"), ("redirect_uri", callback), ("scope", "openid email offline_access"),
                ("state", "s1"), ("code_challenge", CodeChallenge.s256(of: Journey.verifier)), ("code_challenge_method", "S256"),
            ]
            return own.filter { pair in !more.contains { $0.0 == pair.0 } } + more
        }
    }

    /// Registers at a tenant with the settings as they are by default.
    private static func register(_ change: (inout TenantSettings) -> Void = { _ in }) async throws -> Stranger {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { settings in
            settings.registration.enabled = true
            change(&settings)
        }
        let server = try await TestServer.make(fixture)
        let answer = try await server.send(.json("/oidc/register", [
            "redirect_uris": .strings([callback]), "client_name": "Example", "post_logout_redirect_uris": .strings([bye]),
            "grant_types": .strings(["authorization_code", "refresh_token", "implicit", GrantType.ciba.rawValue]),
            "token_endpoint_auth_method": "client_secret_post",
        ]))
        #expect(answer.status == 201 && answer.json?["grant_types"] == .strings(["authorization_code", "refresh_token"]))
        return Stranger(
            server: server, id: try #require(answer.member("client_id")), secret: try #require(answer.member("client_secret")))
    }

    @Test("register, sign in with consent, tokens of an hour, userinfo, refresh")
    func whole() async throws {
        let stranger = try await Self.register()
        var browser = TestBrowser(stranger.server)
        let login = try await browser.open("/authorize", stranger.parameters()).page()
        let consent = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]).page()
        let callback = try await browser.submit(consent, pressing: ("decision", "accept")).callback()
        let tokens = try await stranger.server.send(.form("/oauth/token", stranger.credentials + [
            ("grant_type", "authorization_code"), ("code", callback["code"] ?? ""), ("redirect_uri", Self.callback),
            ("code_verifier", Journey.verifier),
        ]))
        #expect(tokens.status == 200 && tokens.member("id_token") != nil && tokens.json?["expires_in"] == 3600)
        let userinfo = try await stranger.server.userinfo(tokens.member("access_token"))
        #expect(userinfo.status == 200 && userinfo.member("email") == EngineFixture.email)
        let refreshed = try await stranger.server.send(.form("/oauth/token", stranger.credentials + [
            ("grant_type", "refresh_token"), ("refresh_token", tokens.member("refresh_token") ?? ""),
        ]))
        #expect(refreshed.status == 200 && refreshed.json?["expires_in"] == 3600)
    }

    @Test("every refusal is our error page: no redirect, no form, no script that leaves", arguments: [
        [("prompt", "none")], [("response_type", "token")], [("response_type", "")], [("response_mode", "form_post"), ("prompt", "none")],
        [("response_mode", "web_message"), ("prompt", "none")], [("code_challenge", ""), ("code_challenge_method", "")],
        [("audience", EngineFixture.audience)], [("request", "x")], [("request_uri", "https://client.example.test/r")],
        [("claims", "{}")], [("unknown", "x")],
    ])
    func refusals(_ changes: [(String, String)]) async throws {
        let stranger = try await Self.register()
        let pairs = stranger.parameters(changes).filter { !$0.1.isEmpty }
        let answer = try await stranger.server.send(.get("/authorize", pairs))
        #expect((400...403).contains(answer.status) && answer.location == nil && answer.text.contains("id=\"error-page\""))
        #expect(!answer.text.contains("client.example.test/cb") && answer.forms.isEmpty)
    }

    @Test("declining ends on our error page")
    func declined() async throws {
        let stranger = try await Self.register()
        var browser = TestBrowser(stranger.server)
        let login = try await browser.open("/authorize", stranger.parameters()).page()
        let consent = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]).page()
        let page = try await browser.submit(consent, pressing: ("decision", "decline")).page()
        #expect(page.status == 403 || page.status == 400)
        #expect(page.html.contains("access_denied") && !page.html.contains("client.example.test/cb"))
    }

    @Test("endpoints that are not for strangers", arguments: [
        "/oauth/par", "/oauth/device/code", "/bc-authorize", "/passwordless/start", "/dbconnections/signup",
        "/dbconnections/change_password",
    ])
    func endpoints(_ path: String) async throws {
        let stranger = try await Self.register()
        let pairs = stranger.parameters().filter { $0.0 != "client_id" && $0.0 != "state" } + stranger.credentials + [
            ("login_hint", EngineFixture.email), ("email", "new@example.test"), ("password", "Correct-Horse-8"),
            ("connection", stranger.server.fixture.connection.name),
        ]
        let allowed = ["client_id", "client_secret", "email", "connection"]
        let form = path == "/passwordless/start" ? pairs.filter { allowed.contains($0.0) } : pairs
        let answer = try await stranger.server.send(.form(path, form))
        #expect([400, 403].contains(answer.status) && answer.error == "unauthorized_client", "\(answer.text)")
        #expect(stranger.server.fixture.mail.messages.isEmpty)
    }

    @Test("logging out stays here", arguments: ["/v2/logout", "/oidc/logout"])
    func logout(_ path: String) async throws {
        let stranger = try await Self.register()
        let address = path == "/v2/logout" ? "returnTo" : "post_logout_redirect_uri"
        let answer = try await stranger.server.send(.get(path, [("client_id", stranger.id), (address, Self.bye)]))
        #expect(answer.status == 200 && answer.location == nil && !answer.text.contains("client.example.test"))
    }

    @Test("with open redirect protection alone the page after a logout offers a link that names the host")
    func offeredLink() async throws {
        let stranger = try await Self.register { $0.registration.thirdPartySecurityMode = .permissive }
        let clients = stranger.server.fixture.stores.clients
        var client = try #require(try await clients.find(stranger.id))
        client.redirectionPolicy = .openRedirectProtection
        _ = try await clients.update(client)
        let answer = try await stranger.server.send(.get("/v2/logout", [("client_id", stranger.id), ("returnTo", Self.bye)]))
        #expect(answer.status == 200 && answer.location == nil)
        #expect(answer.text.contains("href=\"\(Self.bye)\"") && answer.text.contains("Continue to client.example.test"))
    }

    @Test("a client whose document cannot be had now: 503, and when to come again")
    func unavailable() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.registration.metadataDocuments = true }
        let server = try await TestServer.make(fixture)
        let id = "https://agent.example.test/client.json"
        fixture.outbound.fail(id)
        let token = try await server.send(.form("/oauth/token", [
            ("grant_type", "refresh_token"), ("client_id", id), ("refresh_token", "x"),
        ]))
        #expect(token.status == 503 && token.error == "temporarily_unavailable" && token.header("Retry-After") == "30")
        let page = try await server.send(.get("/authorize", [("client_id", id), ("response_type", "code")]))
        #expect(page.status == 503 && page.header("Retry-After") == "30" && page.text.contains("id=\"error-page\""))
        let logout = try await server.send(.get("/v2/logout", []))
        #expect(logout.status == 200)
    }
}

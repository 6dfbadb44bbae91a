import AuthorizationServer
import HTTPServer
import HTTPTypes
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// One client with two issuers, one of which is not what it seems (RFC 9700 section 4.4, RFC 9207), and two tenants of one
/// server, of which neither knows what the other gave out.
@Suite struct MixUpTests {
    @Test(
        "an authorization response names its issuer, also when it is an error",
        arguments: ["query", "fragment", "form_post", "jwt"])
    func issuer(mode: String) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, try await server.with(server.fixture.web) { $0.wireProfile = .standard })
        _ = try await journey.signIn()
        for changes in [[:], ["scope": "openid", "prompt": "none", "max_age": "0"]] as [[String: String?]] {
            var all = changes
            all["response_mode"] = mode
            server.fixture.clock.advance(by: 5)
            let answer = try await journey.browser.send(.get("/authorize", journey.authorizeParameters(all)))
            let isError = changes["prompt"] != nil
            if mode == "form_post" {
                let fields = try #require(answer.forms.first?.fields)
                #expect(fields.first { $0.name == "iss" }?.value == TestServer.issuer)
                #expect(fields.contains { $0.name == "error" } == isError)
            } else if mode == "jwt" {
                let claims = Journey.claims(of: answer.redirectParameters["response"])
                #expect(claims?["iss"]?.string == TestServer.issuer && claims?["aud"]?.string == journey.client.clientID)
                #expect((claims?["error"] != nil) == isError)
            } else {
                #expect(answer.redirectParameters["iss"] == TestServer.issuer)
                #expect((answer.redirectParameters["error"] != nil) == isError)
            }
        }
    }

    @Test("state and iss of a request do not replace those of the response")
    func injectedIssuer() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, try await server.with(server.fixture.web) { $0.wireProfile = .standard })
        let changes: [String: String?] = [
            "iss": "https://evil.example/", "code": "evil", "state": "a&iss=https://evil.example/&code=evil",
        ]
        let url = try await journey.logIn(on: try await journey.authorize(changes).page()).leftTo()
        let form = try FormParameters(query: String(url.split(separator: "?")[1]))
        #expect(form.values("iss") == [.text(TestServer.issuer)] && form.values("code").count == 1)
        #expect(form.values("state") == [.text("a&iss=https://evil.example/&code=evil")])
        #expect(try form.optional("code") != "evil")
    }

    // MARK: Two tenants

    /// Two tenants of one server, with the same clients, secrets, users and even keys: only the issuer tells them apart.
    private struct Neighbours {
        let server: TestServer
        let theirs: EngineFixture

        static func make() async throws -> Neighbours {
            let server = try await TestServer.make()
            let name = try #require(TenantID("neighbour"))
            return Neighbours(server: server, theirs: try await EngineFixture.make(engine: server.fixture.engine, tenant: name))
        }

        var client: Client { server.fixture.web }

        func sendThere(_ request: WireRequest) async throws -> WireAnswer {
            var request = request
            request.host = "neighbour.test"
            return try await server.send(request)
        }

        /// As the client that is at both tenants.
        func askThere(_ path: String, _ pairs: [(String, String)]) async throws -> WireAnswer {
            try await sendThere(
                .form(path, [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed)] + pairs))
        }

        /// The same change to the client at both.
        func changeClients(_ client: Client, _ change: (inout Client) -> Void) async throws {
            _ = try await server.with(client, change)
            var other = client
            change(&other)
            #expect(try await theirs.stores.clients.update(other))
        }
    }

    private static let offline: [String: String?] = ["scope": "openid offline_access", "audience": EngineFixture.audience]

    @Test(
        "codes, refresh tokens, access tokens and ID tokens of one tenant are nothing at another with the same clients and users"
    )
    func tenants() async throws {
        let pair = try await Neighbours.make()
        #expect(
            try await pair.askThere("/oauth/token", [("grant_type", "client_credentials"), ("audience", "x")]).status == 403,
            "it is there")
        var journey = Journey(pair.server, pair.client)
        let code = try await journey.signIn(Self.offline)["code"] ?? ""
        let stolen = try await pair.sendThere(.form("/oauth/token", journey.exchangeParameters(code: code)))
        #expect(stolen.error == "invalid_grant")
        let tokens = try await journey.exchange(code: code)
        #expect(tokens.status == 200, "the other tenant did not use it up")
        let (refreshToken, accessToken) = (tokens.member("refresh_token") ?? "", tokens.member("access_token") ?? "")
        #expect(
            try await pair.askThere("/oauth/token", [("grant_type", "refresh_token"), ("refresh_token", refreshToken)])
                .isRefusal())
        let userinfo = WireRequest(.get, "/userinfo").with("Authorization", "Bearer \(accessToken)")
        #expect(try await pair.sendThere(userinfo).isRefusal(401...401))
        #expect(try await pair.server.send(userinfo).status == 200)
        let logout = try await pair.sendThere(.get("/oidc/logout", [("id_token_hint", tokens.member("id_token") ?? "")]))
        #expect(logout.status == 400)
        _ = try await pair.askThere("/oauth/revoke", [("token", refreshToken)])
        #expect(try await journey.refresh(refreshToken).status == 200)
    }

    @Test("a session cookie of one tenant signs nobody in at another")
    func session() async throws {
        let pair = try await Neighbours.make()
        var journey = Journey(pair.server, pair.client)
        _ = try await journey.signIn()
        let cookies = journey.browser.cookies.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
        let silent = WireRequest.get("/authorize", journey.authorizeParameters(["prompt": "none"])).with("Cookie", cookies)
        #expect(try await pair.sendThere(silent).redirectParameters["error"] == "login_required")
        #expect(try await pair.server.send(silent).redirectParameters["code"] != nil)
    }

    @Test("a pushed request, a device code and a backchannel request of one tenant are unknown at another")
    func requests() async throws {
        let pair = try await Neighbours.make()
        let television = pair.server.fixture.native
        try await pair.changeClients(pair.client) { $0.grantTypes.append(.ciba) }
        try await pair.changeClients(television) { $0.grantTypes.append(.deviceCode) }
        let journey = Journey(pair.server, pair.client)
        let pushed = try await pair.server.ask(
            "/oauth/par", as: pair.client, journey.authorizeParameters().filter { $0.0 != "client_id" })
        let uri = try #require(pushed.member("request_uri"))
        let answer = try await pair.sendThere(.get("/authorize", [("client_id", pair.client.clientID), ("request_uri", uri)]))
        #expect(answer.location == nil && answer.status == 400)
        let device = try await pair.server.ask("/oauth/device/code", as: television, [("scope", "openid")])
        let code = try #require(device.member("device_code"))
        let poll = [
            ("client_id", television.clientID), ("grant_type", GrantType.deviceCode.rawValue), ("device_code", code),
        ]
        let polled = try await pair.sendThere(.form("/oauth/token", poll))
        #expect(polled.error == "invalid_grant")
        let begun = try await pair.server.ask(
            "/bc-authorize", as: pair.client,
            [
                ("scope", "openid"), ("login_hint", EngineFixture.email), ("binding_message", "1"),
            ])
        let id = try #require(begun.member("auth_req_id"))
        let asked = try await pair.askThere("/oauth/token", [("grant_type", GrantType.ciba.rawValue), ("auth_req_id", id)])
        #expect(asked.error == "invalid_grant")
    }

    @Test(
        "a client assertion for one tenant proves nothing at another",
        arguments: [WireProfile.auth0, .standard, .fapi2Security])
    func assertion(profile: WireProfile) async throws {
        let pair = try await Neighbours.make()
        let (key, machine) = (try RSAFixture.client(.ps256), pair.server.fixture.machine)
        try await pair.changeClients(machine) {
            ($0.tokenEndpointAuthMethod, $0.proof.jwks, $0.wireProfile) = (.privateKeyJWT, TestKey.jwks(key), profile)
        }
        let now = pair.server.fixture.now.seconds
        func request(_ audience: String, _ jti: String) throws -> WireRequest {
            let id = JSONValue.string(machine.clientID)
            let assertion = try key.jwt([
                "iss": id, "sub": id, "aud": .string(audience), "exp": .integer(now + 60), "iat": .integer(now),
                "jti": .string(jti),
            ])
            return .form(
                "/oauth/revoke",
                [
                    ("token", "x"), ("client_assertion", assertion),
                    ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ])
        }
        #expect(try await pair.sendThere(try request("https://neighbour.test/", "1")).status == 200)
        #expect(try await pair.sendThere(try request(TestServer.issuer, "2")).isRefusal(401...401))
    }
}

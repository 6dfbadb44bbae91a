import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The flow that this project began from (contract 26.1 to 26.3, 26.12).
@Suite struct SeedFlowTests {
    private static let offline: [String: String?] = ["scope": "offline_access", "audience": EngineFixture.audience]

    @Test("A native client without a secret gets a refresh token for an API by a JSON body", arguments: [true, false])
    func nativeClient(usesPKCE: Bool) async throws {
        let server = try await TestServer.make()
        if !usesPKCE {
            var tenant = server.fixture.tenant
            tenant.settings.requirePKCEForPublicClients = false
            _ = try await server.fixture.engine.tenants.update(tenant)
        }
        var journey = Journey(server, server.fixture.native)
        let pkce: [String: String?] = usesPKCE ? [:] : ["code_challenge": nil, "code_challenge_method": nil]
        let callback = try await journey.signIn(Self.offline.merging(pkce) { $1 })
        #expect(callback["state"] == "state-1")
        #expect(Set(callback.keys) == ["code", "state"])
        let answer = try await journey.exchange(code: callback["code"], usesPKCE ? [:] : ["code_verifier": nil])
        #expect(answer.status == 200)
        #expect(answer.json?.members.map(\.name) == ["access_token", "refresh_token", "scope", "expires_in", "token_type"])
        #expect(answer.member("token_type") == "Bearer")
        #expect(answer.member("scope") == "offline_access")
        #expect(answer.json?["expires_in"]?.integer == 86_400)
        let claims = Journey.claims(of: answer.member("access_token"))
        #expect(claims?["iss"]?.string == "https://default.test/")
        #expect(claims?["aud"]?.string == EngineFixture.audience)
        #expect(claims?["sub"]?.string == server.fixture.user.userID)
    }

    @Test("The refresh token is exchanged for a new access token again and again, by form and by JSON")
    func refreshing() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let token = try await journey.tokens(Self.offline).member("refresh_token")
        var seen = Set<String>()
        for round in 0..<4 {
            server.fixture.clock.advance(by: .hours(24))
            let pairs = [("grant_type", "refresh_token"), ("client_id", journey.client.clientID), ("refresh_token", token ?? "")]
            let answer = try await server.send(round % 2 == 0 ? .json("/oauth/token", pairs) : .form("/oauth/token", pairs))
            #expect(answer.status == 200)
            #expect(answer.member("refresh_token") == nil)
            #expect(seen.insert(try #require(answer.member("access_token"))).inserted)
        }
    }

    @Test(
        "A form-encoded exchange works equally, and a confidential client proves itself by post or basic",
        arguments: [true, false])
    func confidentialClient(usesBasic: Bool) async throws {
        let server = try await TestServer.make()
        let web = server.fixture.web
        var journey = Journey(server, web)
        let code = try await journey.signIn(Self.offline)["code"] ?? ""
        var request = WireRequest.form("/oauth/token", journey.exchangeParameters(code: code))
        if usesBasic {
            let bare = journey.exchangeParameters(code: code, ["client_secret": nil, "client_id": nil])
            let credentials = Base64.encode("\(web.clientID):\(EngineFixture.secret.revealed)".utf8)
            request = WireRequest.form("/oauth/token", bare).with("Authorization", "Basic \(credentials)")
        }
        let answer = try await server.send(request)
        #expect(answer.status == 200)
        #expect(answer.member("refresh_token")?.isEmpty == false)
    }

    @Test("Without permission there is no refresh token, no offline_access, and no error", arguments: ["api", "grant", "spa"])
    func withoutOfflineAccess(missing: String) async throws {
        let server = try await TestServer.make()
        let fixture = server.fixture
        var client = missing == "spa" ? fixture.spa : fixture.native
        switch missing {
        case "api":
            var api = fixture.api
            api.allowOfflineAccess = false
            _ = try await fixture.stores.resourceServers.update(api)
        case "grant": client.grantTypes = [.authorizationCode]
        default: client.refreshToken = RefreshTokenSettings()
        }
        _ = try await fixture.stores.clients.update(client)
        var journey = Journey(server, client)
        let answer = try await journey.tokens(["scope": "offline_access read:items", "audience": EngineFixture.audience])
        #expect(answer.status == 200)
        #expect(answer.member("refresh_token") == nil)
        #expect(answer.member("scope") == "read:items")
    }

    @Test("With openid the token is for the API and for userinfo, which answers it by header, query and body")
    func withOpenID() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let answer = try await journey.tokens(["scope": "openid profile email", "audience": EngineFixture.audience])
        let token = try #require(answer.member("access_token"))
        let audience = Journey.claims(of: token)?["aud"]?.array?.compactMap(\.string)
        #expect(audience == [EngineFixture.audience, "https://default.test/userinfo"])
        for request in [
            WireRequest.get("/userinfo").with("Authorization", "Bearer \(token)"), .get("/userinfo", [("access_token", token)]),
            .form("/userinfo", [("access_token", token)]), .json("/userinfo", [("access_token", token)]),
            WireRequest(.post, "/userinfo").with("Authorization", "bearer \(token)"),
        ] {
            let userinfo = try await server.send(request)
            #expect(userinfo.status == 200)
            #expect(userinfo.member("sub") == server.fixture.user.userID)
            #expect(userinfo.member("email") == EngineFixture.email)
            #expect(userinfo.json?["iss"] == nil)
        }
    }

    @Test("An opaque token for userinfo alone works there")
    func opaque() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let token = try #require(try await journey.tokens(["scope": "openid"]).member("access_token"))
        #expect(!token.contains("."))
        let userinfo = try await server.send(.get("/userinfo").with("Authorization", "Bearer \(token)"))
        #expect(userinfo.member("sub") == server.fixture.user.userID)
    }

    @Test("A wrong secret at the exchange is 401 access_denied Unauthorized, and the code survives for the right one")
    func wrongSecret() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let code = try await journey.signIn()["code"]
        let wrong = try await journey.exchange(code: code, ["client_secret": "wrong"])
        #expect(wrong.status == 401)
        #expect(wrong.text == #"{"error":"access_denied","error_description":"Unauthorized"}"#)
        #expect(try await journey.exchange(code: code).status == 200)
    }
}

/// PKCE and the life of a code (contract 7.2).
@Suite struct CodeExchangeTests {
    @Test("A code with a challenge needs its verifier", arguments: [nil, "wrong", String(repeating: "a", count: 43)])
    func verifier(sent: String?) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let code = try await journey.signIn()["code"]
        let answer = try await journey.exchange(code: code, ["code_verifier": sent])
        #expect(answer.status == 403)
        #expect(answer.error == "invalid_grant")
        #expect(answer.errorDescription == "Failed to verify code verifier")
    }

    @Test("A public client without PKCE is refused at its callback")
    func publicWithoutPKCE() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let landing = try await journey.authorize(["code_challenge": nil, "code_challenge_method": nil])
        #expect(try landing.callback()["error"] == "invalid_request")
        #expect(try landing.callback()["state"] == "state-1")
    }

    @Test("A code used twice is refused, and what the first use issued is revoked")
    func replay() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let code = try await journey.signIn(["scope": "openid offline_access"])["code"]
        let refresh = try await journey.exchange(code: code).member("refresh_token")
        let again = try await journey.exchange(code: code)
        #expect(again.status == 403)
        #expect(again.text == #"{"error":"invalid_grant","error_description":"Invalid authorization code"}"#)
        #expect(try await journey.refresh(refresh).errorDescription == "Unknown or invalid refresh token.")
    }

    @Test("A code of another client, an expired or an invented one is the same refusal")
    func wrongCodes() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let code = try await journey.signIn()["code"]
        let spa = Journey(server, server.fixture.spa)
        #expect(try await spa.exchange(code: code).errorDescription == "Invalid authorization code")
        #expect(try await journey.exchange(code: "invented").errorDescription == "Invalid authorization code")
        server.fixture.clock.advance(by: 301)
        #expect(try await journey.exchange(code: code).errorDescription == "Invalid authorization code")
    }

    @Test("The redirect URI must be repeated as it was sent", arguments: ["https://app.example.test/other", nil])
    func redirectURI(sent: String?) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let code = try await journey.signIn()["code"]
        let answer = try await journey.exchange(code: code, ["redirect_uri": sent])
        #expect(answer.status == 403)
        #expect(answer.error == "invalid_grant")
    }
}

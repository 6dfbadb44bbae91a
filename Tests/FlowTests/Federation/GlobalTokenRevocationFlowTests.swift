import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `POST /oauth/global-token-revocation/connection/{name}` as an identity provider meets it.
@Suite struct GlobalTokenRevocationFlowTests {
    private static let path = "/oauth/global-token-revocation/connection/corp"

    private static func server() async throws -> (server: TestServer, provider: FakeIdentityProvider) {
        let fixture = try await EngineFixture.make()
        let provider = try await fixture.addIdentityProvider().provider
        return (try await TestServer.make(fixture), provider)
    }

    private static func call(
        _ provider: FakeIdentityProvider, _ server: TestServer, jti: String, _ body: JSONObject = FakeIdentityProvider.subject("jane")
    ) throws -> WireRequest {
        let token = try provider.revocationToken(at: server.fixture.now, jti: jti)
        return WireRequest.json(path, body).with("Authorization", "Bearer \(token)")
    }

    /// Signs a user in who is the provider's `joe` from then on: nobody signs in through the connection yet, so he has a password at
    /// first.
    static func signInJoe(_ server: TestServer) async throws -> (journey: Journey, tokens: WireAnswer) {
        let users = server.fixture.stores.users
        var joe = User(
            userID: "oidc|corp|joe", connection: server.fixture.connection.name, email: "joe@corp.example.test",
            createdAt: server.fixture.now)
        try await users.insert(joe, passwordHash: SecretString("fake$" + EngineFixture.password.revealed))
        var journey = Journey(server, server.fixture.web)
        let page = try await journey.authorize(["scope": "openid offline_access", "audience": EngineFixture.audience]).page()
        let callback = try await journey.logIn(on: page, email: "joe@corp.example.test").callback()
        let tokens = try await journey.exchange(code: callback["code"])
        #expect(tokens.member("refresh_token") != nil)
        joe.connection = FakeIdentityProvider.connectionName
        #expect(try await users.update(joe))
        return (journey, tokens)
    }

    @Test("204 without a body, and the browser and the application are out")
    func signedOut() async throws {
        let (server, provider) = try await Self.server()
        var (journey, tokens) = try await Self.signInJoe(server)
        let answer = try await server.send(try Self.call(provider, server, jti: "1", FakeIdentityProvider.subject("joe")))
        #expect(answer.status == 204 && answer.body.isEmpty && answer.header("Content-Type") == nil)
        #expect(try await journey.refresh(tokens.member("refresh_token")).error == "invalid_grant")
        #expect(try await journey.authorize(["prompt": "none"]).callback()["error"] == "login_required")
        let bearer = "Bearer \(tokens.member("access_token") ?? "")"
        #expect(try await server.send(WireRequest.get("/userinfo").with("Authorization", bearer)).status == 200, "access tokens are left")
    }

    @Test("401 challenges, 400 and 404 do not; all are JSON that is not stored")
    func refusals() async throws {
        let (server, provider) = try await Self.server()
        let missing = try await server.send(.json(Self.path, FakeIdentityProvider.subject("jane")))
        #expect(missing.status == 401 && missing.error == "invalid_token")
        #expect(missing.header("WWW-Authenticate")?.hasPrefix("Bearer error=\"invalid_token\"") == true)
        let basic = try await server.send(.json(Self.path, FakeIdentityProvider.subject("jane")).with("Authorization", "Basic eDp5"))
        #expect(basic.status == 401 && basic.header("WWW-Authenticate")?.hasPrefix("Bearer ") == true)
        let malformed = try await server.send(try Self.call(provider, server, jti: "1", ["subject": "jane"]))
        #expect(malformed.status == 400 && malformed.error == "invalid_request")
        let unknown = try await server.send(try Self.call(provider, server, jti: "2", FakeIdentityProvider.subject("nobody")))
        #expect(unknown.status == 404 && unknown.error == "not_found")
        for answer in [missing, basic, malformed, unknown] {
            #expect(answer.header("Content-Type") == "application/json" && answer.header("Cache-Control") == "no-store")
        }
        #expect(malformed.header("WWW-Authenticate") == nil && unknown.header("WWW-Authenticate") == nil)
    }

    @Test("a form, text, no body and two bodies' worth of tokens are malformed")
    func bodies() async throws {
        let (server, provider) = try await Self.server()
        let token = "Bearer " + (try provider.revocationToken(at: server.fixture.now, jti: "1"))
        let requests = [
            WireRequest.form(Self.path, [("subject", "{}")]), WireRequest(.post, Self.path),
            WireRequest(.post, Self.path, headers: [("Content-Type", "application/json")], body: Array("{".utf8)),
            WireRequest(.post, Self.path, headers: [("Content-Type", "application/json")], body: Array("[]".utf8)),
            WireRequest(.post, Self.path, headers: [("Content-Type", "text/plain")], body: Array("{}".utf8)),
            WireRequest.json(Self.path, FakeIdentityProvider.subject("jane")).with("Authorization", token),
        ]
        for request in requests {
            let answer = try await server.send(request.with("Authorization", token))
            #expect(answer.status == 400 && answer.error == "invalid_request")
        }
    }

    @Test("an unknown connection is 404, in every spelling of a known one", arguments: [
        "nobody", "CORP", "corp/", "a/corp", "corp%2F", "c%6Frp", "", "Username-Password-Authentication",
    ])
    func connections(name: String) async throws {
        let (server, provider) = try await Self.server()
        var request = try Self.call(provider, server, jti: "1")
        request.path = "/oauth/global-token-revocation/connection/\(name)"
        #expect(try await server.send(request).status == 404)
    }

    @Test("no page of any origin may read it, and other methods are not allowed")
    func browsers() async throws {
        let (server, provider) = try await Self.server()
        let answer = try await server.send(try Self.call(provider, server, jti: "1").from(origin: "https://app.example.test"))
        #expect(answer.status == 204 && answer.header("Access-Control-Allow-Origin") == nil)
        let preflight = try await server.send(.preflight(Self.path, from: "https://app.example.test"))
        #expect(preflight.header("Access-Control-Allow-Origin") == nil)
        for method in [HTTPRequest.Method.get, .put, .delete] {
            let answer = try await server.send(WireRequest(method, Self.path))
            #expect(answer.status == 405 && answer.header("Allow") == "POST, OPTIONS")
        }
    }

    @Test("the endpoint is where the metadata say it is", arguments: [WireProfile.auth0, .standard])
    func metadata(profile: WireProfile) async throws {
        let (server, provider) = try await Self.server()
        try await server.withSettings { $0.defaultWireProfile = profile }
        let document = try await server.send(.get("/.well-known/openid-configuration"))
        let template = try #require(document.member("global_token_revocation_endpoint"))
        let url = template.replacing("{connectionName}", with: "corp").replacing("%7BconnectionName%7D", with: "corp")
        let token = try provider.revocationToken(at: server.fixture.now, jti: "1", [("aud", .string(url))])
        let path = "/" + url.dropFirst(TestServer.issuer.count)
        let request = WireRequest.json(path, FakeIdentityProvider.subject("jane")).with("Authorization", "Bearer \(token)")
        #expect(try await server.send(request).status == 204)
    }
}

import HTTPServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 1.6.
@Suite struct CrossOriginTests {
    private static let own = "https://app.example.test"

    private static func tokenRequest(_ client: String, from origin: String) -> WireRequest {
        .form("/oauth/token", [("grant_type", "refresh_token"), ("client_id", client), ("refresh_token", "x")]).from(
            origin: origin)
    }

    @Test(
        "A preflight is answered when any client of the tenant allows the origin",
        arguments: [
            "/oauth/token", "/oauth/revoke", "/userinfo", "/dbconnections/signup", "/dbconnections/change_password",
        ])
    func preflight(path: String) async throws {
        let answer = try await TestServer.make().send(.preflight(path, from: Self.own))
        #expect(answer.status == 204)
        #expect(answer.header("Access-Control-Allow-Origin") == Self.own)
        #expect(answer.header("Access-Control-Allow-Methods") == "GET, POST, DELETE")
        let headers = answer.header("Access-Control-Allow-Headers")?.split(separator: ",").map { $0.drop { $0 == " " } } ?? []
        #expect(Set(headers) == ["Content-Type", "Authorization", "Auth0-Client", "DPoP"])
        #expect(answer.header("Vary") == "Origin")
    }

    @Test(
        "A preflight from an origin that no client allows gets no permission",
        arguments: [
            "https://evil.test", "https://app.example.test.evil.test", "http://app.example.test", "https://app.example.test:8443",
            "null", "*", "",
            "https://app.example.test/", "https://sub.app.example.test",
        ])
    func refusedPreflight(origin: String) async throws {
        let answer = try await TestServer.make().send(.preflight("/oauth/token", from: origin))
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
        #expect(answer.header("Access-Control-Allow-Headers") == nil)
    }

    @Test("Errors carry the same headers as successes, and expose what SDKs read")
    func errors() async throws {
        let server = try await TestServer.make()
        let answer = try await server.send(Self.tokenRequest(server.fixture.spa.clientID, from: Self.own))
        #expect(answer.status == 403)
        #expect(answer.header("Access-Control-Allow-Origin") == Self.own)
        #expect(
            answer.header("Access-Control-Expose-Headers")
                == "DPoP-Nonce, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After")
        #expect(answer.header("Access-Control-Allow-Credentials") == nil)
    }

    @Test("The real request is judged by the client that asks, not by the others of the tenant")
    func perClient() async throws {
        let server = try await TestServer.make()
        var other = server.fixture.native
        (other.webOrigins, other.callbacks, other.allowedOrigins) = ([], ["https://other.test/cb"], ["https://extra.test"])
        _ = try await server.fixture.stores.clients.update(other)
        let spa = server.fixture.spa.clientID
        for (client, origin, isAllowed) in [
            (other.clientID, "https://other.test", true), (other.clientID, "https://extra.test", true),
            (other.clientID, Self.own, false),
            (spa, "https://other.test", false), (spa, Self.own, true), ("unknown", Self.own, true),
            ("unknown", "https://evil.test", false),
        ] {
            let answer = try await server.send(Self.tokenRequest(client, from: origin))
            #expect(answer.header("Access-Control-Allow-Origin") == (isAllowed ? origin : nil), "\(client) from \(origin)")
        }
    }

    @Test("Wildcards count for the tenant's own clients only", arguments: [true, false])
    func wildcards(isFirstParty: Bool) async throws {
        let server = try await TestServer.make()
        var client = server.fixture.spa
        client.isFirstParty = isFirstParty
        (client.webOrigins, client.callbacks) = (["https://*.preview.test", "https://fixed.test"], ["https://*.cb.test/x"])
        _ = try await server.fixture.stores.clients.update(client)
        for (origin, isAllowed) in [
            ("https://one.preview.test", isFirstParty), ("https://one.cb.test", isFirstParty), ("https://fixed.test", true),
            ("https://a.b.preview.test", false), ("https://preview.test", false),
        ] {
            let answer = try await server.send(Self.tokenRequest(client.clientID, from: origin))
            #expect(answer.header("Access-Control-Allow-Origin") == (isAllowed ? origin : nil), "\(origin)")
        }
    }

    @Test("A client that names itself by Basic authentication is judged by its own list")
    func basicClient() async throws {
        let server = try await TestServer.make()
        var web = server.fixture.web
        (web.webOrigins, web.callbacks) = (["https://web.test"], [])
        _ = try await server.fixture.stores.clients.update(web)
        let credentials = Base64.encode("\(web.clientID):\(EngineFixture.secret.revealed)".utf8)
        for (origin, isAllowed) in [("https://web.test", true), (Self.own, false)] {
            let request = WireRequest.form("/oauth/token", [("grant_type", "client_credentials")]).from(origin: origin)
            let answer = try await server.send(request.with("Authorization", "Basic \(credentials)"))
            #expect(answer.header("Access-Control-Allow-Origin") == (isAllowed ? origin : nil))
        }
    }

    @Test(
        "Wildcards stand for one label",
        arguments: [
            ("https://a.wild.test", true), ("https://a.b.wild.test", false), ("https://wild.test", false),
            ("http://a.wild.test", false),
        ])
    func wildcards(origin: String, isAllowed: Bool) async throws {
        let server = try await TestServer.make()
        var spa = server.fixture.spa
        spa.allowedOrigins = ["https://*.wild.test"]
        _ = try await server.fixture.stores.clients.update(spa)
        let answer = try await server.send(Self.tokenRequest(spa.clientID, from: origin))
        #expect(answer.header("Access-Control-Allow-Origin") == (isAllowed ? origin : nil))
    }

    @Test("Any loopback origin is allowed for a client that says so, in a development tenant only", arguments: [true, false])
    func loopback(isDevelopment: Bool) async throws {
        let server = try await TestServer.make()
        var tenant = server.fixture.tenant
        tenant.settings.isDevelopment = isDevelopment
        _ = try await server.fixture.engine.tenants.update(tenant)
        var spa = server.fixture.spa
        spa.acceptsAnyLoopback = true
        _ = try await server.fixture.stores.clients.update(spa)
        let origin = "http://localhost:5173"
        let answer = try await server.send(Self.tokenRequest(spa.clientID, from: origin))
        #expect(answer.header("Access-Control-Allow-Origin") == (isDevelopment ? origin : nil))
        #expect(
            try await server.send(.preflight("/oauth/token", from: origin)).header("Access-Control-Allow-Origin")
                == (isDevelopment ? origin : nil))
    }

    @Test("Discovery and keys are for every origin", arguments: ["/.well-known/openid-configuration", "/.well-known/jwks.json"])
    func metadata(path: String) async throws {
        let server = try await TestServer.make()
        #expect(
            try await server.send(WireRequest.get(path).from(origin: "https://evil.test")).header("Access-Control-Allow-Origin")
                == "*")
        #expect(
            try await server.send(.preflight(path, from: "https://evil.test", method: "GET")).header(
                "Access-Control-Allow-Origin") == "*")
    }

    @Test("Pages and health checks are for no origin", arguments: ["/authorize", "/healthz", "/v2/logout"])
    func never(path: String) async throws {
        let answer = try await TestServer.make().send(WireRequest.get(path).from(origin: Self.own))
        #expect(answer.header("Access-Control-Allow-Origin") == nil)
    }

    @Test("A change of the clients is seen by preflights within seconds")
    func cache() async throws {
        let server = try await TestServer.make()
        let preflight = WireRequest.preflight("/oauth/token", from: "https://late.test")
        #expect(try await server.send(preflight).header("Access-Control-Allow-Origin") == nil)
        var spa = server.fixture.spa
        spa.webOrigins.append("https://late.test")
        _ = try await server.fixture.stores.clients.update(spa)
        server.fixture.clock.advance(by: 2)
        #expect(try await server.send(preflight).header("Access-Control-Allow-Origin") == "https://late.test")
    }
}

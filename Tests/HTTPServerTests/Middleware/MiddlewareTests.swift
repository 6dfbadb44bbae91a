import HTTPServer
import HTTPTypes
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct MiddlewareTests {
    @Test("The order of the middleware is the one that was decided")
    func order() async throws {
        let server = try await TestServer.make()
        let names = MiddlewareOrder.list(server.http.edge).map { "\(type(of: $0))" }
        #expect(
            names == [
                "RequestIDMiddleware", "SecurityHeadersMiddleware", "TenantMiddleware", "CrossOriginMiddleware",
                "NoStoreMiddleware", "RateLimitMiddleware", "ErrorMiddleware",
            ])
    }

    /// An answer of each kind.
    static let requests: [WireRequest] = [
        .get("/.well-known/jwks.json"), .get("/healthz"), .get("/nothing"), .form("/oauth/token", []), .get("/userinfo"),
        WireRequest(.delete, "/oauth/token"), .json("/dbconnections/signup", []),
        WireRequest(.get, "/userinfo", host: "unknown.test"),
    ]

    @Test("Every answer, failures included, carries the security headers", arguments: requests.indices)
    func securityHeaders(index: Int) async throws {
        let answer = try await TestServer.make().send(Self.requests[index])
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        #expect(answer.header("Referrer-Policy") == "no-referrer")
        #expect(answer.header("X-Frame-Options") == "DENY")
        #expect(answer.header("Content-Security-Policy")?.contains("frame-ancestors 'none'") == true)
        #expect(answer.header("Strict-Transport-Security") == "max-age=31536000")
        #expect(answer.header("X-Request-Id")?.isEmpty == false)
    }

    @Test("Browsers are told to insist on https neither over http nor in development")
    func noHSTS() async throws {
        var plain = WireRequest.get("/healthz")
        plain.listener = .http
        #expect(try await TestServer.make().send(plain).header("Strict-Transport-Security") == nil)
        let development = try await TestServer.make { $0.isDevelopment = true }
        #expect(try await development.send(.get("/healthz")).header("Strict-Transport-Security") == nil)
    }

    @Test(
        "Answers of the token endpoint are never stored, whether good or bad",
        arguments: [
            WireRequest.form("/oauth/token", []),
            .form(
                "/oauth/token",
                [
                    ("grant_type", "client_credentials"), ("client_id", "machine0000000000000000000000000"),
                    ("client_secret", EngineFixture.secret.revealed), ("audience", EngineFixture.audience),
                ]),
        ])
    func noStore(request: WireRequest) async throws {
        let answer = try await TestServer.make().send(request)
        #expect(answer.header("Cache-Control") == "no-store")
        #expect(answer.header("Pragma") == "no-cache")
    }

    @Test("Request ids differ, and one from outside counts only through a configured proxy and when it is harmless")
    func requestIDs() async throws {
        let server = try await TestServer.make { $0.trustedProxies = [AddressRange("10.0.0.0/8")].compactMap(\.self) }
        var request = WireRequest.get("/healthz").with("X-Request-Id", "abc-123")
        let direct = try await server.send(request).header("X-Request-Id")
        #expect(direct != "abc-123")
        #expect(try await server.send(request).header("X-Request-Id") != direct)
        request.peer = "10.0.0.1"
        #expect(try await server.send(request).header("X-Request-Id") == "abc-123")
        var hostile = WireRequest.get("/healthz").with("X-Request-Id", "a b;c")
        hostile.peer = "10.0.0.1"
        #expect(try await server.send(hostile).header("X-Request-Id") != "a b;c")
    }


    @Test("A certificate that a proxy reports counts only in tenants that use certificates", arguments: [true, false])
    func certificates(isOn: Bool) async throws {
        let secret = String(repeating: "s", count: 40)
        let server = try await TestServer.make {
            $0.trustedProxies = [AddressRange("10.0.0.0/8")].compactMap(\.self)
            $0.certificateFields = CertificateFields(secret: SecretString(secret))
        }
        var tenant = server.fixture.tenant
        tenant.settings.mutualTLS = isOn
        _ = try await server.fixture.engine.tenants.update(tenant)
        var client = server.fixture.web
        client.tokenEndpointAuthMethod = .tlsClientAuth
        client.proof.tlsClientAuthSubjectDN = "CN=client"
        client.grantTypes = [.clientCredentials]
        _ = try await server.fixture.stores.clients.update(client)
        let der = try SelfSignedCertificate.make(
            for: try PrivateKey.generate(for: .es256), commonName: "client", serial: [1],
            notBefore: server.fixture.now, lifetime: .days(3650))
        func ask(_ key: String) async throws -> Int {
            var request = WireRequest.form(
                "/oauth/token",
                [("grant_type", "client_credentials"), ("client_id", client.clientID), ("audience", "https://nothing.example.test/")])
                .with("client-certificate", ":\(Base64.encode(der)):").with("client-certificate-ca-verified", "SUCCESS")
                .with("cname-api-key", key)
            request.peer = "10.0.0.1"
            return try await server.send(request).status
        }
        #expect(try await ask(secret) == (isOn ? 403 : 401), "authenticated, but there is no such API")
        #expect(try await ask("another") == 401)
    }
}

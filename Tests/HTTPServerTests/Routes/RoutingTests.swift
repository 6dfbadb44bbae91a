import HTTPServer
import HTTPTypes
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct RoutingTests {
    /// Every path of the table, without those that stand for many.
    static let paths = RouteTable.routes.map(\.path).filter { !$0.hasSuffix("*") }

    @Test("No method is listed twice for a path")
    func unique() {
        var seen = Set<String>()
        for route in RouteTable.routes {
            for method in route.methods { #expect(seen.insert("\(method.rawValue) \(route.path)").inserted) }
        }
    }

    @Test("A method that a path does not know is 405 with Allow", arguments: paths)
    func methodNotAllowed(path: String) async throws {
        let server = try await TestServer.make()
        for method in [HTTPRequest.Method.delete, .patch, .put, .trace] {
            let answer = try await server.send(WireRequest(method, path))
            #expect(answer.status == 405)
            #expect(answer.header("Allow")?.contains("OPTIONS") == true)
            #expect(answer.header("WWW-Authenticate") == nil)
        }
    }

    @Test("The token endpoint refuses GET in the shape of its errors")
    func tokenByGET() async throws {
        let answer = try await TestServer.make().send(.get("/oauth/token"))
        #expect(answer.status == 405)
        #expect(answer.error == "method_not_allowed")
        #expect(answer.header("Allow") == "POST, OPTIONS")
        #expect(answer.header("Content-Type") == "application/json")
    }

    @Test("OPTIONS on a known path answers with the methods and no body", arguments: paths)
    func options(path: String) async throws {
        let answer = try await TestServer.make().send(WireRequest(.options, path))
        #expect(answer.status == 204)
        #expect(answer.header("Allow")?.isEmpty == false)
        #expect(answer.body.isEmpty)
    }

    @Test(
        "HEAD answers like GET without the body",
        arguments: ["/.well-known/openid-configuration", "/.well-known/jwks.json", "/healthz"])
    func head(path: String) async throws {
        let server = try await TestServer.make()
        let (head, get) = (try await server.send(WireRequest(.head, path)), try await server.send(.get(path)))
        #expect(head.status == 200)
        #expect(head.body.isEmpty)
        #expect(head.header("Content-Length") == String(get.body.count))
        #expect(head.header("Content-Type") == get.header("Content-Type"))
    }

    @Test(
        "A refusal of HEAD has no body either",
        arguments: ["/nothing", "/oauth/token", "/userinfo", "/authorize", "/u/login", "/v2/logout?client_id=nobody"])
    func refusedHead(path: String) async throws {
        let answer = try await TestServer.make().send(WireRequest(.head, path))
        #expect(answer.status >= 400)
        #expect(answer.body.isEmpty)
    }

    @Test(
        "Paths are compared as they were sent",
        arguments: [
            "/oauth/token/", "//oauth/token", "/oauth//token", "/OAuth/token", "/oauth%2Ftoken", "/oauth/../oauth/token", "/",
            "/nothing", "/oauth",
        ])
    func exactPaths(path: String) async throws {
        let answer = try await TestServer.make().send(.form(path, []))
        #expect(answer.status == 404)
        #expect(answer.error == "not_found")
    }

    @Test("A person who follows a wrong link gets a page")
    func notFoundPage() async throws {
        let answer = try await TestServer.make().send(WireRequest(.get, "/nothing").with("Accept", "text/html,*/*"))
        #expect(answer.status == 404)
        #expect(answer.header("Content-Type") == "text/html; charset=utf-8")
    }

    @Test("Health checks answer on every host, and readiness asks the database")
    func health() async throws {
        let server = try await TestServer.make()
        #expect(try await server.send(WireRequest(.get, "/healthz", host: "10.0.0.4:8080")).status == 200)
        #expect(try await server.send(WireRequest(.get, "/readyz", host: "10.0.0.4:8080")).status == 200)
        try await server.fixture.engine.close()
        #expect(try await server.send(WireRequest(.get, "/healthz", host: "x")).status == 200)
        #expect(try await server.send(WireRequest(.get, "/readyz", host: "x")).status == 503)
    }

    @Test("Assets are kept for good, and the favicon for a day")
    func assets() async throws {
        let server = try await TestServer.make()
        for path in Self.paths where path.hasPrefix("/assets/") {
            let answer = try await server.send(.get(path))
            #expect(answer.status == 200)
            #expect(answer.header("Cache-Control") == "public, max-age=31536000, immutable")
        }
        #expect(try await server.send(.get("/favicon.ico")).header("Content-Type") == "image/svg+xml")
    }
}

@Suite struct MetadataRouteTests {
    @Test(
        "Discovery is the same document under each of its names",
        arguments: [
            "/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp",
        ])
    func aliases(path: String) async throws {
        let server = try await TestServer.make()
        let document = try await server.send(.get("/.well-known/openid-configuration"))
        #expect(document.status == 200)
        #expect(document.member("issuer") == "https://default.test/")
        #expect(try await server.send(.get(path)).body == document.body)
    }

    @Test(
        "The certificate in each form, of its type, kept no longer than the keys, for every origin",
        arguments: [
            ("/pem", "application/x-pem-file"), ("/cer", "application/pkix-cert"), ("/rawpem", "application/x-pem-file"),
            ("/pb7", "application/pkcs7-mime; smime-type=certs-only"), ("/fingerprint", "text/plain; charset=utf-8"),
        ])
    func certificate(path: String, type: String) async throws {
        let server = try await TestServer.make()
        let answer = try await server.send(.get(path).from(origin: "https://anywhere.test"))
        #expect(answer.status == 200 && answer.header("Content-Type") == type)
        let keys = try await server.send(.get("/.well-known/jwks.json"))
        #expect(answer.header("Cache-Control") == keys.header("Cache-Control"))
        #expect(answer.header("Access-Control-Allow-Origin") == "*")
        #expect(answer.header("X-Content-Type-Options") == "nosniff")
        let head = try await server.send(WireRequest(.head, path))
        #expect(head.status == 200 && head.body.isEmpty && head.header("Content-Length") == String(answer.body.count))
    }

    @Test("The certificate is the one that the key set lists for the current key")
    func sameCertificate() async throws {
        let server = try await TestServer.make()
        let keys = try await server.send(.get("/.well-known/jwks.json")).json?["keys"]?.array ?? []
        let current = try #require(keys.first { $0.object?["kid"]?.string == FixtureKeys.currentKID }?.object)
        let certificate = try #require(current["x5c"]?.array?.first?.string.flatMap { Base64.decode($0) })
        #expect(try await server.send(.get("/cer")).body == certificate)
        #expect(try X509Certificate(pem: try await server.send(.get("/pem")).text).der == certificate)
        let fingerprint = try await server.send(.get("/fingerprint")).text
        let bytes = fingerprint.split(separator: ":").compactMap { UInt8($0, radix: 16) }
        #expect(Base64URL.encode(bytes) == current["x5t"]?.string)
    }

    @Test("Keys may be kept for a short time only")
    func keys() async throws {
        let answer = try await TestServer.make().send(.get("/.well-known/jwks.json"))
        #expect(answer.status == 200)
        #expect(answer.json?["keys"]?.array?.count == 4, "of each algorithm the current key and the next")
        #expect(answer.header("Cache-Control")?.hasPrefix("public, max-age=15, stale-while-revalidate=") == true)
        #expect(answer.header("Pragma") == nil)
    }


    @Test("A pushed request beyond ten kilobytes is too large for its endpoint")
    func largePushedRequest() async throws {
        let server = try await TestServer.make()
        func push(_ bytes: Int) async throws -> WireAnswer {
            try await server.send(.form("/oauth/par", [("client_id", server.fixture.web.clientID), ("state", String(repeating: "s", count: bytes))]))
        }
        let refused = try await push(10_240)
        #expect(refused.status == 413)
        #expect(refused.member("error") == "invalid_request")
        #expect(refused.header("Pragma") == "no-cache")
        #expect(try await push(3000).status == 401, "small enough to be judged")
    }
}

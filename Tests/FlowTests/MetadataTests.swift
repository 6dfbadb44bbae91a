import HTTPTypes
import HTTPServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Discovery cannot lie: what it lists answers, and what answers to clients is listed.
@Suite struct MetadataTests {
    private static func server(_ profile: WireProfile, everything: Bool = true) async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { settings in
            settings.defaultWireProfile = profile
            settings.registration.enabled = everything
            settings.introspection = everything
        }
        return try await TestServer.make(fixture)
    }

    private static func document(_ server: TestServer) async throws -> JSONObject {
        try #require(try await server.send(.get("/.well-known/openid-configuration")).json)
    }

    /// Path by member, of everything that is an address.
    private static func paths(_ document: JSONObject) -> [String: String] {
        var paths: [String: String] = [:]
        for member in document.members where member.name != "issuer" {
            guard let url = member.value.string, url.hasPrefix(TestServer.issuer) else { continue }
            let path = "/" + url.dropFirst(TestServer.issuer.count)
            // What stands for the name of a connection stands for anything.
            paths[member.name] = path.replacing("{connectionName}", with: "*").replacing("%7BconnectionName%7D", with: "*")
        }
        return paths
    }

    @Test("every endpoint that is listed is a route and answers", arguments: [WireProfile.auth0, .standard])
    func listed(_ profile: WireProfile) async throws {
        let server = try await Self.server(profile)
        let paths = Self.paths(try await Self.document(server))
        #expect(paths.count >= 13)
        _ = try await server.fixture.addIdentityProvider()
        for (member, path) in paths {
            let route = try #require(RouteTable.routes.first { $0.path == path }, "\(member) \(path)")
            let request = WireRequest(
                try #require(route.methods.last), path.replacing("*", with: FakeIdentityProvider.connectionName),
                headers: [("Accept", "text/html")])
            let answer = try await server.send(request)
            #expect(answer.status != 404 && answer.status != 405 && answer.status < 500, "\(member) \(answer.status)")
        }
    }

    @Test("the endpoints of clients that are switched off are neither listed nor there")
    func switchedOff() async throws {
        let server = try await Self.server(.standard, everything: false)
        let document = try await Self.document(server)
        #expect(document["registration_endpoint"] == nil && document["introspection_endpoint"] == nil)
        #expect(try await server.send(.json("/oidc/register", [("client_name", "x")])).status == 404)
        #expect(try await server.send(.form("/oauth/introspect", [("token", "x")])).status == 404)
    }

    @Test("every endpoint of the Authentication API that metadata can name is named")
    func nothingHidden() async throws {
        let paths = Set(Self.paths(try await Self.document(try await Self.server(.standard))).values)
        for path in [
            "/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/par", "/oidc/register", "/oauth/device/code", "/bc-authorize",
            "/userinfo", "/.well-known/jwks.json", "/authorize", "/oidc/logout", "/oidc/check-session",
        ] { #expect(paths.contains(path)) }
    }

    @Test("both addresses and paths under the RFC 8414 one give the same document")
    func aliases() async throws {
        let server = try await Self.server(.standard)
        let document = try await Self.document(server)
        for path in ["/.well-known/oauth-authorization-server", "/.well-known/oauth-authorization-server/mcp"] {
            let answer = try await server.send(.get(path))
            #expect(answer.status == 200 && answer.json == document)
            #expect(answer.header("Content-Type")?.hasPrefix("application/json") == true)
        }
    }

    @Test("an API's document is found by its name, other names are 404, none is 400")
    func protectedResource() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI { $0.isMCPServer = true }
        let server = try await TestServer.make(fixture)
        let path = "/.well-known/oauth-protected-resource"
        let answer = try await server.send(.get(path, [("resource", EngineFixture.audience)]))
        #expect(answer.status == 200 && answer.member("resource") == EngineFixture.audience)
        #expect(answer.header("Access-Control-Allow-Origin") != nil || answer.status == 200)
        #expect(try await server.send(.get(path, [("resource", "https://nobody.test/")])).status == 404)
        #expect(try await server.send(.get(path)).status == 400)
    }

    @Test("keys: RSA, distinct names, no private member")
    func keys() async throws {
        let server = try await Self.server(.standard)
        let answer = try await server.send(.get("/.well-known/jwks.json"))
        let keys = answer.json?["keys"]?.array?.compactMap(\.object) ?? []
        #expect(keys.count >= 2 && Set(keys.compactMap { $0["kid"]?.string }).count == keys.count)
        for key in keys {
            for member in ["d", "p", "q", "dp", "dq", "qi", "k"] { #expect(key[member] == nil) }
        }
    }
}

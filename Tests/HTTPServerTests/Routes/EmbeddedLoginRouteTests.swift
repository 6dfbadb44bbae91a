import HTTPServer
import HTTPTypes
import OAuthProtocol
import TestSupport
import Testing

/// What Lock and auth0.js ask beside logins, and paths that nothing else may take (contract 13.5, 21.4, 21.5).
@Suite struct EmbeddedLoginRouteTests {
    static let challenges = [
        "/usernamepassword/challenge", "/dbconnections/signup/challenge", "/dbconnections/reset-password/challenge",
        "/passwordless/challenge",
    ]

    @Test("no captcha is ever required", arguments: challenges)
    func challenge(path: String) async throws {
        let server = try await TestServer.make()
        for request in [WireRequest.json(path, [("state", "x")]), .form(path, [("state", "x")]), WireRequest(.post, path)] {
            let answer = try await server.send(request.from(origin: "https://app.example.test"))
            #expect(answer.status == 200 && answer.json == ["required": false])
            #expect(answer.header("Content-Type") == "application/json")
            #expect(answer.header("Access-Control-Allow-Origin") == "https://app.example.test")
        }
        #expect(try await server.send(WireRequest.json(path, []).with("Content-Type", "text/plain")).status == 400)
    }

    @Test("the country of an address is not known, and that is no failure")
    func country() async throws {
        let answer = try await TestServer.make().send(.get("/user/geoloc/country?client_id=a&client_id=b"))
        #expect(answer.status == 200 && answer.json == [:])
    }

    @Test(
        "SAML and WS-Federation are switched off",
        arguments: [
            "/samlp/client", "/samlp/metadata/client", "/samlp/client/logout", "/wsfed/client",
            "/wsfed/FederationMetadata/2007-06/FederationMetadata.xml",
        ])
    func disabled(path: String) async throws {
        let server = try await TestServer.make()
        for request in [WireRequest.get(path), .form(path, [("SAMLRequest", "x")]), .get(path).with("Accept", "text/html")] {
            let answer = try await server.send(request)
            #expect(answer.status == 404 && answer.error == "endpoint_disabled")
            #expect(answer.errorDescription == "This endpoint is switched off.")
        }
    }

    @Test(
        "endpoints that were removed say so in the shape that SDKs read",
        arguments: [
            "/oauth/ro", "/oauth/access_token", "/delegation", "/tokeninfo", "/users/auth0%7C1/impersonate", "/unlink",
        ])
    func removed(path: String) async throws {
        let server = try await TestServer.make()
        for request in [WireRequest.json(path, [("client_id", "x")]), .get(path).with("Accept", "text/html")] {
            let answer = try await server.send(request)
            #expect(answer.status == 404 && answer.error == "endpoint_disabled")
            #expect(answer.errorDescription == "This endpoint was removed.")
            #expect(answer.header("Content-Type") == "application/json")
        }
        #expect(try await server.send(WireRequest(.delete, path)).status == 405)
    }
}

/// Contract 1.6: who may ask with our cookies.
@Suite struct CredentialedOriginTests {
    private static let own = "https://app.example.test"

    @Test("a preflight allows cookies for the two endpoints that need them", arguments: ["/co/authenticate", "/user/ssodata"])
    func preflight(path: String) async throws {
        let server = try await TestServer.make()
        let answer = try await server.send(.preflight(path, from: Self.own))
        #expect(answer.header("Access-Control-Allow-Origin") == Self.own)
        #expect(answer.header("Access-Control-Allow-Credentials") == "true")
        #expect(answer.header("Vary") == "Origin")
        let refused = try await server.send(.preflight(path, from: "https://evil.test"))
        #expect(refused.header("Access-Control-Allow-Origin") == nil)
        #expect(refused.header("Access-Control-Allow-Credentials") == nil)
    }

    @Test("no other route of the table allows cookies")
    func others() async throws {
        let server = try await TestServer.make()
        for route in RouteTable.routes where !["/co/authenticate", "/user/ssodata"].contains(route.path) {
            let path = route.path.replacing("*", with: "x")
            let answer = try await server.send(.preflight(path, from: Self.own))
            #expect(answer.header("Access-Control-Allow-Credentials") == nil, "\(route.path)")
        }
    }
}

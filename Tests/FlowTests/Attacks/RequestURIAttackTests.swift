import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Pushed requests and request objects by reference in the wrong hands, at the wrong time, or twice (RFC 9126 section 7, RFC 9101
/// section 10).
@Suite struct RequestURIAttackTests {
    private func push(_ server: TestServer, _ client: Client, _ changes: [String: String?] = [:]) async throws -> String {
        let pairs = Journey(server, client).authorizeParameters(changes).filter { $0.0 != "client_id" }
        let answer = try await server.ask("/oauth/par", as: client, pairs)
        #expect(answer.status == 201)
        return try #require(answer.member("request_uri"))
    }

    private func open(
        _ server: TestServer, _ clientID: String?, _ uri: String, _ more: [(String, String)] = []
    ) async throws -> WireAnswer {
        try await server.send(.get("/authorize", (clientID.map { [("client_id", $0)] } ?? []) + [("request_uri", uri)] + more))
    }

    @Test("another client cannot use a pushed request, and does not use it up", arguments: [WireProfile.auth0, .standard])
    func theft(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) { $0.wireProfile = profile }
        let uri = try await push(server, client)
        let thief = try await server.thief { $0.wireProfile = profile }
        for other in [thief.clientID, server.fixture.spa.clientID, "unknown", ""] {
            let answer = try await open(server, other, uri)
            #expect(answer.location == nil && (400...403).contains(answer.status))
        }
        #expect(try await open(server, nil, uri).location == nil)
        #expect(try await open(server, client.clientID, uri).location?.contains("/u/login") == true)
    }

    @Test("a pushed request leads to one authorization", arguments: [WireProfile.auth0, .standard])
    func reuse(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, try await server.with(server.fixture.web) { $0.wireProfile = profile })
        let uri = try await push(server, journey.client)
        let query = [("client_id", journey.client.clientID), ("request_uri", uri)]
        let login = try await journey.browser.open("/authorize", query).page()
        #expect(try await journey.logIn(on: login).callback()["code"] != nil)
        for browser in [journey.browser, TestBrowser(server)] {
            var again = browser
            let page = try await again.open("/authorize", query).page()
            #expect(page.status == 400)
        }
    }

    @Test("a pushed request ends when it was said to", arguments: [WireProfile.auth0, .standard])
    func expiry(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) { $0.wireProfile = profile }
        let uri = try await push(server, client)
        server.fixture.clock.advance(by: Lifetime(seconds: profile.rules.pushedRequestLifetime + 1))
        #expect(try await open(server, client.clientID, uri).location == nil)
    }

    @Test("the query beside a pushed request changes nothing of it")
    func overriding() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let uri = try await push(server, journey.client, ["scope": "openid"])
        let page = try await journey.browser.open(
            "/authorize",
            [
                ("client_id", journey.client.clientID), ("request_uri", uri), ("redirect_uri", "https://evil.example/"),
                ("scope", "openid offline_access"), ("state", "evil"), ("response_mode", "fragment"),
                ("audience", EngineFixture.audience),
            ]
        ).page()
        let url = try await journey.logIn(on: page).leftTo()
        #expect(url.hasPrefix(EngineFixture.callback + "?"))
        #expect(TestURL.parameters(of: url)["state"] == "state-1")
        let answer = try await journey.exchange(code: TestURL.parameters(of: url)["code"])
        #expect(answer.status == 200 && answer.member("refresh_token") == nil)
    }

    static let references = [
        "urn:ietf:params:oauth:request_uri:", "urn:ietf:params:oauth:request_uri:AAAA",
        "urn:ietf:params:oauth:request_uri:../../x",
        "URN:IETF:params:oauth:request_uri:AAAA", "urn:x", "https://evil.example/request.jwt", "http://127.0.0.1/",
        "file:///etc/passwd",
        "https://app.example.test/request.jwt?x", "https://app.example.test/request.jwt#other",
        "https://APP.example.test/request.jwt",
        "https://app.example.test/./request.jwt", "https://app.example.test:443/request.jwt", "data:,x",
        "//app.example.test/request.jwt",
    ]

    @Test("only registered references are fetched, compared byte for byte, and nothing else is asked", arguments: references)
    func unregistered(uri: String) async throws {
        for profile in [WireProfile.auth0, .standard] {
            let server = try await TestServer.make()
            let client = try await server.with(server.fixture.web) {
                ($0.wireProfile, $0.requests.requestURIs) = (profile, ["https://app.example.test/request.jwt"])
            }
            let answer = try await open(
                server, client.clientID, uri, [("redirect_uri", EngineFixture.callback), ("response_type", "code")])
            #expect(answer.redirectParameters["code"] == nil && answer.status < 500)
            #expect(answer.location?.contains("/u/login") != true)
            #expect(server.fixture.outbound.gets.isEmpty)
        }
    }

    @Test(
        "what a registered reference holds must still be an object of the client",
        arguments: [
            "", "x", "{}", "a.b.c", String(repeating: "a", count: 300_000), "<html></html>",
        ])
    func garbage(body: String) async throws {
        let server = try await TestServer.make()
        let uri = "https://app.example.test/request.jwt"
        let client = try await server.with(server.fixture.web) {
            ($0.wireProfile, $0.requests.requestURIs) = (.standard, [uri])
        }
        server.fixture.outbound.serve(body, at: uri, type: "application/oauth-authz-req+jwt")
        let answer = try await open(server, client.clientID, uri)
        #expect(answer.status == 400 && answer.location == nil)
    }

    @Test(
        "a pushed request holds no reference, and the two kinds of object do not mix",
        arguments: [WireProfile.auth0, .standard])
    func nested(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) { $0.wireProfile = profile }
        let uri = try await push(server, client)
        let pairs = Journey(server, client).authorizeParameters().filter { $0.0 != "client_id" }
        #expect(try await server.ask("/oauth/par", as: client, pairs + [("request_uri", uri)]).isRefusal())
        #expect(try await open(server, client.clientID, uri, [("request", "a.b.c")]).location == nil)
        #expect(try await open(server, client.clientID, uri, [("request_uri", uri)]).location == nil)
    }

    @Test("a client that must push is not served by what is not pushed", arguments: ["client", "tenant", "profile"])
    func mustPush(who: String) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.web) {
            if who == "client" { $0.requests.requirePushedAuthorizationRequests = true }
            if who == "profile" { $0.wireProfile = .fapi2Security }
        }
        if who == "tenant" { try await server.withSettings { $0.requirePushedAuthorizationRequests = true } }
        let journey = Journey(server, client)
        let answer = try await server.send(.get("/authorize", journey.authorizeParameters()))
        #expect(answer.location?.contains("/u/login") != true && answer.status < 500)
        #expect(answer.redirectParameters["error"] == "invalid_request" || answer.status == 400)
    }
}

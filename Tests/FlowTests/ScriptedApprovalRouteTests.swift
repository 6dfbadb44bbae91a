import HTTPServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/dev/backchannel` over HTTP: it is there for development tenants of a server that was told so, and nowhere else.
@Suite struct ScriptedApprovalRouteTests {
    private static func server(isDevelopment: Bool, isTold: Bool) async throws -> (TestServer, Client) {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.isDevelopment = isDevelopment }
        let client = try await fixture.changed(fixture.web) { ($0.wireProfile, $0.grantTypes) = (.standard, [.ciba]) }
        return (try await TestServer.make(fixture) { $0.scriptsApprovals = isTold }, client)
    }

    private static func begin(_ server: TestServer, _ client: Client) async throws -> String {
        let begun = try await server.ask("/bc-authorize", as: client, [("scope", "openid"), ("login_hint", EngineFixture.email)])
        return try #require(begun.member("auth_req_id"))
    }

    private static func poll(_ server: TestServer, _ client: Client, _ id: String) async throws -> WireAnswer {
        server.fixture.clock.advance(by: 6)
        return try await server.token(as: client, [("grant_type", GrantType.ciba.rawValue), ("auth_req_id", id)])
    }

    @Test("a suite allows and denies by the address, by a form and by JSON", arguments: ["query", "form", "json"])
    func decides(_ how: String) async throws {
        let (server, client) = try await Self.server(isDevelopment: true, isTold: true)
        for (action, status) in [("allow", 200), ("deny", 400)] {
            let id = try await Self.begin(server, client)
            let pairs = [("auth_req_id", id), ("action", action)]
            let request: WireRequest = switch how {
            case "form": .form("/dev/backchannel", pairs)
            case "json": .json("/dev/backchannel", pairs)
            default: WireRequest(.post, "/dev/backchannel?\(PercentEncoding.encodePairs(pairs))")
            }
            #expect(try await server.send(request).status == 204)
            let answer = try await Self.poll(server, client, id)
            #expect(answer.status == status && (action == "allow" || answer.error == "access_denied"))
            #expect(try await server.send(request).status == 400)
        }
    }

    @Test("elsewhere there is nothing", arguments: [(false, true), (true, false), (false, false)])
    func nothing(_ isDevelopment: Bool, _ isTold: Bool) async throws {
        let (server, client) = try await Self.server(isDevelopment: isDevelopment, isTold: isTold)
        let id = try await Self.begin(server, client)
        let answer = try await server.send(.form("/dev/backchannel", [("auth_req_id", id), ("action", "allow")]))
        #expect(answer.status == 404 && answer.error == "not_found")
        #expect(try await Self.poll(server, client, id).error == "authorization_pending")
    }

    @Test("a page of another origin neither reads nor prepares it")
    func otherOrigin() async throws {
        let (server, _) = try await Self.server(isDevelopment: true, isTold: true)
        let origin = "https://app.example.test"
        let preflight = try await server.send(.preflight("/dev/backchannel", from: origin))
        #expect(preflight.header("Access-Control-Allow-Origin") == nil)
        let answer = try await server.send(.form("/dev/backchannel", []).from(origin: origin))
        #expect(answer.status == 400 && answer.header("Access-Control-Allow-Origin") == nil)
    }
}

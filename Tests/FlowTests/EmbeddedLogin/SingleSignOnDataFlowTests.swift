import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Who may ask `/user/ssodata` about a browser's session (contract 13.5, 1.6).
@Suite struct SingleSignOnDataFlowTests {
    private typealias Case = EmbeddedLoginCase

    private static func ask(
        _ journey: inout Journey, from origin: String?, naming client: Client? = nil
    ) async throws -> WireAnswer {
        let query = client.map { [("ldaps", "1"), ("client_id", $0.clientID)] } ?? []
        let request = WireRequest.get("/user/ssodata", query)
        return try await journey.browser.send(origin.map { request.from(origin: $0) } ?? request)
    }

    private static func signedIn() async throws -> (TestServer, Journey) {
        let server = try await Case.server()
        var journey = Journey(server, server.fixture.spa)
        _ = try await journey.signIn()
        return (server, journey)
    }

    @Test("a page of our own is told of the session, and so is one of a client that may ask for passwords", arguments: [true, false])
    func told(isOwn: Bool) async throws {
        var (server, journey) = try await Self.signedIn()
        let answer = try await Self.ask(
            &journey, from: isOwn ? nil : Case.origin, naming: isOwn ? nil : server.fixture.spa)
        #expect(answer.status == 200 && answer.json?["sso"] == true)
        #expect(answer.member("lastUsedUserID") == server.fixture.user.userID)
        #expect(answer.member("lastUsedClientID") == server.fixture.spa.clientID)
        #expect(answer.header("Access-Control-Allow-Credentials") == (isOwn ? nil : "true"))
        #expect(answer.header("Cache-Control") == "no-store" && answer.header("Vary") == "Origin")
    }

    @Test("nobody else is: another origin, a client without the switch, a third party, a client that is not named", arguments: 0..<5)
    func notTold(who: Int) async throws {
        var (server, journey) = try await Self.signedIn()
        let other = try await server.thief { ($0.isFirstParty, $0.crossOriginAuthentication) = (false, true) }
        let fixture = server.fixture
        let (origin, client): (String, Client?) = switch who {
        case 0: ("https://evil.example.test", fixture.spa)
        case 1: (Case.origin, fixture.native)
        case 2: (Case.origin, other)
        case 3: (Case.origin, nil)
        default: ("null", fixture.spa)
        }
        let answer = try await Self.ask(&journey, from: origin, naming: client)
        #expect(answer.status == 200 && answer.json == ["sso": false])
        #expect((answer.header("Access-Control-Allow-Origin") == nil) == (who == 0 || who == 4))
    }

    @Test("without a session, and after a logout, there is nothing to tell")
    func nothing() async throws {
        var (_, journey) = try await Self.signedIn()
        _ = try await journey.browser.open("/v2/logout")
        #expect(try await Self.ask(&journey, from: nil).json == ["sso": false])
    }

    @Test("a malformed query is refused")
    func malformed() async throws {
        let server = try await Case.server()
        let answer = try await server.send(.get("/user/ssodata?client_id=a&client_id=b"))
        #expect(answer.status == 400 && answer.error == "invalid_request")
    }
}

import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 8 over the wire (26.4, 26.5), and revocation (contract 11).
@Suite struct RefreshTests {
    private static let unknown = #"{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}"#

    private static func start() async throws -> (Journey, String) {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let answer = try await journey.tokens(["scope": "openid offline_access", "audience": EngineFixture.audience])
        return (journey, try #require(answer.member("refresh_token")))
    }

    @Test("A rotating token is answered by its successor, and the chain goes on")
    func rotation() async throws {
        var (journey, token) = try await Self.start()
        var seen: Set<String> = [token]
        for _ in 0..<5 {
            journey.fixture.clock.advance(by: 60)
            let answer = try await journey.refresh(token)
            #expect(answer.status == 200)
            #expect(answer.member("scope") == "openid offline_access")
            #expect(Journey.claims(of: answer.member("id_token"))?["nonce"] == nil)
            token = try #require(answer.member("refresh_token"))
            #expect(seen.insert(token).inserted)
        }
        journey.browser = TestBrowser(journey.server)
    }

    @Test("Within the leeway the previous token gets the same successor; after it, the family is gone")
    func leeway() async throws {
        let (journey, first) = try await Self.start()
        let second = try await journey.refresh(first).member("refresh_token")
        journey.fixture.clock.advance(by: 29)
        #expect(try await journey.refresh(first).member("refresh_token") == second)
        journey.fixture.clock.advance(by: 2)
        #expect(try await journey.refresh(first).text == Self.unknown)
        let answer = try await journey.refresh(second)
        #expect(answer.status == 403)
        #expect(answer.text == Self.unknown)
    }

    @Test("An older generation kills the family even within the leeway")
    func olderGeneration() async throws {
        let (journey, first) = try await Self.start()
        let second = try await journey.refresh(first).member("refresh_token")
        let third = try await journey.refresh(second).member("refresh_token")
        #expect(try await journey.refresh(first).text == Self.unknown)
        #expect(try await journey.refresh(third).text == Self.unknown)
    }

    @Test("A forged token kills nothing", arguments: [0, 20, -1])
    func forged(position: Int) async throws {
        let (journey, token) = try await Self.start()
        var bytes = Array(token.utf8)
        let index = position < 0 ? bytes.count - 2 : position
        bytes[index] = bytes[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(try await journey.refresh(String(decoding: bytes, as: UTF8.self)).text == Self.unknown)
        #expect(try await journey.refresh(token).status == 200)
    }

    @Test("Another client's token is refused and stays good for its owner")
    func otherClient() async throws {
        let (journey, token) = try await Self.start()
        let other = Journey(journey.server, journey.fixture.web)
        #expect(try await other.refresh(token).text == Self.unknown)
        #expect(try await journey.refresh(token).status == 200)
    }

    @Test("A narrower scope narrows this answer and not the grant")
    func narrowing() async throws {
        let (journey, token) = try await Self.start()
        let narrow = try await journey.refresh(token, [("scope", "openid")])
        #expect(narrow.member("scope")?.contains("openid") == true)
        let wide = try await journey.refresh(narrow.member("refresh_token"))
        #expect(wide.member("scope") == "openid offline_access")
    }

    @Test("A blocked user is told so, a deleted one in the words that SDKs compare")
    func users() async throws {
        let (journey, token) = try await Self.start()
        let users = journey.fixture.stores.users
        let id = journey.fixture.user.userID
        _ = try await users.setBlocked(id, true, at: journey.fixture.now)
        let blocked = try await journey.refresh(token)
        #expect(blocked.status == 401)
        #expect(blocked.errorDescription?.contains("user is blocked") == true)
        _ = try await users.setBlocked(id, false, at: journey.fixture.now)
        #expect(try await journey.refresh(token).status == 200)
    }

    @Test("Both access scopes at once are refused at the callback")
    func bothScopes() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let callback = try await journey.authorize(["scope": "openid offline_access online_access"]).callback()
        #expect(callback["error"] == "invalid_request")
        #expect(callback["error_description"] == "Cannot request both online_access and offline_access scopes")
    }

    @Test("The 201st refresh token of a user and application evicts the oldest")
    func cap() async throws {
        let server = try await TestServer.make()
        let web = Journey(server, server.fixture.web)
        let pairs = [
            ("grant_type", "password"), ("client_id", web.client.clientID), ("client_secret", EngineFixture.secret.revealed),
            ("username", EngineFixture.email), ("password", EngineFixture.password.revealed), ("scope", "openid offline_access"),
        ]
        var tokens: [String] = []
        for _ in 0..<201 {
            server.fixture.clock.advance(by: 1)
            tokens.append(try #require(try await server.send(.form("/oauth/token", pairs)).member("refresh_token")))
        }
        #expect(try await web.refresh(tokens[0]).text == Self.unknown)
        #expect(try await web.refresh(tokens[1]).status == 200)
        #expect(try await web.refresh(tokens[200]).status == 200)
    }

    @Test("Revoking ends the family: 200 with an empty body, again and for anything unknown", arguments: [true, false])
    func revocation(asJSON: Bool) async throws {
        let (journey, token) = try await Self.start()
        for value in [token, token, "unknown"] {
            let pairs = [("client_id", journey.client.clientID), ("token", value)]
            let answer = try await journey.server.send(asJSON ? .json("/oauth/revoke", pairs) : .form("/oauth/revoke", pairs))
            #expect(answer.status == 200)
            #expect(answer.body.isEmpty)
        }
        #expect(try await journey.refresh(token).text == Self.unknown)
    }

    @Test("Another client's revocation answers 200 and does nothing")
    func foreignRevocation() async throws {
        let (journey, token) = try await Self.start()
        let answer = try await journey.server.send(
            .form("/oauth/revoke", [("client_id", journey.fixture.native.clientID), ("token", token)]))
        #expect(answer.status == 200)
        #expect(try await journey.refresh(token).status == 200)
    }
}

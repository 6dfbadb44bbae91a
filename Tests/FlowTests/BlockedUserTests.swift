import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Blocking or deleting a user ends what the user had been given, at every node.
@Suite struct BlockedUserTests {
    private struct Nodes {
        let fixture: EngineFixture
        let here: TestServer
        let there: TestServer
        let client: Client
    }

    /// Two servers over one database. The tenant introspects.
    private func withNodes(_ profile: WireProfile, _ body: (Nodes) async throws -> Void) async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let (engine, second): (any StorageEngine, any StorageEngine) = (try await database.open(), try await database.open())
            var fixture = try await EngineFixture.make(engine: engine)
            try await fixture.configure { $0.introspection = true }
            let here = try await TestServer.make(fixture)
            let there = try await TestServer.make(fixture, over: second, in: fixture.otherNode(over: second).environment)
            let client = try await here.with(fixture.web) { $0.wireProfile = profile }
            try await body(Nodes(fixture: fixture, here: here, there: there, client: client))
            try await second.close()
            try await engine.close()
        }
    }

    /// Signs in and answers the access token: for the API, or the opaque one for userinfo.
    private func accessToken(_ nodes: Nodes, _ audience: String?) async throws -> String {
        var journey = Journey(nodes.here, nodes.client)
        return try #require(try await journey.tokens(["scope": "openid email", "audience": audience]).member("access_token"))
    }

    /// What the two endpoints say of the token.
    private func isGood(_ token: String, at server: TestServer, _ client: Client) async throws -> [Bool] {
        let described = try await server.ask("/oauth/introspect", as: client, [("token", token)])
        #expect(described.status == 200)
        let userinfo = try await server.userinfo(token)
        #expect([200, 401].contains(userinfo.status) && (userinfo.status == 200 || userinfo.error == "invalid_token"))
        return [described.json?["active"] == true, userinfo.status == 200]
    }

    @Test("the access tokens of a blocked or deleted user are worth nothing, here and there", arguments: [
        (WireProfile.auth0, EngineFixture.audience, false), (.auth0, nil, false), (.standard, EngineFixture.audience, false),
        (.standard, nil, false), (.auth0, EngineFixture.audience, true), (.standard, nil, true),
    ] as [(WireProfile, String?, Bool)])
    func ended(profile: WireProfile, audience: String?, isDeleted: Bool) async throws {
        try await withNodes(profile) { nodes in
            let token = try await accessToken(nodes, audience)
            #expect(try await isGood(token, at: nodes.here, nodes.client) == [true, true])
            let (users, now) = (nodes.fixture.stores.users, nodes.fixture.now)
            let id = nodes.fixture.user.userID
            #expect(isDeleted ? try await users.delete(id, at: now) : try await users.setBlocked(id, true, at: now))
            for server in [nodes.here, nodes.there] {
                #expect(try await isGood(token, at: server, nodes.client) == [false, false])
            }
        }
    }

    @Test("after unblocking the old tokens stay dead, and new ones live", arguments: [EngineFixture.audience, nil])
    func unblocked(audience: String?) async throws {
        try await withNodes(.auth0) { nodes in
            let (users, clock, id) = (nodes.fixture.stores.users, nodes.fixture.clock, nodes.fixture.user.userID)
            let old = try await accessToken(nodes, audience)
            clock.advance(by: 60)
            #expect(try await users.setBlocked(id, true, at: clock.now))
            clock.advance(by: 60)
            #expect(try await users.setBlocked(id, false, at: clock.now))
            let new = try await accessToken(nodes, audience)
            for server in [nodes.here, nodes.there] {
                #expect(try await isGood(old, at: server, nodes.client) == [false, false])
                #expect(try await isGood(new, at: server, nodes.client) == [true, true])
            }
        }
    }
}

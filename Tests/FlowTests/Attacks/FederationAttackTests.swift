import AuthorizationServer
import Egress
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Attacks on what rests on identity providers: forged orders to end sessions, tokens of others for tokens of providers, and
/// providers inside the network.
@Suite struct FederationAttackTests {
    private static let path = "/oauth/global-token-revocation/connection/corp"

    private func revocation(_ token: String, path: String = path) -> WireRequest {
        WireRequest.json(path, FakeIdentityProvider.subject("jane")).with("Authorization", "Bearer \(token)")
    }

    // MARK: Orders to end sessions

    @Test("no forgery of the provider's token ends anything", arguments: Forgery.allCases)
    func forgeries(forgery: Forgery) async throws {
        let fixture = try await EngineFixture.make()
        let victim = try RSAFixture.client(kid: "idp-key")
        let (provider, user) = try await fixture.addIdentityProvider(key: victim)
        let server = try await TestServer.make(fixture)
        let genuine = try provider.revocationToken(at: fixture.now, jti: "genuine")
        let claims = FakeIdentityProvider.revocationClaims(at: fixture.now, jti: "forged")
        let forged = try forgery.token(claims, imitating: genuine, of: victim)
        let answer = try await server.send(revocation(forged))
        #expect(answer.status == 401 && answer.error == "invalid_token")
        #expect(try await fixture.stores.logs.latest(limit: 99).allSatisfy { $0.event.type != .universalLogoutSucceeded })
        #expect(try await fixture.stores.users.find(user.userID) != nil)
        #expect(try await server.send(revocation(genuine)).status == 204)
    }

    @Test("a token is used once, though two nodes get it at once")
    func replay() async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let engines: [any StorageEngine] = [
                try await database.open(masterKeys: EngineFixture.masterKeys),
                try await database.open(masterKeys: EngineFixture.masterKeys),
            ]
            let fixture = try await EngineFixture.make(engine: engines[0])
            let provider = try await fixture.addIdentityProvider().provider
            let nodes = [try await TestServer.make(fixture), try await TestServer.make(fixture, over: engines[1])]
            let request = revocation(try provider.revocationToken(at: fixture.now, jti: "1"))
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<10 { group.addTask { try await nodes[index % 2].send(request).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.count { $0 == 204 } == 1 && statuses.count { $0 == 401 } == 9)
            for engine in engines { try await engine.close() }
        }
    }

    @Test("one provider does not speak for another's users, at neither endpoint")
    func otherProvider() async throws {
        let fixture = try await EngineFixture.make()
        let provider = try await fixture.addIdentityProvider().provider
        let rogue = try TestKey(kid: "rogue")
        fixture.outbound.serve(TestKey.jwks(rogue), at: "https://rogue.example.test/keys")
        var connection = Connection(id: "con_00000000000rogue", name: "rogue", strategy: "oidc")
        connection.provider = IdentityProvider(issuer: "https://rogue.example.test", clientID: "us")
        connection.provider?.jwksURI = "https://rogue.example.test/keys"
        try await fixture.stores.connections.insert(connection)
        let server = try await TestServer.make(fixture)
        func signed(_ changes: [(String, JSONValue?)]) throws -> String {
            let claims = FakeIdentityProvider.revocationClaims(
                at: fixture.now, jti: fixture.environment.randomness.alphanumeric(20),
                [("aud", .string(TestServer.issuer))] + changes)
            return try rogue.jwt(claims, header: [("typ", "global-token-revocation+jwt")])
        }
        // As itself and as the victim, at the victim's endpoint; then at its own, about the victim's user.
        for issuer in ["https://rogue.example.test", FakeIdentityProvider.issuer] {
            #expect(try await server.send(revocation(try signed([("iss", .string(issuer))]))).status == 401)
        }
        let own = "/oauth/global-token-revocation/connection/rogue"
        let honest = try signed([("iss", "https://rogue.example.test")])
        #expect(try await server.send(revocation(honest, path: own)).status == 404)
        let genuine = try provider.revocationToken(at: fixture.now, jti: "1")
        #expect(try await server.send(revocation(genuine, path: own)).status == 401)
    }

    @Test("no token of ours orders anything: access token, ID token, logout token of our keys")
    func ourTokens() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.addIdentityProvider()
        let server = try await TestServer.make(fixture)
        var journey = Journey(server, fixture.web)
        let tokens = try await journey.tokens(["scope": "openid", "audience": EngineFixture.audience])
        let ours = try RSAFixture.tenant()
        let claims = FakeIdentityProvider.revocationClaims(at: fixture.now, jti: "1")
        let texts = [
            tokens.member("access_token"), tokens.member("id_token"),
            try ours.jwt(claims, header: [("typ", "global-token-revocation+jwt")]),
        ]
        for text in texts { #expect(try await server.send(revocation(try #require(text))).status == 401) }
    }

    // MARK: Tokens of providers

    @Test("another client's refresh token gets it nothing, whatever grants it has")
    func stolenRefreshToken() async throws {
        let (server, _) = try await TokenVaultFlowTests.server()
        let token = try await TokenVaultFlowTests.refreshToken(server)
        let thief = try await server.thief()
        let answer = try await server.token(as: thief, TokenVaultFlowTests.parameters(token))
        #expect(answer.isRefusal(403...403) && answer.error == "invalid_grant")
        #expect(server.fixture.outbound.posts.isEmpty)
        #expect(try await server.token(as: server.fixture.web, TokenVaultFlowTests.parameters(token)).status == 200)
    }

    @Test("an access token gets its receiver something only if it was meant for that API, not because the client has it")
    func stolenAccessToken() async throws {
        let (server, _) = try await TokenVaultFlowTests.server()
        var journey = Journey(server, server.fixture.web)
        let tokens = try await journey.tokens(["scope": "openid", "audience": EngineFixture.audience])
        let (access, identity) = (try #require(tokens.member("access_token")), try #require(tokens.member("id_token")))
        let type = ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token")
        let stranger = try await server.thief { client in
            (client.appType, client.resourceServerIdentifier) = (.resourceServer, "https://other.example.test/")
        }
        let nameless = try await server.with(server.fixture.machine) {
            ($0.appType, $0.grantTypes) = (.resourceServer, $0.grantTypes + [GrantType(TokenVaultFlowTests.grant)])
        }
        for client in [stranger, server.fixture.web, nameless] {
            #expect(try await server.token(as: client, TokenVaultFlowTests.parameters(access, [type])).isRefusal(400...403))
        }
        let receiver = try await server.with(nameless) { $0.resourceServerIdentifier = EngineFixture.audience }
        for text in [identity, access + "x", "x"] {
            #expect(try await server.token(as: receiver, TokenVaultFlowTests.parameters(text, [type])).isRefusal(400...400))
        }
        #expect(server.fixture.outbound.posts.isEmpty)
        let answer = try await server.token(as: receiver, TokenVaultFlowTests.parameters(access, [type]))
        #expect(answer.member("access_token") == "access-2")
    }

    @Test("one user's token opens no other user's account, nor another connection's")
    func otherUser() async throws {
        let (server, _) = try await TokenVaultFlowTests.server()
        let token = try await TokenVaultFlowTests.refreshToken(server)
        let other = try #require(try await server.fixture.stores.users.find("oidc|corp|jane"))
        try await server.fixture.storeFederatedTokens(of: other, account: "theirs") { tokens in
            tokens.accessExpiresAt = server.fixture.now + 600
        }
        var connection = EngineFixture.corporateConnection
        (connection.id, connection.name) = ("con_0000000000second", "second")
        try await server.fixture.stores.connections.insert(connection)
        for changes in [[("login_hint", "theirs")], [("login_hint", other.userID)], [("connection", "second")]] {
            let answer = try await server.token(as: server.fixture.web, TokenVaultFlowTests.parameters(token, changes))
            #expect(answer.status == 401 && answer.error == "federated_connection_refresh_token_not_found")
        }
    }

    @Test("a token of the user's who was granted nothing to a third party stays with the tenant's own clients")
    func thirdParty() async throws {
        let (server, _) = try await TokenVaultFlowTests.server()
        let token = try await TokenVaultFlowTests.refreshToken(server)
        let client = try await server.with(server.fixture.web) { $0.isFirstParty = false }
        let answer = try await server.token(as: client, TokenVaultFlowTests.parameters(token))
        #expect(answer.isRefusal(403...403) && answer.error == "unauthorized_client")
    }

    @Test("a provider inside the network is not asked, for keys or for tokens", arguments: [
        "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/x", "https://[::1]/x", "https://169.254.169.254/latest/",
        "http://idp.example.test/x", "https://user@idp.example.test/x", "file:///etc/passwd",
    ])
    func insideTheNetwork(address: String) async throws {
        let fetcher = try GuardedFetcher(GuardedFetcher.Settings())
        var fixture = try await EngineFixture.make()
        let provider = try await fixture.addIdentityProvider { connection in
            connection.provider?.jwksURI = address
            connection.provider?.tokenEndpoint = address
        }.provider
        fixture.web.grantTypes.append(GrantType(TokenVaultFlowTests.grant))
        #expect(try await fixture.stores.clients.update(fixture.web))
        try await fixture.storeFederatedTokens(of: fixture.user)
        var environment = fixture.environment
        environment.outbound = fetcher
        let server = try await TestServer.make(fixture, in: environment)
        let form = TokenVaultFlowTests.parameters(try await TokenVaultFlowTests.refreshToken(server))
        let answer = try await server.token(as: fixture.web, form)
        #expect(answer.status == 503 && answer.error == "temporarily_unavailable")
        let token = try provider.revocationToken(at: fixture.now, jti: "1")
        #expect(try await server.send(revocation(token)).status == 401)
        let reasons = try await fixture.stores.logs.latest(limit: 2).compactMap(\.event.description)
        #expect(reasons.count == 2 && reasons.allSatisfy { $0.contains("forbidden") }, "\(reasons)")
        try await fetcher.shutDown()
    }

    @Test("no answer, log entry or record tells a token or the secret of the provider")
    func nothingLeaks() async throws {
        let (server, _) = try await TokenVaultFlowTests.server()
        let form = TokenVaultFlowTests.parameters(try await TokenVaultFlowTests.refreshToken(server))
        #expect(try await server.token(as: server.fixture.web, form).status == 200)
        let events = try await server.fixture.stores.logs.latest(limit: 99).map { "\($0)" }.joined()
        let connection = try await server.fixture.stores.connections.find(name: "corp")
        let stored = try await server.fixture.stores.federatedTokens.list(of: server.fixture.user.userID, at: "corp")
        let told = events + "\(String(describing: connection)) \(stored) \(server.fixture.outbound.posts)"
        for secret in ["access-1", "access-2", "refresh-1", "refresh-2", FakeIdentityProvider.secret.revealed] {
            #expect(!told.contains(secret), "\(secret)")
        }
        #expect(stored.count == 1)
    }
}

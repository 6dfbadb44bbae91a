import AuthorizationServer
import HTTPTypes
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The operator of an HS256 API has the key of its tokens, and may make any of them: they are worth something at that API and
/// nowhere else (contract 9.1).
@Suite struct SharedSecretTests {
    private static let identifier = "https://shared.example.test/"
    private static let secret = "shared-secret-0123456789-0123456789-0123456789-0123456789"

    /// A tenant with such an API, and what its operator makes.
    private struct Case {
        let server: TestServer
        var fixture: EngineFixture { server.fixture }

        /// What a genuine token of the API says of the user, with changes.
        func claims(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
            let now = fixture.now.seconds
            var claims: JSONObject = [
                "iss": .string(TestServer.issuer), "sub": .string(fixture.user.userID), "aud": .string(identifier),
                "iat": .integer(now), "exp": .integer(now + 600), "scope": "openid profile email read:authenticators",
                "azp": .string(fixture.web.clientID),
            ]
            for (name, value) in changes { claims[name] = value }
            return claims
        }

        func token(_ changes: [(String, JSONValue?)] = [], secret: String = SharedSecretTests.secret) -> String {
            JWS.signHS256(typ: "JWT", payload: claims(changes), secret: Array(secret.utf8), kid: nil)
        }

        func introspect(_ token: String, as client: Client) async throws -> JSONObject? {
            try await server.ask("/oauth/introspect", as: client, [("token", token)]).json
        }
    }

    private func make(_ identifier: String = identifier) async throws -> Case {
        let server = try await TestServer.make()
        try await server.withSettings { $0.introspection = true }
        var api = ResourceServer(
            id: "89abcdef0123456789abcdef", identifier: identifier, name: "Shared", createdAt: server.fixture.now)
        (api.signingAlgorithm, api.signingSecret) = ("HS256", SecretString(Self.secret))
        try await server.fixture.stores.resourceServers.insert(api)
        return Case(server: server)
    }

    /// Audiences by which the operator would make its tokens good elsewhere.
    static let audiences: [JSONValue] = [
        .strings([identifier, "https://default.test/userinfo"]), .strings(["https://default.test/userinfo", identifier]),
        .strings([identifier, "https://default.test/mfa/"]), .strings([identifier, EngineFixture.audience]),
        .strings([identifier, identifier]), .array([.string(identifier), 1]), "https://default.test/userinfo",
        "https://default.test/mfa/", .string(EngineFixture.audience), .strings([]), 1,
    ]

    @Test("no audience makes a token of the operator's good at userinfo, at the factors or anywhere else", arguments: 0..<audiences.count)
    func otherAudiences(index: Int) async throws {
        let test = try await make()
        let forged = test.token([("aud", Self.audiences[index])])
        #expect(try await test.server.userinfo(forged).isRefusal(401...401))
        let factors = WireRequest(.get, "/mfa/authenticators").with("Authorization", "Bearer \(forged)")
        #expect(try await test.server.send(factors).isRefusal(401...401))
        #expect(try await test.introspect(forged, as: test.fixture.web) == ["active": false])
    }

    @Test("an API whose identifier is an address of ours opens nothing under its secret", arguments: OwnAPI.allCases)
    func ownAddress(own: OwnAPI) async throws {
        let identifier = "https://default.test/\(own.rawValue)"
        let test = try await make(identifier)
        for audience in [JSONValue.string(identifier), .strings([identifier])] {
            let forged = test.token([("aud", audience)])
            #expect(try await test.server.userinfo(forged).isRefusal(401...401))
            let factors = WireRequest(.get, "/mfa/authenticators").with("Authorization", "Bearer \(forged)")
            #expect(try await test.server.send(factors).isRefusal(401...401))
            #expect(try await test.introspect(forged, as: test.fixture.web) == ["active": false])
        }
    }

    @Test("the operator acts for no user and as no client by a token that it can make itself")
    func exchange() async throws {
        let test = try await make()
        let (server, fixture) = (test.server, test.fixture)
        let client = try await server.thief {
            ($0.appType, $0.resourceServerIdentifier, $0.grantTypes) = (.resourceServer, Self.identifier, [.tokenExchange])
        }
        try await fixture.stores.clientGrants.insert(
            ClientGrant(id: "cgr_0000000000000009", clientID: client.clientID, audience: EngineFixture.audience, scope: ["read:items"]))
        let type = "urn:ietf:params:oauth:token-type:access_token"
        let onBehalfOf = try await server.token(
            as: client,
            [
                ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", test.token()), ("subject_token_type", type),
                ("audience", EngineFixture.audience),
            ])
        #expect(onBehalfOf.isRefusal(400...400) && onBehalfOf.error == "invalid_request")
        let key = try TestKey()
        try await server.withSettings {
            var issuer = TrustedIssuer(issuer: "https://idp.example.test/", connection: fixture.connection.name)
            (issuer.jwks, issuer.subjectTokenType) = (TestKey.jwks(key), "https://idp.example.test/token")
            $0.trustedIssuers = [issuer]
        }
        let subject = try key.jwt([
            "iss": "https://idp.example.test/", "sub": .string(fixture.user.userID), "aud": .string(TestServer.issuer),
            "exp": .integer(fixture.now.seconds + 60), "jti": "1",
        ])
        let acting = try await server.token(
            as: client,
            [
                ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", subject), ("audience", EngineFixture.audience),
                ("subject_token_type", "https://idp.example.test/token"), ("actor_token_type", type),
                ("actor_token", test.token([("azp", .string(client.clientID)), ("sub", "auth0|somebodyelse")])),
            ])
        #expect(acting.isRefusal(400...400) && acting.error == "invalid_request")
    }

    @Test("a token for the API alone is introspected as one, as long as the API has that secret", arguments: [true, false])
    func ownTokens(inList: Bool) async throws {
        let test = try await make()
        let token = test.token([("aud", inList ? .strings([Self.identifier]) : .string(Self.identifier))])
        let answer = try await test.introspect(token, as: test.fixture.web)
        #expect(answer?["active"] == true && answer?["aud"]?.string == Self.identifier)
        let other = test.token(secret: "another-secret-0123456789-0123456789-0123456789-01234")
        #expect(try await test.introspect(other, as: test.fixture.web) == ["active": false])
        var api = try #require(try await test.fixture.stores.resourceServers.find(identifier: Self.identifier))
        api.signingAlgorithm = "RS256"
        #expect(try await test.fixture.stores.resourceServers.update(api))
        #expect(try await test.introspect(token, as: test.fixture.web) == ["active": false])
    }

    @Test("a token that was issued to a client can be revoked by it, whatever end the token names")
    func revocation() async throws {
        let test = try await make()
        let client = try await test.server.with(test.fixture.web) { $0.wireProfile = .standard }
        let token = test.token([("exp", .integer(.max))])
        #expect(try await test.introspect(token, as: client)?["active"] == true)
        #expect(try await test.server.ask("/oauth/revoke", as: client, [("token", token)]).status == 200)
        #expect(try await test.introspect(token, as: client) == ["active": false])
        let month = test.fixture.now + .days(30)
        _ = try await test.fixture.engine.sweep(at: month + 1, logRetention: .days(365))
        #expect(try await test.server.rowCounts()["revocations"] == 0)
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Forged JWTs at every place that takes one (RFC 8725). Each place first accepts a genuine token, so that a refusal means what
/// it says.
@Suite struct AlgorithmConfusionTests {
    private static let assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    private func claims(_ fixture: EngineFixture, _ client: Client, _ more: [(String, JSONValue?)] = []) -> JSONObject {
        let now = fixture.now.seconds
        var claims: JSONObject = [
            "iss": .string(client.clientID), "sub": .string(client.clientID), "aud": .string(TestServer.issuer),
            "exp": .integer(now + 60), "nbf": .integer(now - 1), "iat": .integer(now),
            "jti": .string(fixture.environment.randomness.alphanumeric(20)),
        ]
        for (name, value) in more { claims[name] = value }
        return claims
    }

    /// A client with an RSA key, whichever way it was registered.
    private func keyed(
        _ server: TestServer, _ client: Client, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> Client {
        try await server.with(client) {
            $0.proof.jwks = try? TestKey.jwks(RSAFixture.client())
            change(&$0)
        }
    }

    @Test("a forged client assertion proves nothing", arguments: Forgery.allCases, [WireProfile.auth0, .standard])
    func clientAssertion(forgery: Forgery, profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let (fixture, key) = (server.fixture, try RSAFixture.client())
        let client = try await keyed(server, fixture.machine) {
            ($0.tokenEndpointAuthMethod, $0.wireProfile) = (.privateKeyJWT, profile)
        }
        func answer(_ assertion: String) async throws -> WireAnswer {
            try await server.send(
                .form(
                    "/oauth/token",
                    [
                        ("grant_type", "client_credentials"), ("client_id", client.clientID),
                        ("audience", EngineFixture.audience),
                        ("client_assertion_type", Self.assertionType), ("client_assertion", assertion),
                    ]))
        }
        let genuine = try key.jwt(claims(fixture, client))
        #expect(try await answer(genuine).status == 200)
        let forged = try forgery.token(claims(fixture, client), imitating: genuine, of: key)
        #expect(try await answer(forged).isRefusal())
    }

    @Test(
        "a client with a secret is not proved by an assertion made with its public key, nor by an unsigned one",
        arguments: Forgery.allCases)
    func secretAssertion(forgery: Forgery) async throws {
        let server = try await TestServer.make()
        let client = try await keyed(server, server.fixture.machine) {
            ($0.tokenEndpointAuthMethod, $0.wireProfile) = (.clientSecretJWT, .standard)
        }
        let key = try RSAFixture.client()
        let forged = try forgery.token(
            claims(server.fixture, client), imitating: try key.jwt(claims(server.fixture, client)), of: key)
        let answer = try await server.send(
            .form(
                "/oauth/token",
                [
                    ("grant_type", "client_credentials"), ("client_id", client.clientID), ("audience", EngineFixture.audience),
                    ("client_assertion_type", Self.assertionType), ("client_assertion", forged),
                ]))
        #expect(answer.isRefusal())
    }

    @Test("a forged request object is refused where it comes by value and where it is pushed", arguments: Forgery.allCases)
    func requestObject(forgery: Forgery) async throws {
        let server = try await TestServer.make()
        let (fixture, key) = (server.fixture, try RSAFixture.client())
        let client = try await keyed(server, fixture.web) {
            ($0.wireProfile, $0.requests.requestObjectSigningAlg, $0.requests.requireSignedRequestObject) = (
                .standard, "RS256", true
            )
        }
        var asked: [(String, JSONValue?)] = Journey(server, client).authorizeParameters().map { ($0.0, .string($0.1)) }
        asked.append(("sub", nil))
        let genuine = try key.jwt(claims(fixture, client, asked))
        let forged = try forgery.token(claims(fixture, client, asked), imitating: genuine, of: key)
        for (object, isGood) in [(genuine, true), (forged, false)] {
            let byValue = try await server.send(.get("/authorize", [("client_id", client.clientID), ("request", object)]))
            #expect((byValue.location?.contains("/u/login") == true) == isGood)
            let pushed = try await server.ask("/oauth/par", as: client, [("request", object)])
            #expect((pushed.status == 201) == isGood && (isGood || pushed.isRefusal()))
        }
    }

    @Test("a forged ID token is no hint of who somebody is", arguments: Forgery.allCases)
    func idTokenHint(forgery: Forgery) async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.web)
        let genuine = try #require(try await journey.tokens().member("id_token"))
        let payload = try #require(Journey.claims(of: genuine))
        let forged = try forgery.token(payload, imitating: genuine, of: try RSAFixture.tenant())
        for (hint, isGood) in [(genuine, true), (forged, false)] {
            let silent = try await journey.browser.open(
                "/authorize", journey.authorizeParameters(["prompt": "none", "id_token_hint": hint]))
            if case .left(let url) = silent {
                #expect((TestURL.parameters(of: url)["code"] != nil) == isGood)
            } else {
                #expect(!isGood)
            }
        }
        let logout = try await journey.browser.send(
            .get("/oidc/logout", [("id_token_hint", forged), ("client_id", journey.client.clientID)]))
        #expect(logout.status == 400 || logout.text.contains("<form"))
        #expect(try await journey.authorize(["prompt": "none"]).callback()["code"] != nil, "the session goes on")
    }

    @Test("a forged access token opens neither userinfo nor introspection", arguments: Forgery.allCases)
    func accessToken(forgery: Forgery) async throws {
        let server = try await TestServer.make()
        try await server.withSettings { $0.introspection = true }
        var journey = Journey(server, server.fixture.web)
        let genuine = try #require(try await journey.tokens(["audience": EngineFixture.audience]).member("access_token"))
        let payload = try #require(Journey.claims(of: genuine))
        let forged = try forgery.token(payload, imitating: genuine, of: try RSAFixture.tenant())
        #expect(try await server.userinfo(genuine).status == 200)
        #expect(try await server.userinfo(forged).isRefusal(401...401))
        let known = try await server.ask("/oauth/introspect", as: journey.client, [("token", genuine)])
        #expect(known.json?["active"] == true)
        let unknown = try await server.ask("/oauth/introspect", as: journey.client, [("token", forged)])
        #expect(unknown.json == ["active": false])
    }

    @Test("a forged token of a trusted issuer is exchanged for nothing", arguments: Forgery.allCases)
    func trustedAssertion(forgery: Forgery) async throws {
        let server = try await TestServer.make()
        let (fixture, key) = (server.fixture, try RSAFixture.client())
        try await server.withSettings {
            var issuer = TrustedIssuer(issuer: "https://idp.example.test/", connection: fixture.connection.name)
            (issuer.jwks, issuer.subjectTokenType) = (TestKey.jwks(key), "https://idp.example.test/token")
            issuer.acceptsPlainAssertions = true
            $0.trustedIssuers = [issuer]
        }
        let client = try await server.with(fixture.web) { $0.grantTypes += [.jwtBearer, .tokenExchange] }
        func subject() -> JSONObject {
            claims(fixture, client, [("iss", "https://idp.example.test/"), ("sub", .string(fixture.user.userID))])
        }
        func assert(_ token: String) async throws -> WireAnswer {
            try await server.token(as: client, [("grant_type", GrantType.jwtBearer.rawValue), ("assertion", token)])
        }
        func exchange(_ token: String) async throws -> WireAnswer {
            try await server.token(
                as: client,
                [
                    ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", token),
                    ("audience", EngineFixture.audience),
                    ("subject_token_type", "https://idp.example.test/token"),
                ])
        }
        let genuine = try key.jwt(subject())
        #expect(try await assert(genuine).status == 200)
        #expect(try await exchange(try key.jwt(subject())).status == 200)
        let forged = try forgery.token(subject(), imitating: genuine, of: key)
        #expect(try await assert(forged).isRefusal())
        #expect(try await exchange(forged).isRefusal())
    }

    @Test("a forged access token is not acted for", arguments: Forgery.allCases)
    func subjectToken(forgery: Forgery) async throws {
        let server = try await TestServer.make()
        let fixture = server.fixture
        var journey = Journey(server, fixture.web)
        let genuine = try #require(try await journey.tokens(["audience": EngineFixture.audience]).member("access_token"))
        let api = try await server.thief {
            ($0.appType, $0.resourceServerIdentifier, $0.grantTypes) = (
                .resourceServer, EngineFixture.audience, [.tokenExchange]
            )
        }
        let other = ResourceServer(
            id: "89abcdef0123456789abcdef", identifier: "https://other.example.test/", name: "Other", createdAt: fixture.now)
        try await fixture.stores.resourceServers.insert(other)
        try await fixture.stores.clientGrants.insert(
            ClientGrant(id: "cgr_0000000000000009", clientID: api.clientID, audience: other.identifier, scope: []))
        func answer(_ token: String) async throws -> WireAnswer {
            try await server.token(
                as: api,
                [
                    ("grant_type", GrantType.tokenExchange.rawValue), ("subject_token", token), ("audience", other.identifier),
                    ("subject_token_type", "urn:ietf:params:oauth:token-type:access_token"),
                ])
        }
        #expect(try await answer(genuine).status == 200)
        let payload = try #require(Journey.claims(of: genuine))
        let forged = try forgery.token(payload, imitating: genuine, of: try RSAFixture.tenant())
        #expect(try await answer(forged).isRefusal())
    }

    /// Header changes that make a good proof a bad one.
    static let proofHeaders: [[(String, JSONValue?)]] = [
        [("alg", "none")], [("alg", "HS256")], [("alg", "RS256")], [("alg", nil)], [("jwk", nil)],
        [("jwk", nil), ("kid", "client-key")],
        [("jwk", nil), ("jku", "https://evil.example/jwks.json")], [("jku", "https://evil.example/jwks.json")],
        [("x5c", .array(["AAAA"]))], [("x5u", "https://evil.example/cert.pem")], [("crit", .array(["exp"]))], [("b64", false)],
        [("typ", "JWT")], [("typ", nil)], [("typ", "at+jwt")], [("jwk", .object(["kty": "oct", "k": "AAAA"]))], [("jwk", "x")],
    ]

    @Test(
        "a proof of possession is signed by the public key that it carries, and by nothing else",
        arguments: 0..<proofHeaders.count)
    func dpop(index: Int) async throws {
        let server = try await TestServer.make()
        let (fixture, key) = (server.fixture, try TestKey())
        let client = try await server.with(fixture.machine) { $0.wireProfile = .standard }
        let pairs = [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)]
        let good = try key.proof(at: fixture.now, jti: "good")
        #expect(try await server.token(as: client, pairs, dpop: good).member("token_type") == "DPoP")
        let bad = try key.proof(at: fixture.now, jti: "bad", header: Self.proofHeaders[index])
        #expect(try await server.token(as: client, pairs, dpop: bad).isRefusal(400...400))
        let other = try TestKey().proof(at: fixture.now, jti: "other", header: [("jwk", .object(key.bareJWK))])
        #expect(try await server.token(as: client, pairs, dpop: other).isRefusal(400...400))
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Client assertions and request objects that are genuine but used again, by others, for others or at another time (RFC 7523
/// section 3; RFC 9700 section 2.5).
@Suite struct AssertionAttackTests {
    private static let type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    private func claims(_ server: TestServer, _ clientID: String, _ more: [(String, JSONValue?)] = []) -> JSONObject {
        let now = server.fixture.now.seconds
        var claims: JSONObject = [
            "iss": .string(clientID), "sub": .string(clientID), "aud": .string(TestServer.issuer), "exp": .integer(now + 60),
            "iat": .integer(now), "jti": .string(server.fixture.environment.randomness.alphanumeric(20)),
        ]
        for (name, value) in more { claims[name] = value }
        return claims
    }

    private func keyed(_ server: TestServer, _ key: TestKey, _ profile: WireProfile) async throws -> Client {
        try await server.with(server.fixture.machine) {
            ($0.tokenEndpointAuthMethod, $0.proof.jwks, $0.wireProfile) = (.privateKeyJWT, TestKey.jwks(key), profile)
        }
    }

    /// At an endpoint where every client may come.
    private func send(
        _ server: TestServer, _ assertion: String, clientID: String? = nil, _ path: String = "/oauth/revoke"
    ) async throws -> WireAnswer {
        let pairs = [("token", "x"), ("client_assertion_type", Self.type), ("client_assertion", assertion)]
        return try await server.send(.form(path, pairs + (clientID.map { [("client_id", $0)] } ?? [])))
    }

    static let profiles: [WireProfile] = [.auth0, .standard, .fapi2Security]

    @Test("an assertion is used once, also at another endpoint and on another node", arguments: profiles)
    func replay(profile: WireProfile) async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let (engine, second): (any StorageEngine, any StorageEngine) = (
                try await database.open(), try await database.open()
            )
            let fixture = try await EngineFixture.make(engine: engine)
            let server = try await TestServer.make(fixture)
            let other = try await TestServer.make(fixture, over: second)
            let key = try RSAFixture.client(.ps256)
            let client = try await keyed(server, key, profile)
            let assertion = try key.jwt(claims(server, client.clientID))
            #expect(try await send(server, assertion).status == 200)
            #expect(try await send(server, assertion).isRefusal(401...401))
            #expect(try await send(other, assertion).isRefusal(401...401))
            #expect(try await send(other, assertion, "/oauth/par").isRefusal(401...401))
            #expect(try await send(other, try key.jwt(claims(server, client.clientID))).status == 200, "the other node is well")
            try await second.close()
            try await engine.close()
        }
    }

    static let wrong: [(String, [(String, JSONValue?)])] = [
        ("no audience", [("aud", nil)]), ("another audience", [("aud", "https://evil.example/")]),
        ("an endpoint of another server", [("aud", "https://evil.example/oauth/token")]),
        ("the issuer with a suffix", [("aud", "https://default.test/evil")]),
        ("the issuer's host alone", [("aud", "default.test")]), ("the issuer in capitals", [("aud", "HTTPS://DEFAULT.TEST/")]),
        ("an empty list", [("aud", .array([]))]), ("a number", [("aud", 1)]),
        ("a list of lists", [("aud", .array([.array([.string(TestServer.issuer)])]))]),
        ("expired", [("exp", 1_755_188_973)]), ("expires now", [("exp", 1_755_188_974)]), ("no expiry", [("exp", nil)]),
        ("expiry as text", [("exp", "1755189000")]), ("expiry beyond all time", [("exp", .number(1e300))]),
        ("expiry below all time", [("exp", .integer(.min))]), ("from tomorrow", [("nbf", 1_755_275_374)]),
        ("issued tomorrow", [("iat", 1_755_275_374)]), ("another issuer", [("iss", "other")]), ("no issuer", [("iss", nil)]),
        ("another subject", [("sub", "other")]), ("no subject", [("sub", nil)]),
        ("a subject that is a list", [("sub", .array(["machine0000000000000000000000000"]))]),
        ("both another's", [("iss", "web00000000000000000000000000000"), ("sub", "web00000000000000000000000000000")]),
        ("a name that is an object", [("jti", .object([:]))]),
        ("a name without end", [("jti", .string(String(repeating: "j", count: 5000)))]),
    ]

    @Test("an assertion with a wrong claim proves nothing", arguments: 0..<wrong.count, profiles)
    func claims(index: Int, profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let key = try RSAFixture.client(.ps256)
        let client = try await keyed(server, key, profile)
        let assertion = try key.jwt(claims(server, client.clientID, Self.wrong[index].1))
        for clientID in [nil, client.clientID] {
            let answer = try await send(server, assertion, clientID: clientID)
            #expect(answer.isRefusal(400...401), "\(Self.wrong[index].0)")
        }
    }

    @Test(
        "FAPI takes the issuer alone for an audience, not an endpoint and not a list",
        arguments: [
            JSONValue.string("https://default.test/oauth/token"), .string("https://default.test/oauth/par"),
            .array(["https://default.test/"]),
            .array(["https://default.test/", "https://evil.example/"]),
        ])
    func fapiAudience(audience: JSONValue) async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let client = try await keyed(server, key, .fapi2Security)
        #expect(try await send(server, try key.jwt(claims(server, client.clientID, [("aud", audience)]))).isRefusal(401...401))
    }

    @Test("EdDSA proves a client of FAPI 2 and none of FAPI 1, FAPI-CIBA or Auth0's profile; RS256 none of FAPI", arguments: [
        (WireProfile.fapi1Advanced, SignatureAlgorithm.edDSA, false), (.fapiCIBA, .edDSA, false), (.auth0, .edDSA, false),
        (.fapi2Security, .edDSA, true), (.fapi2MessageSigning, .edDSA, true), (.fapi1Advanced, .rs256, false),
        (.fapi2Security, .rs256, false), (.fapiCIBA, .rs256, false), (.fapi1Advanced, .ps256, true), (.auth0, .rs256, true),
    ])
    func algorithm(profile: WireProfile, algorithm: SignatureAlgorithm, isAccepted: Bool) async throws {
        let server = try await TestServer.make()
        let key = algorithm == .edDSA ? try TestKey(.edDSA) : try RSAFixture.client(algorithm)
        let client = try await keyed(server, key, profile)
        let answer = try await send(server, try key.jwt(claims(server, client.clientID)))
        #expect(isAccepted ? answer.status == 200 : answer.isRefusal(401...401))
    }

    @Test("two proofs in one request are refused; the None that Auth0's SDK sends counts for one only outside Auth0's profile",
        arguments: [WireProfile.auth0, .standard, .fapi2Security])
    func noneAsSecret(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let key = try RSAFixture.client(.ps256)
        let client = try await keyed(server, key, profile)
        func ask(_ secret: String) async throws -> WireAnswer {
            let assertion = try key.jwt(claims(server, client.clientID))
            return try await server.send(.form(
                "/oauth/revoke",
                [
                    ("token", "x"), ("client_assertion_type", Self.type), ("client_assertion", assertion),
                    ("client_secret", secret),
                ]))
        }
        let answer = try await ask("None")
        #expect(profile == .auth0 ? answer.status == 200 : answer.status == 400 && answer.error == "invalid_request")
        #expect(try await ask("none").error == "invalid_request")
    }

    @Test("an assertion names one client, and no other client's name or secret stands beside it", arguments: profiles)
    func mixedCredentials(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let key = try RSAFixture.client(.ps256)
        let client = try await keyed(server, key, profile)
        let web = server.fixture.web
        func assertion() throws -> (String, String) { ("client_assertion", try key.jwt(claims(server, client.clientID))) }
        let type = ("client_assertion_type", Self.type)
        let forms: [[(String, String)]] = [
            [("client_id", web.clientID), type, try assertion()],
            [("client_secret", "x"), type, try assertion()],
            [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed), type, try assertion()],
            [type, try assertion(), try assertion()], [type, type, try assertion()], [try assertion()], [type],
            [("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:saml2-bearer"), try assertion()],
            [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed)],
            [("client_id", client.clientID)],
        ]
        for form in forms {
            #expect(try await server.send(.form("/oauth/revoke", form + [("token", "x")])).isRefusal(400...401))
        }
        let basic = Base64.encode("\(web.clientID):\(EngineFixture.secret.revealed)".utf8)
        let both = WireRequest.form("/oauth/revoke", [type, try assertion(), ("token", "x")]).with(
            "Authorization", "Basic \(basic)")
        #expect(try await server.send(both).isRefusal(400...401))
    }

    @Test("what one kind of JWT says is not believed of another kind: a proof, a request object or a token is no assertion")
    func crossJWT() async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let client = try await keyed(server, key, .standard)
        let proof = try key.proof(at: server.fixture.now, jti: "1")
        #expect(try await send(server, proof).isRefusal(400...401))
        for typ in ["dpop+jwt", "at+jwt", "logout+jwt", "oauth-authz-req+jwt", "secevent+jwt"] {
            let assertion = try key.jwt(claims(server, client.clientID), header: [("typ", .string(typ))])
            #expect(try await send(server, assertion).isRefusal(400...401), "\(typ)")
        }
        var journey = Journey(server, server.fixture.web)
        let idToken = try await journey.tokens().member("id_token") ?? ""
        #expect(try await send(server, idToken).isRefusal(400...401))
        let request = WireRequest.form("/oauth/token", [("grant_type", "client_credentials")]).with(
            "DPoP", try key.jwt(claims(server, client.clientID)))
        #expect(try await server.send(request).isRefusal(400...401))
    }

    @Test("a request object of one client is nothing in another's request, and an assertion is no request object")
    func requestObject() async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let client = try await server.with(server.fixture.web) {
            ($0.proof.jwks, $0.wireProfile) = (TestKey.jwks(key), .standard)
        }
        let thief = try await server.thief { ($0.proof.jwks, $0.wireProfile) = (TestKey.jwks(key), .standard) }
        let asked: [(String, JSONValue?)] =
            Journey(server, client).authorizeParameters().map { ($0.0, .string($0.1)) } + [("sub", nil)]
        let object = try key.jwt(claims(server, client.clientID, asked))
        func open(_ clientID: String, _ object: String) async throws -> WireAnswer {
            try await server.send(.get("/authorize", [("client_id", clientID), ("request", object)]))
        }
        #expect(try await open(client.clientID, object).location?.contains("/u/login") == true)
        #expect(try await open(thief.clientID, object).status == 400)
        for (name, value) in [
            ("exp", JSONValue.integer(1)), ("aud", "https://evil.example/"), ("request", "a.b.c"), ("request_uri", "urn:x"),
            ("client_id", "other"),
        ] {
            let bad = try key.jwt(claims(server, client.clientID, asked + [(name, value)]))
            #expect(try await open(client.clientID, bad).location == nil, "\(name)")
        }
    }
}

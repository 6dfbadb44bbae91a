import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// RFC 7523 section 3, contract 2.2, conformance 1.1 and 9.
@Suite struct ClientAssertionTests {
    @Test(
        "an assertion by the registered key proves the client, with and without client_id",
        arguments: [
            (WireProfile.auth0, SignatureAlgorithm.rs256), (.auth0, .rs384), (.auth0, .ps256), (.standard, .es256), (.standard, .edDSA),
        ])
    func accepted(profile: WireProfile, algorithm: SignatureAlgorithm) async throws {
        let test = try await ClientAssertionCase.make(algorithm, profile: profile)
        let derived = try await test.authenticate(test.form(try test.assertion()))
        #expect(derived.client.clientID == test.client.clientID && derived.method == .privateKeyJWT && derived.hasProvedSecret)
        let named = try await test.authenticate(test.form(try test.assertion(), clientID: test.client.clientID))
        #expect(named.client.clientID == test.client.clientID)
    }

    struct Hostile: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var claims: [(String, JSONValue?)] = []
        var header: [(String, JSONValue?)] = []
    }

    private static let now = ManualNow().now.seconds

    static let hostile: [Hostile] = [
        Hostile(testDescription: "another client's iss", claims: [("iss", "web00000000000000000000000000000")]),
        Hostile(testDescription: "another client's sub", claims: [("sub", "web00000000000000000000000000000")]),
        Hostile(testDescription: "no sub", claims: [("sub", nil)]),
        Hostile(testDescription: "no iss", claims: [("iss", nil)]),
        Hostile(testDescription: "no aud", claims: [("aud", nil)]),
        Hostile(testDescription: "no exp", claims: [("exp", nil)]),
        Hostile(testDescription: "expired now", claims: [("exp", .integer(now))]),
        Hostile(testDescription: "expired five minutes ago", claims: [("exp", .integer(now - 300))]),
        Hostile(testDescription: "exp as text", claims: [("exp", "9999999999")]),
        Hostile(testDescription: "exp beyond every date", claims: [("exp", .number(1e300))]),
        Hostile(testDescription: "exp six minutes ahead", claims: [("exp", .integer(now + 360))]),
        Hostile(testDescription: "nbf a minute ahead", claims: [("nbf", .integer(now + 60))]),
        Hostile(testDescription: "iat a minute ahead", claims: [("iat", .integer(now + 60))]),
        Hostile(testDescription: "jti of 65 bytes", claims: [("jti", .string(String(repeating: "j", count: 65)))]),
        Hostile(testDescription: "jti empty", claims: [("jti", "")]),
        Hostile(testDescription: "jti a number", claims: [("jti", 7)]),
        Hostile(testDescription: "larger than 2048 bytes", claims: [("pad", .string(String(repeating: "x", count: 2000)))]),
        Hostile(testDescription: "audience of another server", claims: [("aud", "https://other.test/")]),
        Hostile(testDescription: "issuer without its slash", claims: [("aud", "https://default.test")]),
        Hostile(testDescription: "audience a number", claims: [("aud", 1)]),
        Hostile(testDescription: "audience an empty array", claims: [("aud", .array([]))]),
        Hostile(testDescription: "alg none", header: [("alg", "none")]),
        Hostile(testDescription: "an unknown kid", header: [("kid", "nobody")]),
        Hostile(testDescription: "a key of its own in the header", header: [("jwk", .object(["kty": "EC"]))]),
        Hostile(testDescription: "a jku", header: [("jku", "https://evil.test/jwks")]),
        Hostile(testDescription: "an x5u", header: [("x5u", "https://evil.test/x5u")]),
        Hostile(testDescription: "crit", header: [("crit", .strings(["exp"]))]),
        Hostile(testDescription: "a request object", header: [("typ", "oauth-authz-req+jwt")]),
        Hostile(testDescription: "a DPoP proof", header: [("typ", "dpop+jwt")]),
        Hostile(testDescription: "a logout token", header: [("typ", "logout+jwt")]),
    ]

    @Test("hostile assertions are refused with one text", arguments: hostile)
    func refused(row: Hostile) async throws {
        let test = try await ClientAssertionCase.make()
        await test.expectRefused(test.form(try test.assertion(row.claims, header: row.header), clientID: test.client.clientID))
    }

    @Test("eight seconds ahead is a clock, not an attack", arguments: ["nbf", "iat"])
    func skew(claim: String) async throws {
        let test = try await ClientAssertionCase.make(profile: .fapi2Security)
        let assertion = try test.assertion([(claim, .integer(test.fixture.now.seconds + 8))])
        _ = try await test.authenticate(test.form(assertion))
    }

    @Test(
        "the typ may be missing, JWT in any case, or the one of RFC 7523bis",
        arguments: [nil, "jwt", "JWT", "client-authentication+jwt", "application/client-authentication+JWT"])
    func types(type: String?) async throws {
        let test = try await ClientAssertionCase.make()
        _ = try await test.authenticate(test.form(try test.assertion(header: [("typ", type.map(JSONValue.string))])))
    }

    @Test("another key is refused, also another client's that is registered here")
    func otherKey() async throws {
        let test = try await ClientAssertionCase.make(profile: .standard)
        let stranger = try TestKey(.es256)
        var other = test.fixture.web
        (other.tokenEndpointAuthMethod, other.proof.jwks, other.wireProfile) = (.privateKeyJWT, TestKey.jwks(stranger), .standard)
        #expect(try await test.fixture.stores.clients.update(other))
        await test.expectRefused(test.form(try stranger.jwt(test.claims())))
        let ofOther = test.claims([("iss", .string(other.clientID)), ("sub", .string(other.clientID))])
        await test.expectRefused(test.form(try stranger.jwt(ofOther), clientID: test.client.clientID))
        _ = try await test.authenticate(test.form(try stranger.jwt(ofOther)))
    }

    @Test(
        "HS256 under the public key's bytes is refused", arguments: [ClientAuthenticationMethod.privateKeyJWT, .clientSecretJWT])
    func algorithmConfusion(method: ClientAuthenticationMethod) async throws {
        let test = try await ClientAssertionCase.make(.rs256, profile: .standard) { $0.tokenEndpointAuthMethod = method }
        for secret in [TestKey.jwks(test.key), test.key.jwk.serializedString, test.key.bareJWK["n"]?.string ?? "n", ""] {
            let forged = JWS.signHS256(typ: "JWT", payload: test.claims(), secret: Array(secret.utf8), kid: test.key.kid)
            await test.expectRefused(test.form(forged))
        }
    }

    @Test("the registered algorithm is the only one")
    func registeredAlgorithm() async throws {
        let test = try await ClientAssertionCase.make(.rs256) {
            $0.proof.tokenEndpointAuthSigningAlg = "PS256"
            $0.proof.jwks = $0.proof.jwks?.replacing("\"RS256\"", with: "\"PS256\"")
        }
        await test.expectRefused(test.form(try test.assertion(header: [("kid", nil)])))
        let strong = try ClientAssertionCase.fixtureRSA(.ps256)
        _ = try await test.authenticate(test.form(try strong.jwt(test.claims())))
    }

    // MARK: Audiences

    static let endpoint = "https://default.test/oauth/token"

    @Test(
        "issuer, token endpoint and PAR endpoint are audiences, alone and in an array",
        arguments: [WireProfile.auth0, .standard, .fapi1Advanced, .fapiCIBA],
        [
            .string(ClientAssertionCase.issuer), .string(endpoint), .string("https://default.test/oauth/par"),
            .strings(["https://other.test/", endpoint]), .strings([ClientAssertionCase.issuer]),
        ] as [JSONValue])
    func audiences(profile: WireProfile, audience: JSONValue) async throws {
        let test = try await ClientAssertionCase.make(profile: profile)
        _ = try await test.authenticate(test.form(try test.assertion([("aud", audience)])))
    }

    @Test("the endpoint that is asked is an audience")
    func endpointCalled() async throws {
        let test = try await ClientAssertionCase.make(profile: .standard)
        let assertion = try test.assertion([("aud", "https://default.test/oauth/revoke")])
        await test.expectRefused(test.form(assertion))
        _ = try await test.authenticate(test.form(assertion)) { $0.path = "/oauth/revoke" }
    }

    @Test(
        "FAPI 2 takes the issuer as a plain string and nothing else",
        arguments: [
            .strings([ClientAssertionCase.issuer]), .string(endpoint), .string("https://default.test/oauth/par"),
            .strings([ClientAssertionCase.issuer, endpoint]),
        ] as [JSONValue])
    func issuerOnly(audience: JSONValue) async throws {
        let test = try await ClientAssertionCase.make(profile: .fapi2Security)
        await test.expectRefused(test.form(try test.assertion([("aud", audience)])))
        _ = try await test.authenticate(test.form(try test.assertion()))
    }

    // MARK: Single use

    @Test("an assertion counts once")
    func replay() async throws {
        let test = try await ClientAssertionCase.make()
        let form = test.form(try test.assertion())
        _ = try await test.authenticate(form)
        await test.expectRefused(form)
    }

    @Test("an assertion counts once on all nodes", arguments: Backend.shared)
    func replayOnAnotherNode(backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engines: [any StorageEngine] = [
                try await database.open(masterKeys: EngineFixture.masterKeys),
                try await database.open(masterKeys: EngineFixture.masterKeys),
            ]
            var test = try await ClientAssertionCase.make()
            test.fixture = try await EngineFixture.make(engine: engines[0])
            #expect(try await test.fixture.stores.clients.update(test.client))
            let other = test.fixture.otherNode(over: engines[1])
            let form = test.form(try test.assertion())
            _ = try await test.authenticate(form)
            await test.expectRefused(form, on: other)
            _ = try await test.authenticate(test.form(try test.assertion()), on: other)
            for engine in engines { try await engine.close() }
        }
    }

    @Test("of many at once one counts")
    func concurrentReplay() async throws {
        let test = try await ClientAssertionCase.make()
        let form = test.form(try test.assertion())
        let accepted = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 { group.addTask { (try? await test.authenticate(form)) != nil } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(accepted == 1)
    }

    @Test("a refused assertion uses nothing up, and two clients may share a jti")
    func unburnt() async throws {
        let test = try await ClientAssertionCase.make(profile: .standard)
        let stranger = try TestKey(.es256)
        await test.expectRefused(test.form(try stranger.jwt(test.claims([("jti", "shared")]))))
        await test.expectRefused(test.form(try test.assertion([("jti", "shared"), ("aud", "https://other.test/")])))
        _ = try await test.authenticate(test.form(try test.assertion([("jti", "shared")])))
    }

    @Test("without a jti: as Auth0, yes; as OpenID Connect and FAPI, no", arguments: WireProfile.allCases)
    func withoutJTI(profile: WireProfile) async throws {
        let test = try await ClientAssertionCase.make(profile: profile)
        let form = test.form(try test.assertion([("jti", nil)]))
        if profile == .auth0 { _ = try await test.authenticate(form) } else { await test.expectRefused(form) }
    }

    @Test("an hour outside Auth0's profile, not more", arguments: [WireProfile.standard, .fapi2Security])
    func lifetime(profile: WireProfile) async throws {
        let test = try await ClientAssertionCase.make(profile: profile)
        let now = test.fixture.now.seconds
        _ = try await test.authenticate(test.form(try test.assertion([("exp", .integer(now + 3600))])))
        await test.expectRefused(test.form(try test.assertion([("exp", .integer(now + 4200))])))
    }

    // MARK: The form

    @Test("half an assertion is a malformed request, an unknown type a bad client")
    func halves() async throws {
        let test = try await ClientAssertionCase.make()
        let assertion = try test.assertion()
        await test.expectRefused([("client_assertion", assertion)], kind: .invalidRequest)
        await test.expectRefused([("client_assertion_type", ClientAssertionCase.type)], kind: .invalidRequest)
        await test.expectRefused([("client_assertion", assertion), ("client_assertion_type", "urn:x")])
        await test.expectRefused(test.form(assertion, clientID: test.fixture.web.clientID))
    }

    @Test("an assertion and a secret are one proof too many")
    func twoProofs() async throws {
        let test = try await ClientAssertionCase.make()
        let form = test.form(try test.assertion())
        await test.expectRefused(form + [("client_secret", "x")], kind: .invalidRequest)
        let error = await #expect(throws: OAuthError.self) {
            try await test.authenticate(form, authorization: "Basic " + Base64.encode(Array("a:b".utf8)))
        }
        #expect(error?.kind == .invalidRequest)
    }

    @Test("the text None is no second proof in Auth0's profile, and one in every other", arguments: WireProfile.allCases)
    func noneAsSecret(profile: WireProfile) async throws {
        let test = try await ClientAssertionCase.make(profile: profile)
        let form = test.form(try test.assertion())
        if profile == .auth0 {
            #expect(try await test.authenticate(form + [("client_secret", "None")]).method == .privateKeyJWT)
        } else {
            await test.expectRefused(form + [("client_secret", "None")], kind: .invalidRequest)
            _ = try await test.authenticate(form)
        }
        for secret in ["none", "NONE", "None ", "null", "Non\u{65}\u{301}", EngineFixture.secret.revealed] {
            let other = test.form(try test.assertion())
            await test.expectRefused(other + [("client_secret", secret)], kind: .invalidRequest)
        }
    }

    @Test("None proves nobody by itself, and does not make up for a bad assertion or excuse a Basic header")
    func noneAlone() async throws {
        let test = try await ClientAssertionCase.make()
        let none = ("client_secret", "None")
        await test.expectRefused([("client_id", test.client.clientID), none])
        await test.expectRefused([("client_id", test.fixture.web.clientID), none])
        await test.expectRefused(test.form(try test.assertion([("aud", "https://other.test/")])) + [none])
        let error = await #expect(throws: OAuthError.self) {
            try await test.authenticate(
                test.form(try test.assertion()) + [none], authorization: "Basic " + Base64.encode(Array("a:b".utf8)))
        }
        #expect(error?.kind == .invalidRequest)
    }

    @Test(
        "what is no JWT, and one that names nobody or a NUL",
        arguments: ["x", "a.b.c", "..", "e30.e30.e30", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhXHUwMDAwYiJ9.AA"])
    func malformed(assertion: String) async throws {
        let test = try await ClientAssertionCase.make()
        await test.expectRefused(test.form(assertion))
    }
}

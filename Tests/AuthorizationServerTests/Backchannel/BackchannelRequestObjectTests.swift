import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Signed backchannel requests (CIBA 7.1.1; conformance 11).
@Suite struct BackchannelRequestObjectTests {
    private func make(_ algorithm: SignatureAlgorithm = .es256, registered: String = "ES256") async throws -> (BackchannelCase, TestKey) {
        let key = algorithm == .es256 ? try TestKey() : try ClientAssertionCase.fixtureRSA(algorithm)
        let ciba = try await BackchannelCase.make { client in
            client.proof.jwks = TestKey.jwks(key)
            client.ciba.authenticationRequestSigningAlg = registered
        }
        return (ciba, key)
    }

    private func claims(_ ciba: BackchannelCase, _ changes: [(String, JSONValue?)] = []) -> JSONObject {
        let now = ciba.fixture.now.seconds
        var claims: JSONObject = [
            "iss": .string(ciba.client.clientID), "aud": "https://default.test/", "iat": .integer(now), "nbf": .integer(now),
            "exp": .integer(now + 300), "jti": .string(ciba.fixture.environment.randomness.alphanumeric(20)), "scope": "openid",
            "login_hint": .string(EngineFixture.email), "requested_expiry": 120,
        ]
        for (name, value) in changes { claims[name] = value }
        return claims
    }

    private func send(_ ciba: BackchannelCase, _ object: String, _ more: [(String, String)] = []) async throws -> JSONObject {
        try await ciba.begin(FormParameters([("request", object)] + more + ciba.fixture.credentials(of: ciba.client)))
    }

    @Test("everything comes from the object, and nothing from the form")
    func success() async throws {
        let (ciba, key) = try await make()
        let answer = try await send(ciba, try key.jwt(claims(ciba)), [("requested_expiry", "7"), ("login_hint", "nobody"), ("scope", "x")])
        #expect(answer["expires_in"] == 120)
    }

    @Test("each claim is demanded and judged", arguments: [
        [("aud", nil)], [("aud", "https://evil.test/")], [("iss", nil)], [("iss", "other")], [("exp", nil)],
        [("exp", .integer(1_755_188_973))], [("exp", .integer(1_755_188_974 + 4200))], [("iat", nil)], [("nbf", nil)],
        [("nbf", .integer(1_755_188_974 - 4200))], [("jti", nil)],
    ] as [[(String, JSONValue?)]])
    func refused(_ changes: [(String, JSONValue?)]) async throws {
        let (ciba, key) = try await make()
        let error = await #expect(throws: OAuthError.self) { try await send(ciba, try key.jwt(claims(ciba, changes))) }
        #expect(error?.onTheWire == "400 invalid_request")
    }

    @Test("who must sign may not send a form, an unsigned object, another algorithm or another's signature")
    func signature() async throws {
        let (ciba, key) = try await make()
        #expect(try await ciba.refusal([]).kind == .invalidRequest)
        let header: JSONObject = ["alg": "none"]
        let unsigned = Base64URL.encode(header.serialized) + "." + Base64URL.encode(claims(ciba).serialized) + "."
        let (rsa, rsaKey) = try await make(.rs256)
        for (test, object) in [
            (ciba, unsigned), (ciba, try TestKey().jwt(claims(ciba))), (ciba, try key.jwt(claims(ciba), header: [("alg", "HS256")])),
            (rsa, try rsaKey.jwt(claims(rsa))), (ciba, "x"),
        ] {
            let error = await #expect(throws: OAuthError.self) { try await send(test, object) }
            #expect(error?.kind == .invalidRequest)
        }
    }

    @Test("an object counts once")
    func replay() async throws {
        let (ciba, key) = try await make()
        let object = try key.jwt(claims(ciba))
        _ = try await send(ciba, object)
        let error = await #expect(throws: OAuthError.self) { try await send(ciba, object) }
        #expect(error?.kind == .invalidRequest)
    }
}

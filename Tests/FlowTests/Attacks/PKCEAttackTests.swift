import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Attempts to get around PKCE (RFC 7636; RFC 9700 sections 2.1.1 and 4.8).
@Suite struct PKCEAttackTests {
    private static let challenge = CodeChallenge.s256(of: Journey.verifier)

    /// A code that was asked for with `changes`, exchanged with `exchange`.
    private func answer(
        _ who: String, _ profile: WireProfile, asking changes: [String: String?],
        exchange: [String: String?]
    ) async throws -> WireAnswer {
        let server = try await TestServer.make()
        try await server.withSettings { $0.requirePKCEForPublicClients = false }
        let fixture = server.fixture
        let client = who == "web" ? fixture.web : who == "spa" ? fixture.spa : fixture.native
        var journey = Journey(server, try await server.with(client) { $0.wireProfile = profile })
        let code = try #require(try await journey.signIn(changes)["code"])
        return try await journey.exchange(code: code, exchange)
    }

    static let wrongVerifiers: [String?] = [
        nil, "", " ", String(repeating: "a", count: 43), challenge, Journey.verifier + "a", String(Journey.verifier.dropLast()),
        Journey.verifier.uppercased(), Journey.verifier + "=", "\(Journey.verifier)\n", String(repeating: "a", count: 100_000),
    ]

    @Test(
        "a challenge needs its verifier: none, an empty or another one is refused", arguments: ["web", "native", "spa"],
        wrongVerifiers)
    func challengeWithoutVerifier(client: String, verifier: String?) async throws {
        for profile in [WireProfile.auth0, .standard] {
            #expect(try await answer(client, profile, asking: [:], exchange: ["code_verifier": verifier]).isRefusal())
        }
    }

    @Test("a verifier without a challenge is refused where the profile refuses it", arguments: [WireProfile.standard])
    func verifierWithoutChallenge(profile: WireProfile) async throws {
        let none: [String: String?] = ["code_challenge": nil, "code_challenge_method": nil]
        #expect(try await answer("web", profile, asking: none, exchange: [:]).isRefusal())
        #expect(try await answer("web", profile, asking: none, exchange: ["code_verifier": nil]).status == 200)
    }

    @Test("an empty challenge is not a challenge that any verifier answers", arguments: [WireProfile.auth0, .standard])
    func emptyChallenge(profile: WireProfile) async throws {
        let server = try await TestServer.make()
        let client = try await server.with(server.fixture.native) { $0.wireProfile = profile }
        let journey = Journey(server, client)
        for changes in [
            ["code_challenge": ""], ["code_challenge": "", "code_challenge_method": "S256"], ["code_challenge": nil],
        ] as [[String: String?]] {
            let answer = try await server.send(.get("/authorize", journey.authorizeParameters(changes)))
            #expect(answer.redirectParameters["code"] == nil)
            #expect(answer.redirectParameters["error"] == "invalid_request")
        }
    }

    @Test(
        "a method is never weakened: plain is refused, also when it is left out, and S256 is spelled one way",
        arguments: ["plain", nil, "", "s256", "S512", "none", "S256 ", "PLAIN", "S256,plain"])
    func method(method: String?) async throws {
        let server = try await TestServer.make()
        let journey = Journey(server, server.fixture.native)
        let answer = try await server.send(.get("/authorize", journey.authorizeParameters(["code_challenge_method": method])))
        #expect(answer.redirectParameters["error"] == "invalid_request")
    }

    @Test("where plain is allowed, a challenge made with S256 is not answered by itself")
    func methodSwap() async throws {
        let server = try await TestServer.make()
        try await server.withSettings { $0.allowPlainCodeChallenge = true }
        var journey = Journey(server, server.fixture.native)
        let code = try await journey.signIn()["code"]
        let swapped = try await journey.exchange(
            code: code, ["code_verifier": Self.challenge, "code_challenge_method": "plain"])
        #expect(swapped.isRefusal())
        let plain = try await journey.authorize(["code_challenge": Journey.verifier, "code_challenge_method": "plain"])
            .callback()["code"]
        #expect(try await journey.exchange(code: plain, ["code_verifier": Self.challenge]).isRefusal())
    }

    @Test("a verifier that was wrong once does not become right: the code is used up, or still needs its own verifier")
    func guessing() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let code = try await journey.signIn()["code"]
        for guess in 0..<5 {
            let verifier = String(repeating: "\(guess)", count: 43)
            #expect(try await journey.exchange(code: code, ["code_verifier": verifier]).isRefusal())
        }
    }

    @Test("the challenge of one code is not answered by the verifier of another")
    func mixedCodes() async throws {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.native)
        let other = String(repeating: "x", count: 64)
        let first = try await journey.signIn()["code"]
        let second = try await journey.authorize(["code_challenge": CodeChallenge.s256(of: other)]).callback()["code"]
        #expect(try await journey.exchange(code: first, ["code_verifier": other]).isRefusal())
        #expect(try await journey.exchange(code: second).isRefusal())
    }

    @Test("FAPI 2 refuses every request without S256, pushed or not", arguments: [nil, "plain"])
    func fapi(method: String?) async throws {
        let server = try await TestServer.make()
        let key = try TestKey()
        let client = try await server.with(server.fixture.web) {
            ($0.wireProfile, $0.tokenEndpointAuthMethod, $0.proof.jwks) = (.fapi2Security, .privateKeyJWT, TestKey.jwks(key))
        }
        let now = server.fixture.now.seconds
        let assertion = try key.jwt([
            "iss": .string(client.clientID), "sub": .string(client.clientID), "aud": .string(TestServer.issuer),
            "exp": .integer(now + 60), "iat": .integer(now), "jti": "1",
        ])
        let changes: [String: String?] =
            method == nil ? ["code_challenge": nil, "code_challenge_method": nil] : ["code_challenge_method": method]
        let pairs =
            Journey(server, client).authorizeParameters(changes) + [
                ("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
                ("client_assertion", assertion),
            ]
        let answer = try await server.send(.form("/oauth/par", pairs))
        #expect(answer.status == 400 && answer.error == "invalid_request")
    }
}

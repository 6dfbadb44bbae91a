import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Which key signs what: APIs and ID tokens with HS256, RS256, PS256 and ES256 (contract 9.1, 9.4).
@Suite struct SigningChoiceTests {
    private static let apiSecret = SecretString("api-secret-0123456789-0123456789-0123456789")

    private func make(_ algorithm: String) async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.signingAlgorithms = ["RS256", "PS256", "ES256", "HS256"] }
        try await fixture.changeAPI { api in
            api.signingAlgorithm = algorithm
            api.signingSecret = algorithm == "HS256" ? Self.apiSecret : nil
        }
        return fixture
    }

    private func tokens(_ fixture: EngineFixture, _ client: Client) async throws -> TokenResponse {
        let code = try await fixture.insertCode(for: client, scopes: ["openid", "read:items"])
        return try await fixture.token(fixture.codeForm(code, from: client))
    }

    @Test("an API's tokens are signed with its algorithm, under a published key", arguments: ["RS256", "PS256", "ES256"])
    func asymmetricAPI(_ algorithm: String) async throws {
        let fixture = try await make(algorithm)
        let token = try await fixture.verified(try await tokens(fixture, fixture.web).accessToken)
        #expect(token.header["alg"]?.string == algorithm)
        let published = try await JWKSEndpoint(fixture.context).document(in: fixture.request())
        let kids = published["keys"]?.array?.compactMap { $0.object?["kid"]?.string } ?? []
        #expect(kids.contains(try #require(token.header["kid"]?.string)))
        let read = try await AccessTokenReader(fixture.context).read(try await tokens(fixture, fixture.web).accessToken, in: fixture.request())
        #expect(read.userID == fixture.user.userID)
    }

    @Test("an HS256 API shares a secret: its tokens verify under it alone, and never open userinfo")
    func symmetricAPI() async throws {
        let fixture = try await make("HS256")
        let token = try await tokens(fixture, fixture.web).accessToken
        let verified = try JWS.verifyHS256(token, secret: Array(Self.apiSecret.revealed.utf8))
        #expect(verified.payload["aud"]?.string == EngineFixture.audience)
        #expect(throws: JWSError.self) { try JWS.verifyHS256(token, secret: Array(EngineFixture.secret.revealed.utf8)) }
        let reader = AccessTokenReader(fixture.context)
        let read = try await reader.read(token, signedBy: .tenantOrAPI, in: fixture.request())
        #expect(read.audiences == [EngineFixture.audience])
        await #expect(throws: OAuthError.self, "nothing opens by it") { try await reader.read(token, in: fixture.request()) }
        let error = await #expect(throws: OAuthError.self) {
            try await UserInfoEndpoint(fixture.context).respond(to: PresentedAccessToken(token: token), in: fixture.request())
        }
        #expect(error?.kind == .invalidToken)
    }

    @Test("a token that an HS256 API forges is nobody's: other APIs, userinfo and other secrets do not take it")
    func forged() async throws {
        let fixture = try await make("HS256")
        let secret = Array(Self.apiSecret.revealed.utf8)
        func forged(_ audience: JSONValue, _ secret: [UInt8]) -> String {
            let payload: JSONObject = [
                "iss": "https://default.test/", "sub": .string(fixture.user.userID), "aud": audience, "azp": "x",
                "iat": .integer(fixture.now.seconds), "exp": .integer(fixture.now.seconds + 60), "scope": "openid",
            ]
            return JWS.signHS256(typ: "JWT", payload: payload, secret: secret, kid: nil)
        }
        let reader = AccessTokenReader(fixture.context)
        for token in [
            forged("https://default.test/userinfo", secret), forged("https://default.test/api/v2/", secret),
            forged(.strings(["https://default.test/userinfo", EngineFixture.audience]), secret), forged(.array([]), secret),
            forged(.string(EngineFixture.audience), Array("wrong".utf8)), forged(.string(EngineFixture.audience), []),
        ] {
            await #expect(throws: OAuthError.self) {
                try await reader.read(token, signedBy: .tenantOrAPI, in: fixture.request())
            }
        }
    }

    @Test("an HS256 token is refused once its API signs otherwise")
    func changedAPI() async throws {
        var fixture = try await make("HS256")
        let token = try await tokens(fixture, fixture.web).accessToken
        try await fixture.changeAPI { $0.signingAlgorithm = "RS256" }
        await #expect(throws: OAuthError.self) {
            try await AccessTokenReader(fixture.context).read(token, signedBy: .tenantOrAPI, in: fixture.request())
        }
    }

    @Test("ID tokens have the client's algorithm", arguments: ["RS256", "PS256", "ES256"])
    func idToken(_ algorithm: String) async throws {
        let fixture = try await make("RS256")
        let client = try await fixture.changed(fixture.web) { $0.jwtConfiguration.alg = algorithm }
        let token = try await fixture.verified(try #require(try await tokens(fixture, client).idToken))
        #expect(token.header["alg"]?.string == algorithm)
    }

    @Test("HS256 ID tokens are signed with the client's secret; a public client has none and gets RS256")
    func symmetricIDToken() async throws {
        let fixture = try await make("RS256")
        let client = try await fixture.changed(fixture.web) { $0.jwtConfiguration.alg = "HS256" }
        let token = try #require(try await tokens(fixture, client).idToken)
        #expect(try JWS.verifyHS256(token, secret: Array(EngineFixture.secret.revealed.utf8)).header["kid"] == nil)
        let spa = try await fixture.changed(fixture.spa) { $0.jwtConfiguration.alg = "HS256" }
        let publicToken = try await fixture.verified(try #require(try await tokens(fixture, spa).idToken))
        #expect(publicToken.header["alg"] == "RS256")
    }

    @Test("what the tenant does not list signs nothing, and FAPI never signs weakly", arguments: [
        (WireProfile.standard, "ES256", nil), (.standard, "RS256", "RS256"), (.fapi2Security, "RS256", "PS256"),
        (.fapi2Security, "HS256", "PS256"), (.fapi1Advanced, "PS256", "PS256"), (.standard, "none", nil), (.standard, "rs256", nil),
    ] as [(WireProfile, String, String?)])
    func allowed(_ profile: WireProfile, _ asked: String, _ signs: String?) async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.jwtConfiguration.alg = asked
        let algorithm = try? TokenAlgorithm.forIDTokens(of: client, profile, fixture.tenant.settings)
        #expect(algorithm?.rawValue == signs)
    }

    @Test("the halves of hashes follow the algorithm: SHA-256 for all but Ed25519")
    func hashes() async throws {
        let fixture = try await make("RS256")
        let client = try await fixture.changed(fixture.web) { $0.jwtConfiguration.alg = "ES256" }
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(client, ["response_type": "code id_token"])
        let payload = try await fixture.verified(try #require(answer["id_token"])).payload
        #expect(payload["c_hash"]?.string?.utf8.count == 22)
    }
}

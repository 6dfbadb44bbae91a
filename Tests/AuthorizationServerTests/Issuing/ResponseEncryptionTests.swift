import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Encrypted ID tokens and userinfo (OIDC Core 10.2, 5.3.2).
@Suite struct ResponseEncryptionTests {
    /// A client with a key for signing and one for encryption.
    private struct Case {
        var fixture: EngineFixture
        var client: Client
        let key: DecryptionKey
    }

    private func make(_ alg: String, _ enc: String? = nil, _ change: (inout Client) -> Void = { _ in }) async throws -> Case {
        let fixture = try await EngineFixture.make()
        let key = DecryptionKey(
            kid: "enc-key",
            privateKey: alg.hasPrefix("RSA") ? try ClientAssertionCase.fixtureRSA(.rs256).privateKey : try PrivateKey.generate(for: .es256))
        let signing = try TestKey()
        let set: JSONObject = ["keys": .array([.object(signing.jwk), .object(key.jwk)])]
        let client = try await fixture.changed(fixture.web) { client in
            client.proof.jwks = set.serializedString
            (client.responses.idTokenEncryptedResponseAlg, client.responses.idTokenEncryptedResponseEnc) = (alg, enc)
            (client.responses.userinfoEncryptedResponseAlg, client.responses.userinfoEncryptedResponseEnc) = (alg, enc)
            change(&client)
        }
        return Case(fixture: fixture, client: client, key: key)
    }

    private func tokens(_ test: Case) async throws -> TokenResponse {
        let code = try await test.fixture.insertCode(for: test.client, scopes: ["openid", "email"], audience: nil)
        return try await test.fixture.token(test.fixture.codeForm(code, from: test.client))
    }

    private func userinfo(_ test: Case) async throws -> String {
        let token = try await tokens(test).accessToken
        let answer = try await UserInfoEndpoint(test.fixture.context).respond(
            to: PresentedAccessToken(token: token), in: test.fixture.request())
        guard case .jwt(let text) = answer else { throw OAuthError(.serverError, "expected a JWT") }
        return text
    }

    @Test("the ID token is a JWT in a JWE to the client's key", arguments: [
        ("RSA-OAEP-256", "A128GCM"), ("RSA-OAEP-256", "A256GCM"), ("ECDH-ES", "A256GCM"), ("ECDH-ES+A128KW", "A128CBC-HS256"),
        ("ECDH-ES+A256KW", "A128GCM"), ("RSA-OAEP", "A256GCM"), ("RSA-OAEP-384", "A128GCM"), ("RSA-OAEP-512", "A128CBC-HS256"),
    ])
    func idToken(_ alg: String, _ enc: String) async throws {
        let test = try await make(alg, enc)
        let token = try #require(try await tokens(test).idToken)
        let opened = try JWE.decrypt(token, with: test.key)
        #expect(opened.header["alg"]?.string == alg && opened.header["enc"]?.string == enc)
        #expect(opened.header["cty"] == "JWT" && opened.header["kid"] == "enc-key")
        let inner = try await test.fixture.verified(String(decoding: opened.plaintext, as: UTF8.self))
        #expect(inner.payload["sub"]?.string == test.fixture.user.userID)
    }

    @Test("enc is A128CBC-HS256 when the client names none (OIDC Registration 2)")
    func defaultEncryption() async throws {
        let test = try await make("RSA-OAEP-256")
        let opened = try JWE.decrypt(try #require(try await tokens(test).idToken), with: test.key)
        #expect(opened.header["enc"] == "A128CBC-HS256")
    }

    @Test("front-channel ID tokens are encrypted as well")
    func frontChannel() async throws {
        let test = try await make("ECDH-ES")
        var browser = EngineBrowser(test.fixture)
        let answer = try await browser.signIn(test.client, ["response_type": "id_token"])
        let opened = try JWE.decrypt(try #require(answer["id_token"]), with: test.key)
        let inner = try await test.fixture.verified(String(decoding: opened.plaintext, as: UTF8.self))
        #expect(inner.payload["nonce"] == "n-0S6")
    }

    @Test("userinfo: encrypted claims, without cty and without a signature")
    func encryptedUserinfo() async throws {
        let test = try await make("RSA-OAEP-256", "A256GCM")
        let opened = try JWE.decrypt(try await userinfo(test), with: test.key)
        #expect(opened.header["cty"] == nil)
        let claims = try JSONValue.parse(opened.plaintext).object
        #expect(claims?["sub"]?.string == test.fixture.user.userID && claims?["email"]?.string == EngineFixture.email)
    }

    @Test("userinfo: signed, then encrypted")
    func signedAndEncrypted() async throws {
        let test = try await make("ECDH-ES") { $0.responses.userinfoSignedResponseAlg = "RS256" }
        let opened = try JWE.decrypt(try await userinfo(test), with: test.key)
        #expect(opened.header["cty"] == "JWT")
        let inner = try await test.fixture.verified(String(decoding: opened.plaintext, as: UTF8.self)).payload
        #expect(inner["aud"]?.string == test.client.clientID && inner["iss"] == "https://default.test/" && inner["nonce"] == nil)
    }

    @Test("userinfo: signed alone, and of no use as an access token or hint of another client")
    func signed() async throws {
        let test = try await make("ECDH-ES") { client in
            client.responses.userinfoEncryptedResponseAlg = nil
            client.responses.userinfoSignedResponseAlg = "PS256"
        }
        let text = try await userinfo(test)
        #expect(try await test.fixture.verified(text).header["alg"] == "PS256")
        await #expect(throws: OAuthError.self) {
            try await AccessTokenReader(test.fixture.context).read(text, in: test.fixture.request())
        }
    }

    @Test("a client without a key for it gets no unencrypted token instead", arguments: ["none", "signing", "kind"])
    func withoutKey(_ lack: String) async throws {
        let test = try await make("RSA-OAEP-256") { client in
            switch lack {
            case "none": client.proof.jwks = nil
            case "signing":
                let key = try? ClientAssertionCase.fixtureRSA(.rs256)
                client.proof.jwks = key.map { TestKey.jwks($0) }
            default: client.responses.idTokenEncryptedResponseAlg = "ECDH-ES"
            }
        }
        let error = await #expect(throws: OAuthError.self) { try await tokens(test) }
        #expect(error?.kind == .serverError)
    }

    private static let url = "https://client.example.test/jwks.json"

    /// A client whose keys are fetched, and were: it then had none to encrypt to.
    private func makeFetching() async throws -> Case {
        let test = try await make("ECDH-ES") { ($0.proof.jwks, $0.proof.jwksURI) = (nil, Self.url) }
        test.fixture.outbound.serve(TestKey.jwks(try TestKey()), at: Self.url)
        await #expect(throws: OAuthError.self) { try await tokens(test) }
        test.fixture.clock.advance(by: 31)
        return test
    }

    @Test("a key that the client published since its keys were read is fetched once, and then known")
    func rotatedKeys() async throws {
        let test = try await makeFetching()
        let before = test.fixture.outbound.gets.count
        let set: JSONObject = ["keys": .array([.object(test.key.jwk)])]
        test.fixture.outbound.serve(set.serializedString, at: Self.url)
        for _ in 0..<3 {
            let opened = try JWE.decrypt(try #require(try await tokens(test).idToken), with: test.key)
            #expect(opened.header["kid"] == "enc-key")
        }
        #expect(test.fixture.outbound.gets.count == before + 1)
    }

    @Test("a client that still publishes no key for it is asked at most once in half a minute, and gets no token")
    func stillNoKey() async throws {
        let test = try await makeFetching()
        let before = test.fixture.outbound.gets.count
        for _ in 0..<3 {
            let error = await #expect(throws: OAuthError.self) { try await tokens(test) }
            #expect(error?.kind == .serverError)
        }
        #expect(test.fixture.outbound.gets.count == before + 1)
    }

    @Test("a client whose address stopped answering gets no token in the clear")
    func unreachableKeys() async throws {
        let test = try await makeFetching()
        test.fixture.outbound.fail(Self.url)
        let error = await #expect(throws: OAuthError.self) { try await tokens(test) }
        #expect(error?.kind == .serverError)
    }

    @Test("a key that says RS256 and no use is for verifying, not for encrypting")
    func keyWithSignatureAlgorithm() async throws {
        let key = try ClientAssertionCase.fixtureRSA(.rs256)
        var jwk = key.jwk
        jwk["use"] = nil
        let test = try await make("RSA-OAEP-256") { $0.proof.jwks = (["keys": .array([.object(jwk)])] as JSONObject).serializedString }
        await #expect(throws: OAuthError.self) { try await tokens(test) }
    }
}

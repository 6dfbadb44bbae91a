import AuthorizationServer
import Crypto
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Implicit and hybrid answers (contract 4.4).
@Suite struct FrontChannelTests {
    @Test("members come in the contract's order", arguments: [
        ("token", ["access_token", "expires_in", "token_type", "state"]),
        ("id_token", ["id_token", "state"]),
        ("token id_token", ["access_token", "expires_in", "token_type", "id_token", "state"]),
        ("code id_token", ["id_token", "code", "state"]),
        ("code token", ["access_token", "expires_in", "token_type", "code", "state"]),
        ("code token id_token", ["access_token", "expires_in", "token_type", "id_token", "code", "state"]),
    ])
    func members(_ type: String, _ names: [String]) async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(fixture.web, ["response_type": type])
        #expect(answer.parameters.map(\.name) == names)
        #expect(answer.target.mode == .fragment)
    }

    @Test("the ID token is bound to nonce, token and code, and never lets a refresh token through")
    func bindings() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(
            fixture.web, ["response_type": "code token id_token", "scope": "openid offline_access", "response_mode": "form_post"])
        let (token, code) = (try #require(answer["access_token"]), try #require(answer["code"]))
        let keys = try await fixture.environment.signingKeys.keySet(for: fixture.context, host: "default.test", now: fixture.now)
        let payload = try JWS.verify(try #require(answer["id_token"]), keys: keys.verification).payload
        #expect(payload["nonce"]?.string == "n-0S6")
        #expect(payload["at_hash"]?.string == halfHash(token))
        #expect(payload["c_hash"]?.string == halfHash(code))
        #expect(payload["auth_time"] == nil)
        #expect(answer["scope"] == "openid")
        #expect(answer.delivery == .formPost(action: EngineFixture.callback))
        // The code half of the hybrid keeps offline access for the token endpoint.
        let record = try await fixture.stores.authorizationCodes.find(TokenHash(of: code))
        #expect(record?.access.scopes.contains("offline_access") == true)
    }

    @Test("a token through the browser says so, in the dialect that has the claim; the code's token does not", arguments: [
        "token", "code token", "code id_token token",
    ])
    func grantType(_ type: String) async throws {
        var fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let asks = ["response_type": type, "audience": EngineFixture.audience, "scope": "openid read:items"]
        let answer = try await browser.signIn(fixture.web, asks)
        #expect(try await fixture.verified(try #require(answer["access_token"])).payload["gty"] == "implicit")
        if let code = answer["code"] {
            let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web, [("code_verifier", nil)]))
            #expect(try await fixture.verified(tokens.accessToken).payload["gty"] == nil)
        }
        try await fixture.changeAPI { $0.tokenDialect = .rfc9068 }
        let other = try EngineBrowser.answer(await browser.authorize(fixture.web, asks))
        #expect(try await fixture.verified(try #require(other["access_token"])).payload["gty"] == nil)
    }

    private func halfHash(_ text: String) -> String {
        Base64URL.encode(SHA256.hash(data: Array(text.utf8)).prefix(16))
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// PKCE at the token endpoint where the code has no challenge, or a plain one (contract 7.2, 24 row 7).
@Suite struct AuthorizationCodePKCETests {
    private func unchallenged(_ code: inout AuthorizationCode) {
        (code.codeChallenge, code.codeChallengeMethod) = (nil, nil)
    }

    @Test("a confidential client needs no PKCE, and a verifier that nobody asked for is accepted")
    func confidential() async throws {
        let fixture = try await EngineFixture.make()
        for verifier in [nil, PKCEExample.verifier] {
            let code = try await fixture.insertCode(for: fixture.web, unchallenged)
            let form = fixture.codeForm(code, from: fixture.web, [("code_verifier", verifier)])
            #expect(try await fixture.token(form).refreshToken != nil)
        }
    }

    @Test("a public client's code without challenge is refused, unless the tenant relaxes the rule")
    func publicClient() async throws {
        var fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, unchallenged)
        let form = fixture.codeForm(code, from: fixture.native, [("code_verifier", nil)])
        let error = try await fixture.refusal(of: form)
        #expect(error.kind == .invalidGrant && error.description == "Failed to verify code verifier")
        fixture.tenant.settings.requirePKCEForPublicClients = false
        #expect(try await fixture.token(form).refreshToken != nil)
    }

    @Test("a third party's unasked verifier is refused")
    func thirdParty() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        (client.isFirstParty, client.thirdPartySecurityMode) = (false, .permissive)
        #expect(try await fixture.stores.clients.update(client))
        let code = try await fixture.insertCode(for: client, unchallenged)
        #expect(
            try await fixture.refusal(of: fixture.codeForm(code, from: client)).description == "Failed to verify code verifier")
    }

    @Test("plain compares the verifier itself, with or without a stored method", arguments: ["plain", nil])
    func plain(method: String?) async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native) {
            ($0.codeChallenge, $0.codeChallengeMethod) = (PKCEExample.verifier, method)
        }
        let wrong = fixture.codeForm(code, from: fixture.native, [("code_verifier", PKCEExample.challenge)])
        #expect(try await fixture.refusal(of: wrong).kind == .invalidGrant)
        #expect(try await fixture.token(fixture.codeForm(code, from: fixture.native)).refreshToken != nil)
    }

    @Test("an unknown stored method matches nothing")
    func unknownMethod() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native) { $0.codeChallengeMethod = "S512" }
        #expect(try await fixture.refusal(of: fixture.codeForm(code, from: fixture.native)).kind == .invalidGrant)
    }

    @Test("without redirect_uri at /authorize none is compared")
    func noRedirectURI() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native) { $0.redirectURI = nil }
        let form = fixture.codeForm(code, from: fixture.native, [("redirect_uri", nil)])
        #expect(try await fixture.token(form).refreshToken != nil)
    }
}

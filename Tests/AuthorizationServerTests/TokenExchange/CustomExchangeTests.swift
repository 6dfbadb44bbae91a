import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Custom token exchange: what nobody could be asked for is not given (contract 6.1, 18).
@Suite struct CustomExchangeTests {
    private static let secret = SecretBytes(Array(repeating: 7, count: 20))

    private func form(_ test: ExchangeCase, _ changes: [(String, String?)] = []) throws -> [(String, String)] {
        try test.form(.tokenExchange, [("scope", "openid read:items offline_access")] + changes)
    }

    @Test("a user's tokens for somebody else's, the refresh token included")
    func exchanged() async throws {
        let test = try await ExchangeCase.make()
        let tokens = try await test.fixture.token(form(test))
        #expect(tokens.refreshToken != nil && tokens.idToken != nil && tokens.scope == "openid read:items offline_access")
        #expect(tokens.extra.map(\.name) == ["issued_token_type"])
    }

    @Test("how an issuer types its tokens and what it writes into them for others does not matter", arguments: [
        "at+jwt", "JWT", "application/vendor+jwt",
    ])
    func foreignTokens(typ: String) async throws {
        let test = try await ExchangeCase.make()
        let claims = test.claims([("scope", .strings(["a", "b"])), ("resource", 1), ("client_id", nil)])
        _ = try await test.fixture.token(test.exchangeForm(test.key.jwt(claims, header: [("typ", .string(typ))])))
    }

    @Test("an API that asks for consent is refused, by the profile's own code", arguments: [
        (WireProfile.auth0, "403 access_denied"), (.standard, "400 invalid_target"),
    ])
    func consent(_ profile: WireProfile, _ wire: String) async throws {
        var test = try await ExchangeCase.make(profile)
        try await test.fixture.changeAPI { $0.skipConsentForVerifiableFirstPartyClients = false }
        #expect(try await test.fixture.refusal(of: form(test)).onTheWire == wire)
        #expect(try await test.fixture.token(form(test, [("audience", nil)])).idToken != nil, "userinfo alone needs none")
    }

    @Test("a third party cannot exchange: its users always agree themselves")
    func thirdParty() async throws {
        let test = try await ExchangeCase.make()
        _ = try await test.fixture.changed(test.client) { $0.isFirstParty = false }
        for audience in [EngineFixture.audience, nil] {
            #expect(try await test.fixture.refusal(of: form(test, [("audience", audience)])).kind == .unauthorizedClient)
        }
    }

    // MARK: The second factor

    private func withFactor(_ policy: MultifactorSettings.Policy, enrolled: Bool = true) async throws -> ExchangeCase {
        var test = try await ExchangeCase.make()
        try await test.fixture.configure { $0.multifactor.policy = policy }
        test.client = try await test.fixture.changed(test.client) { $0.grantTypes.append(.mfaOTP) }
        guard enrolled else { return test }
        var factor = Authenticator(id: "totp|dev_1", userID: test.fixture.user.userID, kind: .totp, createdAt: test.fixture.now)
        (factor.secret, factor.isActive) = (Self.secret, true)
        try await test.fixture.stores.authenticators.insert(factor)
        return test
    }

    private func otp(_ test: ExchangeCase, _ refusal: OAuthError) throws -> [(String, String)] {
        let token = try #require(refusal.members.first { $0.name == "mfa_token" }?.value.string)
        let code = test.fixture.environment.timeBasedCodes.code(secret: Self.secret, at: test.fixture.now)
        return test.fixture.form(
            [("grant_type", GrantType.mfaOTP.rawValue), ("mfa_token", token), ("otp", code)], of: test.client, [])
    }

    @Test("the policy asks for a second factor, which ends in the exchange's tokens", arguments: [
        MultifactorSettings.Policy.always, .enrolled,
    ])
    func secondFactor(_ policy: MultifactorSettings.Policy) async throws {
        let test = try await withFactor(policy)
        let form = try form(test)
        let refusal = try await test.fixture.refusal(of: form)
        #expect(refusal.onTheWire == "403 mfa_required" && refusal.description == WireText.multifactorRequired)
        #expect(try await test.fixture.refusal(of: form).kind == .invalidRequest, "one subject token, one mfa_token")
        let tokens = try await test.fixture.token(try otp(test, refusal))
        #expect(tokens.scope == "openid read:items offline_access" && tokens.refreshToken != nil)
        #expect(tokens.extra.map(\.name) == ["issued_token_type"])
        let idToken = try await test.fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken["amr"] == .strings(["mfa", "otp"]))
    }

    @Test("nobody without a factor is asked under the policy for those who have one")
    func notEnrolled() async throws {
        var test = try await withFactor(.enrolled, enrolled: false)
        test.fixture.user.emailVerified = false
        #expect(try await test.fixture.stores.users.update(test.fixture.user))
        _ = try await test.fixture.token(form(test))
    }

    @Test("who acts for the user is in the token that the second factor ends in")
    func actor() async throws {
        let test = try await withFactor(.always)
        let own = try await test.fixture.token(
            test.fixture.form(
                [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: test.fixture.machine, []))
        let client = try await test.fixture.changed(test.fixture.machine) { $0.grantTypes += [.tokenExchange, .mfaOTP] }
        var acting = test
        acting.client = client
        let refusal = try await test.fixture.refusal(of: form(acting, [
            ("actor_token", own.accessToken), ("actor_token_type", "urn:ietf:params:oauth:token-type:access_token"),
        ]))
        #expect(refusal.kind == .mfaRequired)
        let tokens = try await test.fixture.token(try otp(acting, refusal))
        let payload = try await test.fixture.verified(tokens.accessToken).payload
        #expect(payload["act"]?.object?["sub"]?.string == "\(client.clientID)@clients")
        #expect(tokens.refreshToken == nil && tokens.scope == "read:items")
    }

    @Test("the jwt-bearer grant asks nobody: its assertion is the identity provider's whole decision")
    func jwtBearer() async throws {
        let test = try await withFactor(.always)
        _ = try await test.fixture.token(test.form(.jwtBearer))
    }
}

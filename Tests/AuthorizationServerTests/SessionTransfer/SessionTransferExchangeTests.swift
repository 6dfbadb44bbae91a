import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `audience=urn:{host}:session_transfer` at the refresh token grant (contract 8.5).
@Suite struct SessionTransferExchangeTests {
    @Test("the answer: an opaque token for a minute, its type, an ID token, no scope, no new refresh token")
    func answer() async throws {
        let test = try await SessionTransferCase.make()
        let response = try await test.fixture.token(test.form(try await test.refreshToken()))
        #expect(Base64URL.decode(response.accessToken)?.count == 32)
        #expect(response.tokenType == "N_A" && response.expiresIn == 60)
        #expect(response.scope == nil && response.refreshToken == nil)
        #expect(try await test.fixture.verified(try #require(response.idToken)).payload["aud"]?.string == test.native.clientID)
        let json = response.json
        #expect(json.members.map(\.name) == ["access_token", "id_token", "expires_in", "token_type", "issued_token_type"])
        #expect(json["issued_token_type"]?.string == "urn:auth0:params:oauth:token-type:session_transfer_token")
    }

    @Test("it is kept by its hash for a minute, sealed, and says who signed in when, how and where")
    func stored() async throws {
        let test = try await SessionTransferCase.make()
        let (signedInAt, token) = (test.fixture.now, try await test.refreshToken())
        test.fixture.clock.advance(by: 500)
        let text = try await test.transferToken(for: token)
        let codes = test.fixture.stores.oneTimeCodes
        let row = try #require(try await codes.find(.sessionTransfer, key: TokenHash(of: text), at: test.fixture.now + 59))
        #expect(!row.payload.revealed.contains(text))
        #expect(try await codes.find(.sessionTransfer, key: TokenHash(of: text), at: test.fixture.now + 60) == nil)
        let kept = try #require(
            try await SessionTransferToken.consume(text, in: test.fixture.context, at: test.fixture.now))
        let family = try #require(try await test.fixture.family(of: token))
        #expect(kept.userID == test.fixture.user.userID && kept.clientID == test.native.clientID)
        #expect(kept.familyID == family.id && kept.cascades)
        #expect(kept.signIn == SignIn(authTime: signedInAt, amr: ["pwd"]) && kept.network == "203.0.113.7")
    }

    @Test("a rotating client gets its new refresh token, and within the leeway the same one with another transfer token")
    func rotating() async throws {
        let test = try await SessionTransferCase.make(native: { $0.refreshToken = .rotatingDefaults })
        let token = try await test.refreshToken()
        let first = try await test.fixture.token(test.form(token))
        let second = try await test.fixture.token(test.form(token))
        #expect(first.refreshToken != nil && first.refreshToken == second.refreshToken)
        #expect(first.accessToken != second.accessToken)
        #expect(try await test.fixture.family(of: token)?.generation == 2)
    }

    @Test("a refresh token that was used before ends its family and gives no transfer token")
    func reuse() async throws {
        let test = try await SessionTransferCase.make(native: { $0.refreshToken = .rotatingDefaults })
        let token = try await test.refreshToken()
        _ = try await test.fixture.token(test.form(token))
        test.fixture.clock.advance(by: 31)
        #expect(try await test.fixture.refusal(of: test.form(token)).kind == .invalidGrant)
        #expect(try await test.fixture.family(of: token)?.revokedAt == test.fixture.now)
    }

    @Test("the audience names the host, with or without a port; with another host it is an audience like any other")
    func audience() {
        let issuer = Issuer(scheme: "http", host: "localhost:3000")
        for name in ["urn:localhost:session_transfer", "urn:localhost:3000:session_transfer"] {
            #expect(SessionTransferExchange.isAudience(name, at: issuer))
        }
        for name in [
            "urn:default.test:session_transfer", "URN:localhost:session_transfer", "urn:localhost:session_transfer ",
            "urn:localhost:session_transfe", "urn::session_transfer", "",
        ] { #expect(!SessionTransferExchange.isAudience(name, at: issuer)) }
        #expect(SessionTransferExchange.isAudience("urn:[::1]:session_transfer", at: Issuer(scheme: "http", host: "[::1]:3000")))
        #expect(Issuer(scheme: "https", host: "[::1]").hostWithoutPort == "[::1]")
        #expect(Issuer(scheme: "https", host: "default.test").hostWithoutPort == "default.test")
    }

    @Test("another host's name is ignored like any audience without a policy: an access token for the original API")
    func foreignHost() async throws {
        let test = try await SessionTransferCase.make()
        let form = test.fixture.refreshForm(
            try await test.refreshToken(), from: test.native, [("audience", "urn:other.test:session_transfer")])
        let response = try await test.fixture.token(form)
        #expect(response.tokenType == "Bearer" && response.accessToken.contains("."))
    }

    // MARK: Refusals

    @Test("a client without the flag is refused, whatever its policy, and nothing is written", arguments: [false, true])
    func withoutFlag(hasPolicy: Bool) async throws {
        let test = try await SessionTransferCase.make(native: { client in
            client.sessionTransfer.canCreateSessionTransferToken = false
            client.refreshToken = .rotatingDefaults
            if hasPolicy {
                client.refreshToken.policies = [RefreshTokenPolicyEntry(audience: SessionTransferCase.audience, scope: ["x"])]
            }
        })
        let token = try await test.refreshToken()
        let before = try await test.fixture.snapshot()
        let error = try await test.fixture.refusal(of: test.form(token))
        #expect(error.onTheWire == "403 access_denied")
        #expect(try await test.fixture.snapshot() == before)
        #expect(try await test.fixture.lastEvent().type == .refreshTokenExchangeFailed)
        #expect(try await test.fixture.token(test.fixture.refreshForm(token, from: test.native)).refreshToken != nil)
    }

    @Test("a third party is refused although its record says otherwise")
    func thirdParty() async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.refreshToken()
        let client = try await test.fixture.changed(test.native) { client in
            (client.isFirstParty, client.thirdPartySecurityMode) = (false, .permissive)
        }
        let refusal = try await test.fixture.refusal(of: test.form(token, from: client)).onTheWire
        #expect(refusal == "403 access_denied")
    }

    @Test("a blocked or deleted user gets none", arguments: [true, false])
    func user(isDeleted: Bool) async throws {
        var test = try await SessionTransferCase.make()
        let token = try await test.refreshToken()
        if isDeleted {
            #expect(try await test.fixture.stores.users.delete(test.fixture.user.userID, at: test.fixture.now))
        } else {
            try await test.fixture.changeUser { $0.blocked = true }
        }
        #expect(try await test.fixture.refusal(of: test.form(token)).kind == (isDeleted ? .invalidGrant : .userBlocked))
    }

    @Test("a refresh token that is bound to a key needs its proof here as well")
    func proofOfPossession() async throws {
        let test = try await SessionTransferCase.make()
        let key = try TestKey()
        let code = try await test.fixture.insertCode(for: test.native, scopes: ["openid", "offline_access"])
        let form = test.fixture.codeForm(code, from: test.native)
        let token = try #require(try await test.fixture.token(form, proofs: [test.fixture.proof(key)]).refreshToken)
        #expect(try await test.fixture.refusal(of: test.form(token)).kind == .invalidDPoPProof)
        let response = try await test.fixture.token(test.form(token), proofs: [test.fixture.proof(key)])
        #expect(response.tokenType == "N_A" && response.dpopNonce != nil)
    }

    // MARK: What goes along

    @Test("the audit event is the exchange's, for that audience")
    func event() async throws {
        let test = try await SessionTransferCase.make()
        _ = try await test.transferToken()
        let event = try await test.fixture.lastEvent()
        #expect(event.type == .refreshTokenExchanged && event.audience == SessionTransferCase.audience)
        #expect(event.userID == test.fixture.user.userID && event.clientID == test.native.clientID)
    }

    @Test("narrowed to scopes without openid there is no ID token, and the grant stays what it was")
    func narrowed() async throws {
        let test = try await SessionTransferCase.make()
        let token = try await test.refreshToken()
        let before = try await test.fixture.family(of: token)?.access
        let response = try await test.fixture.token(test.form(token, [("scope", "read:items")]))
        #expect(response.idToken == nil && response.tokenType == "N_A")
        #expect(try await test.fixture.family(of: token)?.access == before)
        #expect(try await test.fixture.refusal(of: test.form(token, [("scope", "nothing")])).kind == .accessDenied)
    }

    private func signIn(_ test: SessionTransferCase, by token: String) async throws -> SignIn? {
        let text = try await test.transferToken(for: token)
        return try await SessionTransferToken.consume(text, in: test.fixture.context, at: test.fixture.now)?.signIn
    }

    @Test("of a grant that kept nothing: the living session, else the earliest time that it can have been")
    func unknownSignIn() async throws {
        let test = try await SessionTransferCase.make(native: { $0.sessionTransfer.canCreateSessionTransferToken = false })
        var browser = test.browser
        let begun = test.fixture.now
        let answer = try await browser.signIn(test.native, ["scope": SessionTransferCase.scopes])
        test.fixture.clock.advance(by: 100)
        let token = try #require(try await test.redeem(answer, for: test.native).refreshToken)
        _ = try await test.fixture.changed(test.native) { $0.sessionTransfer.canCreateSessionTransferToken = true }
        #expect(try await signIn(test, by: token) == SignIn(authTime: begun, amr: ["pwd"]))
        let cookie = try #require(browser.cookies.session)
        _ = try await test.fixture.stores.sessions.end(TokenHash(of: cookie), recording: nil)
        let earliest = begun + 100 - test.fixture.context.settings.sessionLifetime
        #expect(try await signIn(test, by: token) == SignIn(authTime: earliest, amr: []))
    }

    @Test("of a password grant: when it was made")
    func passwordGrant() async throws {
        let test = try await SessionTransferCase.make(web: { $0.sessionTransfer.canCreateSessionTransferToken = true })
        let begun = test.fixture.now
        let form = [
            ("grant_type", "password"), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
            ("scope", "openid offline_access"), ("audience", EngineFixture.audience),
        ]
        var fixture = test.fixture
        let directory = fixture.connection.name
        try await fixture.configure { $0.defaultDirectory = directory }
        let token = try #require(try await fixture.token(fixture.form(form, of: test.web, [])).refreshToken)
        fixture.clock.advance(by: 1000)
        let text = try await test.transferToken(for: token, from: test.web)
        let kept = try await SessionTransferToken.consume(text, in: fixture.context, at: fixture.now)
        #expect(kept?.signIn == SignIn(authTime: begun, amr: ["pwd"]))
    }
}

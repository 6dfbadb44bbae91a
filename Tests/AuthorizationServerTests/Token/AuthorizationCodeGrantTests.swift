import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct AuthorizationCodeGrantTests {
    @Test("the seed flow: a native client without secret gets access and refresh token, and scope offline_access")
    func seedFlow() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native))
        #expect(response.json.members.map(\.name) == ["access_token", "refresh_token", "scope", "expires_in", "token_type"])
        #expect(response.scope == "offline_access")
        #expect(response.expiresIn == 86_400)
        #expect(response.tokenType == "Bearer")
        #expect(try await fixture.verified(response.accessToken).payload["aud"] == .string(EngineFixture.audience))
        #expect(try await fixture.logTypes() == ["seacft"])
    }

    @Test("with openid there is an ID token between refresh token and scope, and aud ends in /userinfo")
    func openid() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.web, scopes: ["openid", "offline_access"]) { $0.nonce = "n-1" }
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.web))
        #expect(
            response.json.members.map(\.name)
                == ["access_token", "refresh_token", "id_token", "scope", "expires_in", "token_type"])
        let audiences = try await fixture.verified(response.accessToken).payload["aud"]
        #expect(audiences == .strings([EngineFixture.audience, "https://default.test/userinfo"]))
        #expect(try await fixture.verified(try #require(response.idToken)).payload["nonce"] == "n-1")
    }

    @Test("nothing granted: no scope member")
    func nothingGranted() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, scopes: [])
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native))
        #expect(response.json.members.map(\.name) == ["access_token", "expires_in", "token_type"])
    }

    @Test("offline access withdrawn between /authorize and here: no refresh token, scope without offline_access")
    func offlineAccessWithdrawn() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["read:items", "offline_access"])
        var api = fixture.api
        api.allowOfflineAccess = false
        #expect(try await fixture.stores.resourceServers.update(api))
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native))
        #expect(response.refreshToken == nil)
        #expect(response.scope == "read:items")
    }

    @Test("extra audience and organization are ignored")
    func extraParameters() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        let form = fixture.codeForm(
            code, from: fixture.native, [("audience", "https://unknown.test/"), ("organization", "org_1")])
        #expect(try await fixture.token(form).refreshToken != nil)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: [(String, String?)]
        let kind: OAuthError.Kind
        let text: String
    }

    static let refused: [Refused] = [
        Refused(
            testDescription: "unknown code", change: [("code", "nonsense")], kind: .invalidGrant,
            text: "Invalid authorization code"),
        Refused(
            testDescription: "no code", change: [("code", nil)], kind: .invalidRequest, text: "Missing required parameter: code"),
        Refused(
            testDescription: "empty code", change: [("code", "")], kind: .invalidRequest, text: "Missing required parameter: code"
        ),
        Refused(
            testDescription: "wrong verifier", change: [("code_verifier", String(repeating: "x", count: 43))],
            kind: .invalidGrant, text: "Failed to verify code verifier"),
        Refused(
            testDescription: "malformed verifier", change: [("code_verifier", "short")], kind: .invalidGrant,
            text: "Failed to verify code verifier"),
        Refused(
            testDescription: "no verifier", change: [("code_verifier", nil)], kind: .invalidGrant,
            text: "Failed to verify code verifier"),
        Refused(
            testDescription: "other redirect_uri", change: [("redirect_uri", "https://evil.test/")], kind: .invalidGrant,
            text: "The redirect URI is wrong. You sent https://evil.test/, and we expected https://app.example.test/callback"),
        Refused(
            testDescription: "no redirect_uri", change: [("redirect_uri", nil)], kind: .invalidGrant,
            text: "The redirect URI is wrong. You sent null, and we expected https://app.example.test/callback"),
        Refused(
            testDescription: "wrong secret", change: [("client_secret", "wrong")], kind: .invalidClient, text: "Unauthorized"),
        Refused(
            testDescription: "no secret", change: [("client_secret", nil)], kind: .invalidClient, text: "Unauthorized"),
    ]

    @Test("a refusal before possession is proved changes nothing, and the code still works", arguments: refused)
    func refusedAndUnchanged(row: Refused) async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.web)
        let before = try await fixture.snapshot(codes: [code])
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.web, row.change))
        #expect(error.kind == row.kind)
        #expect(error.description == row.text)
        #expect(try await fixture.snapshot(codes: [code]) == before)
        #expect(try await fixture.logTypes() == ["feacft"])
        #expect(try await fixture.token(fixture.codeForm(code, from: fixture.web)).refreshToken != nil)
    }

    @Test("another client's code is refused and not consumed")
    func otherClient() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        let before = try await fixture.snapshot(codes: [code])
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.web))
        #expect(error.kind == .invalidGrant && error.description == "Invalid authorization code")
        #expect(try await fixture.snapshot(codes: [code]) == before)
    }

    @Test("an expired code is refused from the very second on")
    func expired() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        fixture.clock.advance(by: 300)
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.native))
        #expect(error.kind == .invalidGrant && error.description == "Invalid authorization code")
    }

    @Test("a used code is refused, and the refresh token that it gave is revoked with the consent")
    func replay() async throws {
        let fixture = try await EngineFixture.make()
        let consent = Consent(
            userID: fixture.user.userID, clientID: fixture.native.clientID, audience: EngineFixture.audience,
            scopes: ["offline_access"], updatedAt: fixture.now)
        try await fixture.stores.consents.record(consent)
        let code = try await fixture.insertCode(for: fixture.native)
        let refreshToken = try #require(try await fixture.token(fixture.codeForm(code, from: fixture.native)).refreshToken)
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.native))
        #expect(error.kind == .invalidGrant && error.description == "Invalid authorization code")
        #expect(try await fixture.family(of: refreshToken)?.revokedAt == fixture.now)
        #expect(try await fixture.snapshot().consents == [nil, nil, nil, nil])
        #expect(try await fixture.logTypes() == ["seacft", "feacft"])
    }

    @Test("a thief without the verifier cannot revoke by replaying a used code")
    func replayWithoutVerifier() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        let refreshToken = try #require(try await fixture.token(fixture.codeForm(code, from: fixture.native)).refreshToken)
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.native, [("code_verifier", nil)]))
        #expect(error.description == "Failed to verify code verifier")
        #expect(try await fixture.family(of: refreshToken)?.revokedAt == nil)
    }

    @Test("a blocked user gets nothing, and the code is not consumed")
    func blocked() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        #expect(try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now))
        let before = try await fixture.snapshot(codes: [code])
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.native))
        #expect(error.kind == .userBlocked && error.description == "user is blocked")
        #expect(try await fixture.snapshot(codes: [code]) == before)
    }

    @Test("an API deleted meanwhile is refused")
    func deletedAPI() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        #expect(try await fixture.stores.resourceServers.delete(id: fixture.api.id))
        let error = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.native))
        #expect(error.kind == .accessDenied && error.description == "Service not found: https://api.example.test/")
    }

    @Test("of 50 concurrent redemptions one wins, and what it issued is revoked by the others")
    func concurrentRedemptions() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native)
        let results = await withTaskGroup(of: TokenResponse?.self) { group in
            for _ in 0..<50 { group.addTask { try? await fixture.token(fixture.codeForm(code, from: fixture.native)) } }
            return await group.reduce(into: [TokenResponse]()) { list, response in if let response { list.append(response) } }
        }
        #expect(results.count == 1)
        let winner = try #require(results.first?.refreshToken)
        #expect(try await fixture.family(of: winner)?.revokedAt != nil)
        #expect(try await fixture.snapshot().families.isEmpty)
        let types = try await fixture.logTypes()
        #expect(types.filter { $0 == "seacft" }.count == 1 && types.count == 50)
    }

    @Test("a replay hours after the code's own end revokes what the first use issued, though the sweeper was there")
    func lateReplay() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["openid", "offline_access"]) { $0.access.grantID = "grant-x" }
        let form = fixture.codeForm(code, from: fixture.native)
        let tokens = try await fixture.token(form)
        fixture.clock.advance(by: .hours(5))
        _ = try await fixture.engine.sweep(at: fixture.now, logRetention: .days(90))
        #expect(try await fixture.refusal(of: form).description == WireText.invalidAuthorizationCode)
        #expect(try await fixture.family(of: try #require(tokens.refreshToken))?.revokedAt == fixture.now)
        await #expect(throws: OAuthError.self) {
            try await AccessTokenReader(fixture.context).read(tokens.accessToken, in: fixture.request())
        }
    }

    @Test("another resource than the code's is invalid_target and leaves the code unused; Auth0's profile passes it over", arguments: [
        WireProfile.standard, .auth0,
    ])
    func otherResource(_ profile: WireProfile) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.native) { $0.wireProfile = profile }
        for (audience, right) in [(EngineFixture.audience, EngineFixture.audience), (nil, "https://default.test/userinfo")] {
            let code = try await fixture.insertCode(for: client, scopes: ["openid"], audience: audience)
            let wrong = fixture.codeForm(code, from: client, [("resource", "https://other.example.test/")])
            if profile == .standard {
                #expect(try await fixture.refusal(of: wrong).onTheWire == "400 invalid_target")
                _ = try await fixture.token(fixture.codeForm(code, from: client, [("resource", right)]))
            } else {
                _ = try await fixture.token(wrong)
            }
        }
    }

    @Test("a tenant for which resource means nothing passes it over")
    func ignoredResource() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.resourceParameterCompatibility = false }
        let client = try await fixture.changed(fixture.native) { $0.wireProfile = .standard }
        let code = try await fixture.insertCode(for: client)
        _ = try await fixture.token(fixture.codeForm(code, from: client, [("resource", "https://other.example.test/")]))
    }
}

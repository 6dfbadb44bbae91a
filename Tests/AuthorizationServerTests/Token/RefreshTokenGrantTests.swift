import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct RefreshTokenGrantTests {
    @Test("a non-rotating token gives access and ID token again and again, and no refresh token")
    func nonRotating() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        for _ in 0..<3 {
            fixture.clock.advance(by: 3600)
            let response = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
            #expect(response.json.members.map(\.name) == ["access_token", "id_token", "scope", "expires_in", "token_type"])
            #expect(response.scope == "openid profile read:items offline_access")
        }
        #expect(try await fixture.family(of: token)?.generation == 1)
    }

    @Test("a rotating token gives its successor each time")
    func rotating() async throws {
        let fixture = try await EngineFixture.make()
        var token = try await fixture.refreshToken(for: fixture.spa)
        var seen: Set<String> = [token]
        for _ in 0..<5 {
            fixture.clock.advance(by: 3600)
            let response = try await fixture.token(fixture.refreshForm(token, from: fixture.spa))
            token = try #require(response.refreshToken)
            #expect(seen.insert(token).inserted)
        }
        #expect(try await fixture.family(of: token)?.generation == 6)
        #expect(try await fixture.snapshot().families.count == 1)
    }

    @Test("a successful exchange is in the audit log with family and counter")
    func audit() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        _ = try await fixture.token(fixture.refreshForm(token, from: fixture.spa))
        let event = try await fixture.lastEvent()
        #expect(event.type == .refreshTokenExchanged)
        #expect(event.clientID == fixture.spa.clientID && event.userID == fixture.user.userID)
        #expect(event.audience == EngineFixture.audience)
        #expect(event.details.members.map(\.name) == ["familyId", "tokenCounter"])
        #expect(event.details["tokenCounter"] == 1)
    }

    @Test("the ID token has the original sid and auth_time and no nonce")
    func idToken() async throws {
        let fixture = try await EngineFixture.make()
        let authTime = fixture.now - 60
        let code = try await fixture.insertCode(for: fixture.web, scopes: ["openid", "offline_access"]) {
            ($0.nonce, $0.access.authTime) = ("n-1", authTime)
        }
        let first = try await fixture.token(fixture.codeForm(code, from: fixture.web))
        fixture.clock.advance(by: 1000)
        let refreshed = try await fixture.token(
            fixture.refreshForm(try #require(first.refreshToken), from: fixture.web))
        let claims = try await fixture.verified(try #require(refreshed.idToken)).payload
        #expect(claims["nonce"] == nil)
        #expect(claims["sid"] == "session-id-0123456789-0123456789")
        #expect(claims["auth_time"]?.integer == authTime.seconds)
        #expect(claims["iat"]?.integer == fixture.now.seconds)
        #expect(claims["sub"]?.string == fixture.user.userID && claims["aud"]?.string == fixture.web.clientID)
    }

    @Test("claims are those of the user now")
    func freshClaims() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        var user = fixture.user
        user.profile.name = "New Name"
        #expect(try await fixture.stores.users.update(user))
        let response = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
        #expect(try await fixture.verified(try #require(response.idToken)).payload["name"] == "New Name")
    }

    @Test("a narrowed scope narrows this access token only")
    func narrowed() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let narrow = try await fixture.token(
            fixture.refreshForm(token, from: fixture.native, [("scope", "read:items write:items")]))
        #expect(narrow.scope == "read:items offline_access")
        #expect(narrow.idToken == nil)
        #expect(try await fixture.verified(narrow.accessToken).payload["aud"] == .string(EngineFixture.audience))
        let whole = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
        #expect(whole.scope == "openid profile read:items offline_access")
    }

    @Test("a scope with nothing granted in it is refused and changes nothing")
    func nothingGranted() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        let before = try await fixture.snapshot()
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa, [("scope", "write:items")]))
        #expect(error.kind == .accessDenied)
        #expect(try await fixture.snapshot() == before)
    }

    @Test(
        "another audience is ignored",
        arguments: ["https://unknown.test/", "https://default.test/userinfo", EngineFixture.audience])
    func otherAudience(audience: String) async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native, scopes: ["read:items", "offline_access"])
        let response = try await fixture.token(
            fixture.refreshForm(token, from: fixture.native, [("audience", audience), ("redirect_uri", EngineFixture.callback)]))
        #expect(try await fixture.verified(response.accessToken).payload["aud"] == .string(EngineFixture.audience))
    }

    @Test("a password origin shows in gty as a pair, a code origin does not show")
    func grantType() async throws {
        let fixture = try await EngineFixture.make()
        let byPassword = try await fixture.token(
            fixture.form(
                [
                    ("grant_type", "password"), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
                    ("audience", EngineFixture.audience), ("scope", "offline_access"),
                ], of: fixture.web, []))
        let refreshed = try await fixture.token(
            fixture.refreshForm(try #require(byPassword.refreshToken), from: fixture.web))
        #expect(try await fixture.verified(refreshed.accessToken).payload["gty"] == .strings(["refresh_token", "password"]))
        let byCode = try await fixture.refreshToken(for: fixture.native)
        let response = try await fixture.token(fixture.refreshForm(byCode, from: fixture.native))
        #expect(try await fixture.verified(response.accessToken).payload["gty"] == nil)
    }

    @Test("without an API the refreshed token is the opaque one for /userinfo")
    func withoutAPI() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native, scopes: ["openid", "offline_access"], audience: nil)
        let response = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
        #expect(!response.accessToken.contains("."))
        let answer = try await UserInfoEndpoint(fixture.context).respond(
            to: PresentedAccessToken(token: response.accessToken), in: fixture.request())
        guard case .json(let claims) = answer else { throw ExpectedJSON() }
        #expect(claims["sub"]?.string == fixture.user.userID)
    }
}

private struct ExpectedJSON: Error {}

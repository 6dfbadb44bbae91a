import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct UserInfoEndpointTests {
    private let scopes: Scopes = ["openid", "profile", "email"]

    private func accessToken(
        _ fixture: EngineFixture, scopes: Scopes? = nil, api: ResourceServer?,
        issuer: Issuer = Issuer(scheme: "https", host: "default.test")
    ) async throws -> String {
        let access = GrantedAccess(
            clientID: fixture.spa.clientID, userID: fixture.user.userID, audience: api?.identifier, scopes: scopes ?? self.scopes)
        return try await TokenIssuer(fixture.context).accessToken(
            for: access, client: fixture.spa, api: api, in: fixture.request(issuer: issuer), frontChannel: false
        ).value
    }

    private func userinfo(_ fixture: EngineFixture, _ token: String?) async throws -> JSONObject {
        let answer = try await UserInfoEndpoint(fixture.context).respond(
            to: PresentedAccessToken(token: token), in: fixture.request())
        guard case .json(let claims) = answer else { throw OAuthError(.serverError, "expected JSON") }
        return claims
    }

    private func expectRefused(
        _ fixture: EngineFixture, _ token: String?, _ location: SourceLocation = #_sourceLocation
    ) async {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) { try await userinfo(fixture, token) }
        #expect(error?.kind == .invalidToken, sourceLocation: location)
    }

    @Test("opaque token and JWT give sub first, then the claims of the scopes", arguments: [true, false])
    func success(isOpaque: Bool) async throws {
        let fixture = try await EngineFixture.make()
        let token = try await accessToken(fixture, api: isOpaque ? nil : fixture.api)
        let claims = try await userinfo(fixture, token)
        #expect(claims.members.map(\.name) == ["sub", "nickname", "name", "picture", "updated_at", "email", "email_verified"])
        #expect(claims["sub"]?.string == fixture.user.userID)
    }

    @Test("claims are the latest")
    func latest() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await accessToken(fixture, api: nil)
        var user = fixture.user
        user.profile.name = "Changed"
        #expect(try await fixture.stores.users.update(user))
        #expect(try await userinfo(fixture, token)["name"] == "Changed")
    }

    @Test(
        "no token, an empty one, nonsense: refused", arguments: [nil, "", "x", "a.b.c", "..", "AQ", "eyJhbGciOiJub25lIn0.e30."])
    func nonsense(token: String?) async throws {
        await expectRefused(try await EngineFixture.make(), token)
    }

    @Test("tokens expire", arguments: [true, false])
    func expired(isOpaque: Bool) async throws {
        let fixture = try await EngineFixture.make()
        let token = try await accessToken(fixture, api: isOpaque ? nil : fixture.api)
        fixture.clock.advance(by: 86_399)
        _ = try await userinfo(fixture, token)
        fixture.clock.advance(by: 1)
        await expectRefused(fixture, token)
    }

    @Test("a token without openid is refused", arguments: [true, false])
    func withoutOpenid(isOpaque: Bool) async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(fixture, try await accessToken(fixture, scopes: ["profile"], api: isOpaque ? nil : fixture.api))
    }

    @Test("an ID token is no access token")
    func idToken() async throws {
        let fixture = try await EngineFixture.make()
        let access = GrantedAccess(clientID: fixture.spa.clientID, userID: fixture.user.userID, audience: nil, scopes: scopes)
        let token = try await TokenIssuer(fixture.context).idToken(
            for: access, client: fixture.spa, user: fixture.user, bindings: .none, in: fixture.request())
        await expectRefused(fixture, token)
    }

    @Test("a JWT of another host of the tenant is refused here")
    func otherIssuer() async throws {
        let fixture = try await EngineFixture.make()
        await expectRefused(
            fixture, try await accessToken(fixture, api: fixture.api, issuer: Issuer(scheme: "https", host: "other.test")))
    }

    @Test("a user deleted or blocked since is refused", arguments: [true, false])
    func userGone(isDeleted: Bool) async throws {
        let fixture = try await EngineFixture.make()
        let token = try await accessToken(fixture, api: nil)
        if isDeleted {
            #expect(try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now))
        } else {
            #expect(try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now))
        }
        await expectRefused(fixture, token)
    }

    @Test("a token of a revoked key is refused, of a previous one accepted")
    func keyRotation() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await accessToken(fixture, api: fixture.api)
        let keys = fixture.stores.signingKeys
        #expect(try await keys.rotate(from: FixtureKeys.currentKID, newNext: FixtureKeys.spare(at: fixture.now), at: fixture.now))
        fixture.environment.signingKeys.invalidate(fixture.stores.tenant)
        _ = try await userinfo(fixture, token)
        #expect(try await KeyRotation(fixture.context).revoke(FixtureKeys.currentKID, now: fixture.now))
        await expectRefused(fixture, token)
    }
}

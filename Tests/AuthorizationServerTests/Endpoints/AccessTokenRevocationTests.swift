import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Revoking access tokens (RFC 7009 section 2.1), which Auth0 does not.
@Suite struct AccessTokenRevocationTests {
    private func isGood(_ token: String, _ fixture: EngineFixture) async -> Bool {
        (try? await AccessTokenReader(fixture.context).read(token, in: fixture.request())) != nil
    }

    private func revoke(_ fixture: EngineFixture, _ token: String, as client: Client) async throws {
        try await RevocationEndpoint(fixture.context).respond(
            to: FormParameters(fixture.credentials(of: client) + [("token", token)]), authorization: nil, in: fixture.request())
    }

    private func make(_ profile: WireProfile) async throws -> (EngineFixture, Client, TokenResponse) {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.update({ $0.wireProfile = profile }, fixture.web)
        let code = try await fixture.insertCode(for: client, scopes: ["read:items", "offline_access"]) {
            $0.access.grantID = "grant-0123456789-abcde"
        }
        return (fixture, client, try await fixture.token(fixture.codeForm(code, from: client)))
    }

    @Test("an access token is gone at once, alone, and logged", arguments: [WireProfile.standard, .fapi1Advanced])
    func revoked(profile: WireProfile) async throws {
        var (fixture, client, response) = try await make(.standard)
        let refreshToken = try #require(response.refreshToken)
        let other = try await fixture.token(fixture.refreshForm(refreshToken, from: client)).accessToken
        fixture.tenant.settings.defaultWireProfile = profile
        try await revoke(fixture, response.accessToken, as: client)
        #expect(await !isGood(response.accessToken, fixture))
        #expect(await isGood(other, fixture))
        #expect(try await fixture.lastEvent().type == .accessTokenRevoked)
        _ = try await fixture.token(fixture.refreshForm(refreshToken, from: client))
    }

    @Test("another client's access token stays")
    func otherClient() async throws {
        let (fixture, _, response) = try await make(.standard)
        let machine = try await fixture.update({ $0.wireProfile = .standard }, fixture.machine)
        try await revoke(fixture, response.accessToken, as: machine)
        #expect(await isGood(response.accessToken, fixture))
    }

    @Test("in Auth0's profile nothing happens")
    func auth0() async throws {
        let (fixture, client, response) = try await make(.auth0)
        try await revoke(fixture, response.accessToken, as: client)
        try await revoke(fixture, try #require(response.refreshToken), as: client)
        #expect(await isGood(response.accessToken, fixture))
    }

    @Test("a refresh token takes the access tokens of its grant along")
    func wholeGrant() async throws {
        let (fixture, client, response) = try await make(.standard)
        try await revoke(fixture, try #require(response.refreshToken), as: client)
        #expect(await !isGood(response.accessToken, fixture))
    }
}

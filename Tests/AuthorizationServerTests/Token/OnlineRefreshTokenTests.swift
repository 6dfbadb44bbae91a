import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Refresh tokens that live as long as the browser session (contract 8.8).
@Suite struct OnlineRefreshTokenTests {
    private static let sid = "session-id-0123456789-0123456789"
    private static let scopes: Scopes = ["openid", "read:items", "online_access"]

    private func make() async throws -> (EngineFixture, Client) {
        let fixture = try await EngineFixture.make()
        var api = fixture.api
        api.allowOnlineAccess = true
        #expect(try await fixture.stores.resourceServers.update(api))
        let session = BrowserSession(
            cookieHash: TokenHash(of: "cookie"), sid: Self.sid, userID: fixture.user.userID, authTime: fixture.now,
            idleExpiresAt: fixture.now + .hours(1), absoluteExpiresAt: fixture.now + .hours(24))
        try await fixture.stores.sessions.begin(
            session, replacing: nil, recording: fixture.request().event(.loginSucceeded, client: fixture.web, user: fixture.user))
        return (fixture, fixture.web)
    }

    private func exchange(_ fixture: EngineFixture, _ client: Client, proofs: [String] = []) async throws -> TokenResponse {
        let code = try await fixture.insertCode(for: client, scopes: Self.scopes)
        return try await fixture.token(fixture.codeForm(code, from: client), proofs: proofs)
    }

    @Test("it is issued, its scope is not echoed, and a refresh brings no other")
    func issued() async throws {
        let (fixture, client) = try await make()
        let response = try await exchange(fixture, client)
        let token = try #require(response.refreshToken)
        #expect(response.scope == "openid read:items")
        for _ in 0..<2 {
            let refreshed = try await fixture.token(fixture.refreshForm(token, from: client))
            #expect(refreshed.refreshToken == nil && refreshed.scope == "openid read:items" && refreshed.idToken != nil)
        }
    }

    @Test("it does not rotate, whatever the client's settings say")
    func neverRotates() async throws {
        let (fixture, _) = try await make()
        let client = try await fixture.update({ $0.refreshToken = .rotatingDefaults }, fixture.web)
        let token = try #require(try await exchange(fixture, client).refreshToken)
        fixture.clock.advance(by: 600)
        #expect(try await fixture.token(fixture.refreshForm(token, from: client)).refreshToken == nil)
        #expect(try await fixture.family(of: token)?.absoluteExpiresAt == nil)
    }

    @Test("each use keeps the session awake, and it ends with the session")
    func session() async throws {
        let (fixture, client) = try await make()
        let token = try #require(try await exchange(fixture, client).refreshToken)
        fixture.clock.advance(by: .minutes(50))
        _ = try await fixture.token(fixture.refreshForm(token, from: client))
        fixture.clock.advance(by: .minutes(50))
        _ = try await fixture.token(fixture.refreshForm(token, from: client))
        _ = try await fixture.stores.sessions.end(TokenHash(of: "cookie"), recording: nil)
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: client))
        #expect(error.kind == .invalidGrant && error.description == WireText.invalidRefreshToken)
    }

    @Test("the session's absolute end is its end")
    func absoluteEnd() async throws {
        let (fixture, client) = try await make()
        let token = try #require(try await exchange(fixture, client).refreshToken)
        fixture.clock.advance(by: .minutes(50))
        _ = try await fixture.token(fixture.refreshForm(token, from: client))
        fixture.clock.advance(by: .hours(24))
        #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: client)).kind == .invalidGrant)
    }

    @Test("a lifetime that was shortened counts at the next use, idle or absolute", arguments: [true, false])
    func shortened(_ isAbsolute: Bool) async throws {
        var (fixture, client) = try await make()
        let token = try #require(try await exchange(fixture, client).refreshToken)
        fixture.clock.advance(by: 600)
        _ = try await fixture.token(fixture.refreshForm(token, from: client))
        try await fixture.configure { settings in
            if isAbsolute { settings.sessionLifetime = 660 } else { settings.idleSessionLifetime = 60 }
        }
        fixture.clock.advance(by: 59)
        _ = try await fixture.token(fixture.refreshForm(token, from: client))
        fixture.clock.advance(by: isAbsolute ? 1 : 60)
        #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: client)).kind == .invalidGrant)
    }

    @Test("a lifetime that was lengthened is not for sessions that began before")
    func lengthened() async throws {
        var (fixture, client) = try await make()
        let token = try #require(try await exchange(fixture, client).refreshToken)
        try await fixture.configure { $0.idleSessionLifetime = .hours(100) }
        fixture.clock.advance(by: .minutes(50))
        _ = try await fixture.token(fixture.refreshForm(token, from: client))
        fixture.clock.advance(by: .minutes(60))
        #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: client)).kind == .invalidGrant)
    }

    @Test("revoking it ends the session")
    func revocation() async throws {
        let (fixture, client) = try await make()
        let token = try #require(try await exchange(fixture, client).refreshToken)
        try await RevocationEndpoint(fixture.context).respond(
            to: FormParameters(fixture.credentials(of: client) + [("token", token)]), authorization: nil, in: fixture.request())
        #expect(try await fixture.stores.sessions.find(sid: Self.sid, at: fixture.now) == nil)
    }

    @Test("a public client needs a DPoP key for it")
    func publicClient() async throws {
        let (fixture, _) = try await make()
        #expect(try await exchange(fixture, fixture.native).refreshToken == nil)
        let key = try TestKey()
        let token = try #require(try await exchange(fixture, fixture.native, proofs: [fixture.proof(key)]).refreshToken)
        #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.native)).kind == .invalidDPoPProof)
        _ = try await fixture.token(fixture.refreshForm(token, from: fixture.native), proofs: [fixture.proof(key)])
    }

    @Test("an API that does not allow it: no token, no scope, no error")
    func notAllowed() async throws {
        let (fixture, client) = try await make()
        #expect(try await fixture.stores.resourceServers.update(fixture.api))
        let response = try await exchange(fixture, client)
        #expect(response.refreshToken == nil && response.scope == "openid read:items")
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What the second factor keeps of the first: key, scopes, permissions; and what the log says (contract 7.7, 9.2, 16.1).
@Suite struct MultifactorEngineTests {
    private static let secret = SecretBytes(Array(repeating: 7, count: 20))

    /// A tenant that always asks, whose user has an application.
    private static func fixture() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        try await fixture.changeSettings { $0.multifactor.policy = .always }
        var factor = Authenticator(id: "totp|dev_1", userID: fixture.user.userID, kind: .totp, createdAt: fixture.now)
        (factor.secret, factor.isActive) = (secret, true)
        try await fixture.stores.authenticators.insert(factor)
        return fixture
    }

    private static func password(_ fixture: EngineFixture, _ client: Client) -> [(String, String)] {
        let pairs = [
            ("grant_type", "password"), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
            ("audience", EngineFixture.audience), ("scope", "openid read:items write:items offline_access"),
        ]
        return fixture.form(pairs, of: client, [])
    }

    private static func otp(_ fixture: EngineFixture, _ client: Client, _ refusal: OAuthError) throws -> [(String, String)] {
        let token = try #require(refusal.members.first { $0.name == "mfa_token" }?.value.string)
        let code = fixture.environment.timeBasedCodes.code(secret: secret, at: fixture.now)
        let pairs = [("grant_type", GrantType.mfaOTP.rawValue), ("mfa_token", token), ("otp", code)]
        return fixture.form(pairs, of: client, [])
    }

    @Test("a public client that began with a key must end with it, and its refresh token is bound to it")
    func boundKey() async throws {
        let fixture = try await Self.fixture()
        let (key, other) = (try TestKey(), try TestKey())
        let refusal = try await fixture.refusal(of: Self.password(fixture, fixture.native), proofs: [try fixture.proof(key)])
        let form = try Self.otp(fixture, fixture.native, refusal)
        #expect(try await fixture.refusal(of: form, proofs: []).kind == .invalidDPoPProof)
        #expect(try await fixture.refusal(of: form, proofs: [try fixture.proof(other)]).kind == .invalidDPoPProof)
        let response = try await fixture.token(form, proofs: [try fixture.proof(key)])
        #expect(response.tokenType == "DPoP" && response.dpopNonce != nil)
        #expect(try await fixture.confirmation(of: response)?["jkt"]?.string == key.jkt)
        let family = try await fixture.family(of: try #require(response.refreshToken))
        #expect(family?.access.details.boundKey?.thumbprint == key.jkt)
    }

    @Test("permissions that the user lost, and scopes that the API lost, between the factors are not granted")
    func lostScopes() async throws {
        let fixture = try await Self.fixture()
        var api = fixture.api
        api.enforcePolicies = true
        _ = try await fixture.stores.resourceServers.update(api)
        let id = fixture.user.userID
        try await fixture.stores.permissions.grant(["read:items", "write:items"], at: api.identifier, to: id)
        let refusal = try await fixture.refusal(of: Self.password(fixture, fixture.web))
        try await fixture.stores.permissions.revoke(["write:items"], at: api.identifier, from: id)
        let response = try await fixture.token(try Self.otp(fixture, fixture.web, refusal))
        #expect(response.scope == "openid read:items offline_access")
    }

    @Test("an API that was deleted between the factors spends neither code nor token")
    func deletedAPI() async throws {
        let fixture = try await Self.fixture()
        let refusal = try await fixture.refusal(of: Self.password(fixture, fixture.web))
        let form = try Self.otp(fixture, fixture.web, refusal)
        _ = try await fixture.stores.resourceServers.delete(id: fixture.api.id)
        #expect(try await fixture.refusal(of: form).kind == .accessDenied)
        try await fixture.stores.resourceServers.insert(fixture.api)
        #expect(try await fixture.token(form).refreshToken != nil)
    }

    @Test("the log names user and client, and holds no token or code")
    func log() async throws {
        let fixture = try await Self.fixture()
        let refusal = try await fixture.refusal(of: Self.password(fixture, fixture.web))
        let form = try Self.otp(fixture, fixture.web, refusal)
        let wrong = form.map { $0.0 == "otp" ? ("otp", EngineFixture.otherCode(than: $0.1)) : $0 }
        _ = try await fixture.refusal(of: wrong)
        let failed = try await fixture.lastEvent()
        #expect(failed.type == .mfaOTPExchangeFailed && failed.userID == fixture.user.userID)
        _ = try await fixture.token(form)
        let done = try await fixture.lastEvent()
        #expect(done.type == .mfaOTPExchanged && done.userID == fixture.user.userID)
        #expect(done.clientID == fixture.web.clientID && done.audience == EngineFixture.audience)
        let token = try #require(form.first { $0.0 == "mfa_token" }?.1)
        for record in try await fixture.stores.logs.list(after: nil, limit: 100) {
            #expect(!"\(record)".contains(token))
        }
    }

    @Test("a login without a second factor due is as it was")
    func notDue() async throws {
        var fixture = try await Self.fixture()
        try await fixture.changeSettings { $0.multifactor.policy = .never }
        let response = try await fixture.token(Self.password(fixture, fixture.web))
        let idToken = try await fixture.verified(try #require(response.idToken)).payload
        #expect(idToken["amr"] == nil)
    }

    @Test("an mfa_token outlives a change of the master key")
    func rotatedKey() async throws {
        let fixture = try await Self.fixture()
        let refusal = try await fixture.refusal(of: Self.password(fixture, fixture.web))
        let form = try Self.otp(fixture, fixture.web, refusal)
        var rotated = fixture
        let old = EngineFixture.masterKeys.current
        let new = try #require(MasterKeyRing.Key(bytes: Array(repeating: 99, count: 32)))
        rotated.environment.masterKeys = MasterKeyRing(current: new, older: [old])
        #expect(try await rotated.token(form).refreshToken != nil)
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Reading access tokens: what counts, and every name under which one can be revoked.
@Suite struct AccessTokenReaderTests {
    private struct Case {
        var fixture: EngineFixture
        let token: String

        var reader: AccessTokenReader { AccessTokenReader(fixture.context) }
        func read() async throws -> VerifiedAccessToken { try await reader.read(token, in: fixture.request()) }
        func isGood() async throws -> Bool {
            do {
                _ = try await read()
                return true
            } catch let error as OAuthError where error.kind == .invalidToken {
                return false
            }
        }
    }

    /// A token of the code flow, for the API or (`nil`) for userinfo alone.
    private func make(_ profile: WireProfile = .standard, audience: String? = EngineFixture.audience) async throws -> Case {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = profile }
        let code = try await fixture.insertCode(for: client, scopes: ["openid", "read:items"], audience: audience) { code in
            code.access.grantID = "grant-0123456789abcdef"
        }
        return Case(fixture: fixture, token: try await fixture.token(fixture.codeForm(code, from: client)).accessToken)
    }

    @Test("all that a token says")
    func content() async throws {
        let test = try await make()
        let read = try await test.read()
        #expect(read.userID == test.fixture.user.userID && read.clientID == test.fixture.web.clientID)
        #expect(read.audiences == [EngineFixture.audience, "https://default.test/userinfo"])
        #expect(read.scopes == ["openid", "read:items"] && read.grantID == "grant-0123456789abcdef")
        #expect(read.sid == "session-id-0123456789-0123456789" && read.jti?.hasPrefix("grant-0123456789abcdef.") == true)
        #expect(read.issuedAt == Timestamp(seconds: test.fixture.now.seconds) && read.confirmation == nil)
    }

    @Test("a token is refused once its jti, grant or session was revoked", arguments: ["jti", "grant", "session"])
    func revoked(_ by: String) async throws {
        let test = try await make()
        let read = try await test.read()
        let key: RevocationKey = switch by {
        case "jti": .token(jti: try #require(read.jti))
        case "grant": .grant(try #require(read.grantID))
        default: .session(sid: try #require(read.sid))
        }
        try await test.fixture.stores.revocations.revoke([key], until: read.expiresAt, at: test.fixture.now)
        #expect(try await !test.isGood())
    }

    @Test("opaque tokens and Auth0's dialect are revoked by grant, session or issue as far as they name them", arguments: [
        (WireProfile.standard, nil, "grant", true), (.standard, nil, "session", true), (.standard, nil, "issue", false),
        (.auth0, EngineFixture.audience, "issue", true), (.auth0, nil, "grant", true), (.auth0, nil, "issue", false),
    ] as [(WireProfile, String?, String, Bool)])
    func revokedOthers(_ profile: WireProfile, _ audience: String?, _ by: String, _ isRevoked: Bool) async throws {
        let test = try await make(profile, audience: audience)
        let read = try await test.read()
        let key: RevocationKey = switch by {
        case "grant": .grant("grant-0123456789abcdef")
        case "session": .session(sid: "session-id-0123456789-0123456789")
        default: .issue(
            clientID: read.clientID, userID: read.userID, audience: audience ?? "", issuedAt: read.issuedAt.seconds)
        }
        try await test.fixture.stores.revocations.revoke([key], until: read.expiresAt, at: test.fixture.now)
        #expect(try await test.isGood() == !isRevoked)
    }

    @Test("another token's revocation does no harm")
    func othersRevoked() async throws {
        let test = try await make()
        let now = test.fixture.now
        let keys: [RevocationKey] = [
            .token(jti: "other"), .grant("grant-0123456789abcde"), .session(sid: "session"),
            .issue(
                clientID: test.fixture.web.clientID, userID: test.fixture.user.userID, audience: EngineFixture.audience,
                issuedAt: now.seconds + 1),
        ]
        try await test.fixture.stores.revocations.revoke(keys, until: now + 1000, at: now)
        #expect(try await test.isGood())
    }

    @Test("a replayed code revokes what its first use issued", arguments: [EngineFixture.audience, nil])
    func replayedCode(_ audience: String?) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = .standard }
        let code = try await fixture.insertCode(for: client, scopes: ["openid"], audience: audience) { $0.access.grantID = "grant-x" }
        let token = try await fixture.token(fixture.codeForm(code, from: client)).accessToken
        let test = Case(fixture: fixture, token: token)
        #expect(try await test.isGood())
        #expect(try await fixture.refusal(of: fixture.codeForm(code, from: client)).kind == .invalidGrant)
        #expect(try await !test.isGood())
    }

    @Test("no other JWT of ours is an access token")
    func otherJWTs() async throws {
        let test = try await make()
        let (fixture, now) = (test.fixture, test.fixture.now.seconds)
        let issuer = TokenIssuer(fixture.context)
        let base: JSONObject = [
            "iss": "https://default.test/", "sub": .string(fixture.user.userID), "aud": "https://default.test/userinfo",
            "iat": .integer(now), "exp": .integer(now + 60), "scope": "openid", "azp": .string(fixture.web.clientID),
        ]
        func token(_ typ: String, without name: String? = nil, _ changes: [(String, JSONValue)] = []) async throws -> String {
            var payload = base
            if let name { payload[name] = nil }
            for (name, value) in changes { payload[name] = value }
            return try await issuer.sign(payload, typ: typ, algorithm: .rs256, in: fixture.request())
        }
        let reader = test.reader
        _ = try await reader.read(try await token("JWT"), in: fixture.request())
        let wrong = [
            try await token("logout+jwt"), try await token("JWT", without: "azp"), try await token("JWT", without: "sub"),
            try await token("JWT", without: "exp"), try await token("JWT", without: "iat"), try await token("JWT", without: "iss"),
            try await token("JWT", [("iss", "https://default.test")]), try await token("JWT", [("exp", .integer(now))]),
            try await token("JWT", [("exp", "soon")]), try await token("JWT", [("azp", 1)]),
        ]
        for text in wrong {
            await #expect(throws: OAuthError.self) { try await reader.read(text, in: fixture.request()) }
        }
    }

    @Test("the edge of expiry: the last millisecond counts, the instant does not")
    func expiry() async throws {
        let test = try await make()
        let read = try await test.read()
        test.fixture.clock.set(Timestamp(milliseconds: read.expiresAt.milliseconds - 1))
        #expect(try await test.isGood())
        test.fixture.clock.set(read.expiresAt)
        #expect(try await !test.isGood())
    }

    /// Fixtures share their signing keys, so only what is sealed can tell the tenants apart here.
    @Test("another tenant's token is nobody's here")
    func otherTenant() async throws {
        let test = try await make(audience: nil)
        let name = try #require(TenantID("other"))
        let other = try await EngineFixture.make(engine: test.fixture.engine, tenant: name)
        await #expect(throws: OAuthError.self) { try await AccessTokenReader(other.context).read(test.token, in: other.request()) }
    }
}

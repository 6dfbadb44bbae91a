import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The four dialects of JWT access tokens, RBAC, and opaque tokens for APIs (contract 9.1 to 9.3).
@Suite struct TokenDialectTests {
    private func make(_ change: (inout ResourceServer) -> Void) async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI(change)
        return fixture
    }

    private func payload(_ fixture: EngineFixture, _ scopes: Scopes = ["openid", "read:items"]) async throws -> JSONObject {
        let code = try await fixture.insertCode(for: fixture.web, scopes: scopes) { $0.access.grantID = "grant-id-0123456789abc" }
        let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web))
        return try await fixture.verified(tokens.accessToken).payload
    }

    private static let shared = ["iss", "sub", "aud", "iat", "exp", "scope"]

    @Test("member names of each dialect, in order", arguments: [
        (ResourceServer.TokenDialect.accessToken, shared + ["azp"]), (.accessTokenAuthz, shared + ["azp", "permissions"]),
        (.rfc9068, shared + ["client_id", "jti"]), (.rfc9068Authz, shared + ["client_id", "permissions", "jti"]),
    ])
    func members(_ dialect: ResourceServer.TokenDialect, _ names: [String]) async throws {
        let fixture = try await make { $0.tokenDialect = dialect }
        #expect(try await payload(fixture).members.map(\.name) == names)
    }

    @Test("outside Auth0's profile every dialect has jti and sid", arguments: ResourceServer.TokenDialect.allCases)
    func standard(_ dialect: ResourceServer.TokenDialect) async throws {
        var fixture = try await make { $0.tokenDialect = dialect }
        fixture.web = try await fixture.changed(fixture.web) { $0.wireProfile = .standard }
        let claims = try await payload(fixture)
        #expect(claims["jti"]?.string?.hasPrefix("grant-id-0123456789abc.") == true)
        #expect(claims["sid"]?.string == "session-id-0123456789-0123456789")
    }

    @Test("permissions are the user's at the API, those of roles included, and none of other APIs")
    func permissions() async throws {
        let fixture = try await make { $0.tokenDialect = .accessTokenAuthz }
        let store = fixture.stores.permissions
        #expect(try await payload(fixture)["permissions"] == .array([]))
        try await store.grant(["write:items"], at: EngineFixture.audience, to: fixture.user.userID)
        try await store.grant(["read:items"], at: EngineFixture.audience, toRole: "reader")
        try await store.assign(role: "reader", to: fixture.user.userID)
        let found = try await payload(fixture)["permissions"]?.array?.compactMap(\.string)
        #expect(Set(found ?? []) == ["write:items", "read:items"])
    }

    @Test("a client in its own name has its grant's scopes as permissions")
    func clientPermissions() async throws {
        let fixture = try await make { $0.tokenDialect = .rfc9068Authz }
        let response = try await fixture.token(
            fixture.form([("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.machine, []))
        #expect(try await fixture.verified(response.accessToken).payload["permissions"] == .strings(["read:items"]))
    }

    @Test("RBAC leaves of the requested scopes those that the user holds", arguments: [true, false])
    func limiting(_ enforces: Bool) async throws {
        let fixture = try await make { $0.enforcePolicies = enforces }
        try await fixture.stores.permissions.grant(["read:items"], at: EngineFixture.audience, to: fixture.user.userID)
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(
            fixture.web, ["scope": "openid read:items write:items", "audience": EngineFixture.audience])
        let code = try await fixture.stores.authorizationCodes.find(TokenHash(of: try #require(answer["code"])))
        #expect(code?.access.scopes == (enforces ? ["openid", "read:items"] : ["openid", "read:items", "write:items"]))
    }

    @Test("RBAC counts in the front channel and for the password grant too")
    func limitingElsewhere() async throws {
        let fixture = try await make { $0.enforcePolicies = true }
        var browser = EngineBrowser(fixture)
        let wanted = ["scope": "openid read:items", "audience": EngineFixture.audience]
        let answer = try await browser.signIn(fixture.web, wanted.merging(["response_type": "token"]) { $1 })
        #expect(try await fixture.verified(try #require(answer["access_token"])).payload["scope"] == "openid")
        let tokens = try await fixture.token(fixture.form(
            [("grant_type", "password"), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
             ("audience", EngineFixture.audience), ("scope", "read:items write:items")], of: fixture.web, []))
        #expect(tokens.scope == nil)
    }

    @Test("a permission that was taken away is gone at the next refresh")
    func refresh() async throws {
        let fixture = try await make { $0.enforcePolicies = true }
        let store = fixture.stores.permissions
        try await store.grant(["read:items"], at: EngineFixture.audience, to: fixture.user.userID)
        let token = try await fixture.refreshToken(for: fixture.native)
        try await store.revoke(["read:items"], at: EngineFixture.audience, from: fixture.user.userID)
        let refreshed = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
        #expect(try await fixture.verified(refreshed.accessToken).payload["scope"]?.string?.contains("read:items") == false)
    }

    @Test("an opaque API token says nothing, is read with all that it stands for, and opens userinfo only with openid")
    func opaque() async throws {
        let fixture = try await make { $0.tokenFormat = .opaque }
        for scopes in [["openid", "read:items"], ["read:items"]] as [Scopes] {
            let code = try await fixture.insertCode(for: fixture.web, scopes: scopes)
            let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web))
            #expect(!tokens.accessToken.contains(".") && tokens.expiresIn == 86_400)
            let read = try await AccessTokenReader(fixture.context).read(tokens.accessToken, in: fixture.request())
            #expect(read.audiences.first == EngineFixture.audience && read.scopes == scopes)
            #expect(read.audiences.contains("https://default.test/userinfo") == scopes.contains("openid"))
        }
    }

    @Test("an opaque token keeps what was granted beside scopes (RFC 9396 section 9.2)")
    func opaqueDetails() async throws {
        let fixture = try await make { $0.tokenFormat = .opaque }
        let details = #"[{"type":"payment","amount":"9"}]"#
        let code = try await fixture.insertCode(for: fixture.web, scopes: ["openid"]) { code in
            code.access.details.authorizationDetails = details
        }
        let token = try await fixture.token(fixture.codeForm(code, from: fixture.web)).accessToken
        let read = try await AccessTokenReader(fixture.context).read(token, in: fixture.request())
        let granted = try JSONValue.parse(Array(details.utf8))
        #expect(read.payload["authorization_details"] == granted)
    }

    @Test("an opaque token with one character changed is nobody's")
    func forged() async throws {
        let fixture = try await make { $0.tokenFormat = .opaque }
        let code = try await fixture.insertCode(for: fixture.web, scopes: ["openid"])
        let token = try await fixture.token(fixture.codeForm(code, from: fixture.web)).accessToken
        let reader = AccessTokenReader(fixture.context)
        var characters = Array(token)
        for index in stride(from: 0, to: characters.count, by: 17) {
            let kept = characters[index]
            characters[index] = kept == "A" ? "B" : "A"
            let changed = String(characters)
            await #expect(throws: OAuthError.self) { try await reader.read(changed, in: fixture.request()) }
            characters[index] = kept
        }
    }
}

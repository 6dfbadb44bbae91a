import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// RFC 7662.
@Suite struct IntrospectionEndpointTests {
    private static let inactive: JSONObject = ["active": false]

    private func make() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.introspection = true
        return fixture
    }

    private func introspect(
        _ fixture: EngineFixture, _ token: String?, as client: Client, _ extra: [(String, String)] = []
    ) async throws -> JSONObject {
        try await IntrospectionEndpoint(fixture.context).respond(
            to: FormParameters(fixture.credentials(of: client) + (token.map { [("token", $0)] } ?? []) + extra),
            authorization: nil, in: fixture.request())
    }

    /// Confidential, with nothing but its name.
    private func stranger(
        _ fixture: EngineFixture, _ type: ApplicationType = .regularWeb, api: String? = nil
    ) async throws -> Client {
        var client = fixture.web
        (client.clientID, client.appType, client.resourceServerIdentifier) = ("stranger000000000000000000000000", type, api)
        try await fixture.stores.clients.insert(client)
        return client
    }

    private func accessToken(_ fixture: EngineFixture, for client: Client) async throws -> String {
        let token = try await fixture.refreshToken(for: client)
        return try await fixture.token(fixture.refreshForm(token, from: client)).accessToken
    }

    @Test("a good token is described")
    func active() async throws {
        let fixture = try await make()
        let token = try await accessToken(fixture, for: fixture.web)
        let answer = try await introspect(fixture, token, as: fixture.web)
        #expect(answer["active"] == true && answer["client_id"]?.string == fixture.web.clientID)
        #expect(answer["sub"]?.string == fixture.user.userID && answer["iss"] == "https://default.test/")
        #expect(answer["scope"]?.string?.contains("read:items") == true && answer["token_type"] == "Bearer")
        #expect(answer["exp"]?.integer == fixture.now.seconds + 86_400 && answer["iat"]?.integer == fixture.now.seconds)
    }

    @Test("a hint changes nothing", arguments: ["access_token", "refresh_token", "nonsense"])
    func hint(hint: String) async throws {
        let fixture = try await make()
        let token = try await accessToken(fixture, for: fixture.web)
        #expect(try await introspect(fixture, token, as: fixture.web, [("token_type_hint", hint)])["active"] == true)
    }

    @Test("the opaque token of userinfo is described to its client")
    func opaque() async throws {
        let fixture = try await make()
        let code = try await fixture.insertCode(for: fixture.web, scopes: ["openid"], audience: nil)
        let token = try await fixture.token(fixture.codeForm(code, from: fixture.web)).accessToken
        let answer = try await introspect(fixture, token, as: fixture.web)
        #expect(answer["active"] == true && answer["aud"] == "https://default.test/userinfo")
        #expect(answer["audience_id"] == nil)
        #expect(try await introspect(fixture, token, as: stranger(fixture)) == Self.inactive)
    }

    @Test("who may know: the token's client, one with a grant for the API, the API itself; nobody else")
    func visibility() async throws {
        let fixture = try await make()
        let token = try await accessToken(fixture, for: fixture.native)
        #expect(try await introspect(fixture, token, as: fixture.machine)["active"] == true)
        #expect(try await introspect(fixture, token, as: fixture.web) == Self.inactive)
        let api = try await stranger(fixture, .resourceServer, api: EngineFixture.audience)
        #expect(try await introspect(fixture, token, as: api)["active"] == true)
    }

    @Test("a resource server that is no API, or another one, knows of no token but its own", arguments: [
        nil, "", "https://other.example.test/", "https://API.example.test/", "https://api.example.test", "https://default.test/userinfo/",
    ])
    func otherResourceServer(api: String?) async throws {
        let fixture = try await make()
        let token = try await accessToken(fixture, for: fixture.native)
        let client = try await stranger(fixture, .resourceServer, api: api)
        #expect(try await introspect(fixture, token, as: client) == Self.inactive)
        // What it may ask for itself is no reason to know what others got.
        let grant = ClientGrant(
            id: "cgr_0000000000000007", clientID: client.clientID, audience: EngineFixture.audience, scope: ["read:items"])
        try await fixture.stores.clientGrants.insert(grant)
        #expect(try await introspect(fixture, token, as: client) == Self.inactive)
        let form = [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)] + fixture.credentials(of: client)
        #expect(try await introspect(fixture, try await fixture.token(form).accessToken, as: client)["active"] == true)
    }

    @Test("an API that also answers for the user knows the token, whose audience is a list")
    func severalAudiences() async throws {
        let fixture = try await make()
        let token = try await accessToken(fixture, for: fixture.native)
        let payload = try await fixture.verified(token).payload
        #expect(payload["aud"] == .strings([EngineFixture.audience, "https://default.test/userinfo"]))
        let client = try await stranger(fixture, .resourceServer, api: EngineFixture.audience)
        #expect(try await introspect(fixture, token, as: client)["aud"] == payload["aud"])
    }

    @Test(
        "expired, forged, and what is no token: inactive and not a word more",
        arguments: ["x", "a.b.c", String(repeating: "A", count: 55), "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."])
    func inactiveTokens(text: String) async throws {
        let fixture = try await make()
        #expect(try await introspect(fixture, text, as: fixture.web) == Self.inactive)
    }

    @Test("an expired token is inactive")
    func expired() async throws {
        let fixture = try await make()
        let token = try await accessToken(fixture, for: fixture.web)
        fixture.clock.advance(by: 86_400)
        #expect(try await introspect(fixture, token, as: fixture.web) == Self.inactive)
    }

    @Test("an ID token is no access token")
    func idToken() async throws {
        let fixture = try await make()
        let token = try await fixture.refreshToken(for: fixture.web)
        let idToken = try #require(try await fixture.token(fixture.refreshForm(token, from: fixture.web)).idToken)
        #expect(try await introspect(fixture, idToken, as: fixture.web) == Self.inactive)
    }

    @Test("a bound token shows its confirmation")
    func bound() async throws {
        let fixture = try await make()
        let key = try TestKey()
        let token = try await fixture.token(fixture.machineForm, proofs: [fixture.proof(key, withNonce: false)]).accessToken
        let answer = try await introspect(fixture, token, as: fixture.machine)
        #expect(answer["token_type"] == "DPoP" && answer["cnf"] == .object(["jkt": .string(key.jkt)]))
    }

    @Test("a revoked grant's token is inactive")
    func revoked() async throws {
        let fixture = try await make()
        let code = try await fixture.insertCode(for: fixture.web) { $0.access.grantID = "grant-0123456789-abcde" }
        let token = try await fixture.token(fixture.codeForm(code, from: fixture.web)).accessToken
        #expect(try await introspect(fixture, token, as: fixture.web)["active"] == true)
        _ = try await fixture.refusal(of: fixture.codeForm(code, from: fixture.web))
        #expect(try await introspect(fixture, token, as: fixture.web) == Self.inactive)
    }

    // MARK: Refresh tokens

    @Test("a refresh token is described to its client alone, and only the current one")
    func refreshTokens() async throws {
        let fixture = try await make()
        let client = try await fixture.update({ $0.refreshToken = .rotatingDefaults }, fixture.web)
        let first = try await fixture.refreshToken(for: client)
        let answer = try await introspect(fixture, first, as: client)
        #expect(answer["active"] == true && answer["sub"]?.string == fixture.user.userID && answer["exp"]?.integer != nil)
        #expect(try await introspect(fixture, first, as: fixture.machine) == Self.inactive)
        let second = try #require(try await fixture.token(fixture.refreshForm(first, from: client)).refreshToken)
        #expect(try await introspect(fixture, first, as: client) == Self.inactive)
        #expect(try await introspect(fixture, second, as: client)["active"] == true)
        var forged = try #require(Base64URL.decode(second))
        forged[40] ^= 1
        #expect(try await introspect(fixture, Base64URL.encode(forged), as: client) == Self.inactive)
        _ = try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now)
        #expect(try await introspect(fixture, second, as: client) == Self.inactive)
    }

    // MARK: Who may ask

    private func refusal(_ fixture: EngineFixture, _ pairs: [(String, String)]) async throws -> OAuthError.Kind {
        let error = await #expect(throws: OAuthError.self) {
            try await IntrospectionEndpoint(fixture.context).respond(
                to: FormParameters(pairs), authorization: nil, in: fixture.request())
        }
        return try #require(error).kind
    }

    @Test("public clients, wrong secrets and nobody are refused; no token is a malformed request")
    func refused() async throws {
        let fixture = try await make()
        #expect(try await refusal(fixture, [("client_id", fixture.spa.clientID), ("token", "x")]) == .invalidClient)
        #expect(
            try await refusal(fixture, [("client_id", fixture.web.clientID), ("client_secret", "wrong"), ("token", "x")])
                == .invalidClient)
        #expect(try await refusal(fixture, [("token", "x")]) == .invalidRequest)
        #expect(try await refusal(fixture, fixture.credentials(of: fixture.web)) == .invalidRequest)
    }

    @Test("off where the tenant does not offer it, which Auth0's profile does not")
    func off() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await refusal(fixture, fixture.credentials(of: fixture.web) + [("token", "x")]) == .endpointDisabled)
        var standard = fixture
        standard.tenant.settings.defaultWireProfile = .standard
        #expect(try await introspect(standard, "x", as: fixture.web) == Self.inactive)
    }
}

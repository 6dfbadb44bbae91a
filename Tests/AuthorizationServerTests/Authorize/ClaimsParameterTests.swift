import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The `claims` parameter (OIDC Core 5.5).
@Suite struct ClaimsParameterTests {
    @Test("anything but an object of objects is refused", arguments: [
        "[]", "1", "null", "\"x\"", "{", #"{"id_token":1}"#, #"{"userinfo":[]}"#, #"{"id_token":"email"}"#,
        #"{"id_token":{},"id_token":{}}"#,
        #"{"id_token":"# + String(repeating: #"{"a":"#, count: 12) + "1" + String(repeating: "}", count: 13),
    ])
    func malformed(_ text: String) async throws {
        #expect(RequestedClaims(parsing: text) == nil)
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, ["claims": text]))["error"] == "invalid_request")
    }

    @Test("null, empty and unknown members pass", arguments: ["{}", #"{"id_token":null}"#, #"{"purpose":"x"}"#, #"{"userinfo":{}}"#])
    func harmless(_ text: String) { #expect(RequestedClaims(parsing: text) == RequestedClaims.none) }

    @Test("essential, values and null are read as OIDC Core 5.5.1 has them")
    func parsed() throws {
        let claims = try #require(RequestedClaims(parsing: """
            {"id_token":{"auth_time":{"essential":true},"acr":{"values":["a","b"],"essential":true},"sub":{"value":"u1"}},
            "userinfo":{"email":null}}
            """))
        #expect(claims.wantsAuthTime && claims.subject == "u1")
        #expect(claims.contextClasses.values == ["a", "b"] && claims.contextClasses.isEssential)
        #expect(claims.userinfo.members.map(\.name) == ["email"])
    }

    /// Tokens of a code flow of the confidential client in the `standard` profile.
    private func tokens(
        _ claims: String, scope: String = "openid", _ change: (inout User) -> Void = { _ in }
    ) async throws -> (EngineFixture, TokenResponse) {
        var fixture = try await EngineFixture.make()
        try await fixture.changeUser(change)
        let client = try await fixture.changed(fixture.web) { $0.wireProfile = .standard }
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(client, ["claims": claims, "scope": scope])
        let code = try #require(answer["code"])
        return (fixture, try await fixture.token(fixture.codeForm(code, from: client, [("code_verifier", nil)])))
    }

    private func userinfo(_ fixture: EngineFixture, _ token: String) async throws -> JSONObject {
        let answer = try await UserInfoEndpoint(fixture.context).respond(
            to: PresentedAccessToken(token: token), in: fixture.request())
        guard case .json(let claims) = answer else { throw OAuthError(.serverError, "expected JSON") }
        return claims
    }

    @Test("claims go where they are asked for, without the scope, and nowhere else")
    func places() async throws {
        let (fixture, tokens) = try await tokens(
            #"{"id_token":{"email":{"essential":true}},"userinfo":{"name":null,"email_verified":null}}"#)
        let idToken = try await fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken["email"]?.string == EngineFixture.email && idToken["name"] == nil)
        let claims = try await userinfo(fixture, tokens.accessToken)
        #expect(claims.members.map(\.name) == ["sub", "name", "email_verified"])
    }

    /// Every profile that a client with a secret may have, and the access token: opaque, or a JWT for the API.
    static let honoured: [(WireProfile, String?)] = [
        (.auth0, nil), (.auth0, EngineFixture.audience), (.standard, nil), (.standard, EngineFixture.audience),
    ]

    @Test("it is honoured at userinfo and in ID tokens by every profile, with every access token, as discovery says", arguments: honoured)
    func everywhere(_ profile: WireProfile, _ audience: String?) async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultWireProfile = profile
        #expect(DiscoveryDocument(fixture.context).document(in: fixture.request())["claims_parameter_supported"] == true)
        let claims = #"{"id_token":{"email":null},"userinfo":{"email":null,"email_verified":{"essential":true}}}"#
        var parameters = ["claims": claims, "scope": "openid"]
        parameters["audience"] = audience
        var browser = EngineBrowser(fixture)
        let code = try #require(try await browser.signIn(fixture.web, parameters)["code"])
        let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web, [("code_verifier", nil)]))
        #expect(tokens.accessToken.contains(".") == (audience != nil))
        #expect(try await userinfo(fixture, tokens.accessToken).members.map(\.name) == ["sub", "email", "email_verified"])
        #expect(try await fixture.verified(try #require(tokens.idToken)).payload["email"]?.string == EngineFixture.email)
    }

    @Test("a token that is not good at userinfo does not carry what is asked there, nor does one that nobody asked anything", arguments: [
        ("read:items", "RS256", true), ("openid read:items", "HS256", true), ("openid read:items", "RS256", false),
    ])
    func notCarried(_ scope: String, _ algorithm: String, _ asks: Bool) async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI { api in
            api.signingAlgorithm = algorithm
            api.signingSecret = algorithm == "HS256" ? EngineFixture.secret : nil
        }
        var browser = EngineBrowser(fixture)
        var parameters = ["scope": scope, "audience": EngineFixture.audience]
        parameters["claims"] = asks ? #"{"userinfo":{"email":null}}"# : nil
        let code = try #require(try await browser.signIn(fixture.web, parameters)["code"])
        let token = try await fixture.token(fixture.codeForm(code, from: fixture.web, [("code_verifier", nil)])).accessToken
        #expect(try JWS.unverified(token).payload["claims"] == nil)
    }

    @Test("an essential claim that the user lacks is no error, an unknown one is passed over")
    func missing() async throws {
        let (fixture, tokens) = try await tokens(
            #"{"id_token":{"birthdate":{"essential":true},"favourite_colour":null},"userinfo":{"phone_number":{"essential":true}}}"#)
        let idToken = try await fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken["birthdate"] == nil && idToken["favourite_colour"] == nil)
        #expect(try await userinfo(fixture, tokens.accessToken).members.map(\.name) == ["sub"])
    }

    @Test("protocol claims cannot be asked into another value", arguments: ["iss", "aud", "exp", "iat", "sub", "nonce", "azp"])
    func protocolClaims(_ name: String) async throws {
        let (fixture, tokens) = try await tokens(#"{"id_token":{"\#(name)":null},"userinfo":{"\#(name)":null}}"#)
        let idToken = try await fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken.members.filter { $0.name == name }.count <= 1)
        #expect(idToken["iss"] == "https://default.test/")
    }

    @Test("a sub value that is not the session's user is login_required in silence, and asks otherwise")
    func otherSubject() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let other = #"{"id_token":{"sub":{"value":"auth0|ffffffffffffffffffffffff"}}}"#
        let silent = try await browser.authorize(fixture.web, ["claims": other, "prompt": "none"])
        #expect(try EngineBrowser.answer(silent)["error"] == "login_required")
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, ["claims": other]), at: PagePath.login)
        _ = try await browser.logIn(state)
        #expect(try EngineBrowser.answer(await browser.resume(state))["error"] == "login_required")
    }

    @Test("a sub value that is the session's user passes")
    func sameSubject() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let same = #"{"userinfo":{"sub":{"value":"\#(fixture.user.userID)"}}}"#
        let answer = try EngineBrowser.answer(await browser.authorize(fixture.web, ["claims": same, "prompt": "none"]))
        #expect(answer["code"] != nil)
    }

    @Test("auth_time is there when asked for, in Auth0's profile too", arguments: [true, false])
    func authTime(_ asks: Bool) async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let claims = asks ? #"{"id_token":{"auth_time":{"essential":true}}}"# : "{}"
        let answer = try await browser.signIn(fixture.web, ["response_type": "id_token", "claims": claims])
        let payload = try await fixture.verified(try #require(answer["id_token"])).payload
        #expect(payload["auth_time"]?.integer == (asks ? fixture.now.seconds : nil))
    }
}

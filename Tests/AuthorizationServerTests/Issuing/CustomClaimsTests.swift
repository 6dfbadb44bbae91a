import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Claims that a tenant adds (contract 9.5).
@Suite struct CustomClaimsTests {
    private func added(
        _ claims: [CustomClaim], metadata: String, to payload: JSONObject = ["sub": "u"],
        under grant: CustomClaims.Grant = CustomClaims.Grant(scopes: ["openid", "profile", "email"])
    ) -> JSONObject {
        var settings = TenantSettings()
        settings.customClaims = claims
        var user = User(userID: "auth0|1", connection: "c", email: nil, createdAt: Timestamp(seconds: 1))
        (user.userMetadata, user.appMetadata) = (metadata, #"{"plan":"gold"}"#)
        return CustomClaims(settings).adding(to: payload, .idToken, of: user, under: grant)
    }

    private static func claim(_ name: String, _ source: String = "user_metadata.a", in tokens: [String] = ["id_token"]) -> CustomClaim {
        CustomClaim(name: name, source: source, tokens: tokens)
    }

    @Test("values of every kind come from the user's metadata, by path", arguments: [
        (#"{"a":"x"}"#, JSONValue.string("x")), (#"{"a":[1,true]}"#, .array([1, true])), (#"{"a":{"b":2}}"#, .object(["b": 2])),
    ])
    func values(_ metadata: String, _ value: JSONValue) {
        #expect(added([Self.claim("https://x.test/a")], metadata: metadata)["https://x.test/a"] == value)
    }

    @Test("paths go down, and end in nothing quietly")
    func paths() {
        let metadata = #"{"a":{"b":{"c":7}},"n":null}"#
        #expect(added([Self.claim("c", "user_metadata.a.b.c")], metadata: metadata)["c"] == 7)
        #expect(added([Self.claim("c", "app_metadata.plan")], metadata: metadata)["c"] == "gold")
        for path in ["user_metadata", "user_metadata.x", "user_metadata.a.b.c.d", "user_metadata.n", "password", "", "app_metadata..plan.x"] {
            #expect(added([Self.claim("c", path)], metadata: metadata)["c"] == nil)
        }
        #expect(added([Self.claim("c")], metadata: "not json")["c"] == nil)
    }

    @Test("the protocols' names cannot be taken", arguments: [
        "iss", "sub", "aud", "exp", "iat", "nbf", "jti", "azp", "nonce", "at_hash", "c_hash", "s_hash", "acr", "amr", "auth_time", "act",
        "cnf", "scope", "claims", "client_id", "permissions", "sid", "events", "org_id", "gty", "authorization_details", "may_act", "x5t#S256",
        "sip_anything", "",
    ])
    func reserved(_ name: String) {
        #expect(!CustomClaims.isAllowed(name))
        let before: JSONObject = ["sub": "u"]
        #expect(added([Self.claim(name)], metadata: #"{"a":"evil"}"#, to: before) == before)
    }

    @Test("namespaces of Auth0's are refused, look-alikes and others are not", arguments: [
        ("https://auth0.com/a", false), ("https://x.auth0.com/a", false), ("https://webtask.io/a", false), ("https://a.webtask.run/", false),
        ("urn:auth0:x", false), ("https://notauth0.com/a", true), ("https://auth0.com.test/a", true), ("https://x.test/auth0.com", true),
        ("favourite_colour", true), ("http://x.test/a", true),
    ])
    func namespaces(_ name: String, _ isAllowed: Bool) { #expect(CustomClaims.isAllowed(name) == isAllowed) }

    @Test("what is there already stays")
    func noOverwriting() {
        let before: JSONObject = ["sub": "u", "email": "real@x.test"]
        #expect(added([Self.claim("email")], metadata: #"{"a":"evil@x.test"}"#, to: before) == before)
        let twice = added([Self.claim("c"), Self.claim("c", "app_metadata.plan")], metadata: #"{"a":"first"}"#)
        #expect(twice.members.filter { $0.name == "c" }.map(\.value) == ["first"])
    }

    @Test("100 KiB in all; what is too large is left out and the rest stays")
    func size() {
        let big = String(repeating: "x", count: 60_000)
        let claims = [
            Self.claim("one"), Self.claim("two"), Self.claim("small", "app_metadata.plan"),
        ]
        let result = added(claims, metadata: #"{"a":"\#(big)"}"#)
        #expect(result["one"] != nil && result["two"] == nil && result["small"] == "gold")
    }

    @Test("a name of OpenID Connect's needs its scope, whoever sets it", arguments: [
        ("email", "email"), ("email_verified", "email"), ("phone_number", "phone"), ("phone_number_verified", "phone"),
        ("address", "address"), ("birthdate", "profile"), ("website", "profile"), ("given_name", "given_name"),
        ("updated_at", "profile"), ("created_at", "created_at"), ("identities", "identities"),
    ])
    func standardNames(_ name: String, _ scope: String) {
        let (claims, metadata) = ([Self.claim(name)], #"{"a":"x"}"#)
        let others = Scopes(["openid", "profile", "email", "phone", "address", "read:items"].filter { $0 != scope })
        let isShared = name == "given_name"
        #expect((added(claims, metadata: metadata, under: .init(scopes: others))[name] == nil) != isShared)
        #expect(added(claims, metadata: metadata, under: .init(scopes: ["openid"]))[name] == nil)
        #expect(added(claims, metadata: metadata, under: .init(scopes: ["openid", scope]))[name] == "x")
        let asked = CustomClaims.Grant(scopes: ["openid"], requested: JSONObject(dictionaryLiteral: (name, .null)))
        #expect(added(claims, metadata: metadata, under: asked)[name] == "x")
    }

    @Test("a token for an API of ours takes only names with a namespace", arguments: [
        ("favourite_colour", false), ("email", false), ("a:b", false), ("https://x.test/a", true), ("http://x.test/a", true),
        ("HTTPS://x.test/a", true), ("urn:example:a", true),
    ])
    func ownAPI(_ name: String, _ isAdded: Bool) {
        let grant = CustomClaims.Grant(scopes: ["email"], isForOwnAPI: true)
        #expect((added([Self.claim(name)], metadata: #"{"a":"x"}"#, under: grant)[name] != nil) == isAdded)
        #expect(added([Self.claim(name)], metadata: #"{"a":"x"}"#)[name] != nil)
    }

    @Test("access tokens, ID tokens and userinfo keep the same rules")
    func everywhere() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.changeUser { $0.userMetadata = #"{"a":"x"}"# }
        let own = ResourceServer(
            id: "89abcdef0123456701234567", identifier: "https://default.test/api/v2/", name: "M", createdAt: fixture.now)
        try await fixture.stores.resourceServers.insert(own)
        try await fixture.configure { settings in
            settings.customClaims = ["phone_number", "favourite_colour"].map { Self.claim($0, in: ["id_token", "access_token"]) }
        }
        func added(_ scopes: Scopes, _ audience: String?) async throws -> [[String]] {
            let code = try await fixture.insertCode(for: fixture.web, scopes: scopes, audience: audience)
            let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web))
            guard case .json(let info) = try await UserInfoEndpoint(fixture.context).respond(
                to: PresentedAccessToken(token: tokens.accessToken), in: fixture.request())
            else { return [] }
            let places = [
                try await fixture.verified(tokens.accessToken).payload, try await fixture.verified(tokens.idToken ?? "").payload, info,
            ]
            return places.map { place in ["phone_number", "favourite_colour"].filter { place[$0] != nil } }
        }
        let (both, one) = (["phone_number", "favourite_colour"], ["favourite_colour"])
        #expect(try await added(["openid"], EngineFixture.audience) == [one, one, one])
        #expect(try await added(["openid", "phone"], EngineFixture.audience) == [both, both, both])
        #expect(try await added(["openid", "phone"], own.identifier) == [[], both, both])
    }

    @Test("each token has its own claims")
    func tokens() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.changeUser { $0.userMetadata = #"{"a":"x"}"# }
        try await fixture.configure { settings in
            settings.customClaims = [
                Self.claim("https://x.test/id"), Self.claim("https://x.test/access", in: ["access_token"]),
                Self.claim("https://x.test/both", in: ["id_token", "access_token"]), Self.claim("https://x.test/none", in: []),
            ]
        }
        let code = try await fixture.insertCode(for: fixture.web, scopes: ["openid"])
        let tokens = try await fixture.token(fixture.codeForm(code, from: fixture.web))
        func names(_ token: String?) async throws -> [String] {
            try await fixture.verified(token ?? "").payload.members.map(\.name).filter { $0.hasPrefix("https://x.test/") }
        }
        #expect(try await names(tokens.idToken) == ["https://x.test/id", "https://x.test/both"])
        #expect(try await names(tokens.accessToken) == ["https://x.test/access", "https://x.test/both"])
    }
}

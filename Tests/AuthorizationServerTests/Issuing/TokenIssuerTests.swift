import AuthorizationServer
import Crypto
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Golden claims: names, order and values of contract 9.2 to 9.4.
@Suite struct TokenIssuerTests {
    private func access(_ fixture: EngineFixture, _ scopes: Scopes, audience: String? = EngineFixture.audience) -> GrantedAccess {
        GrantedAccess(clientID: fixture.web.clientID, userID: fixture.user.userID, audience: audience, scopes: scopes)
    }

    private func accessToken(
        _ fixture: EngineFixture, _ scopes: Scopes, frontChannel: Bool = false,
        _ change: (inout ResourceServer) -> Void = { _ in }
    ) async throws -> IssuedAccessToken {
        var api = fixture.api
        change(&api)
        return try await TokenIssuer(fixture.context).accessToken(
            for: access(fixture, scopes), client: fixture.web, api: api, in: fixture.request(), frontChannel: frontChannel)
    }

    @Test("the default dialect, without openid")
    func defaultDialect() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.verified(try await accessToken(fixture, ["read:items"]).value)
        #expect(token.header.serializedString == #"{"alg":"RS256","typ":"JWT","kid":"currentFixtureKey0000"}"#)
        #expect(
            token.payload.serializedString
                == #"{"iss":"https://default.test/","sub":"auth0|0123456789abcdef01234567","aud":"https://api.example.test/","#
                + #""iat":1755188974,"exp":1755275374,"scope":"read:items","azp":"web00000000000000000000000000000"}"#)
    }

    @Test("with openid aud is an array that ends in /userinfo")
    func audienceArray() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.verified(try await accessToken(fixture, ["openid"]).value)
        #expect(token.payload["aud"] == .strings(["https://api.example.test/", "https://default.test/userinfo"]))
    }

    @Test("an API that signs with HS256 never opens /userinfo")
    func symmetricAPI() async throws {
        let fixture = try await EngineFixture.make()
        let text = try await accessToken(fixture, ["openid"]) {
            ($0.signingAlgorithm, $0.signingSecret) = ("HS256", EngineFixture.secret)
        }.value
        let token = try JWS.verifyHS256(text, secret: Array(EngineFixture.secret.revealed.utf8))
        #expect(token.payload["aud"] == "https://api.example.test/")
    }

    @Test("no scope member when nothing was granted")
    func noScope() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await fixture.verified(try await accessToken(fixture, []).value).payload["scope"] == nil)
    }

    @Test("the RFC 9068 dialect: at+jwt, client_id instead of azp, a fresh jti, never gty")
    func rfc9068() async throws {
        let fixture = try await EngineFixture.make()
        var granted = access(fixture, ["read:items"])
        granted.gty = "password"
        var api = fixture.api
        api.tokenDialect = .rfc9068
        var identifiers: Set<String> = []
        for _ in 0..<2 {
            let issued = try await TokenIssuer(fixture.context).accessToken(
                for: granted, client: fixture.web, api: api, in: fixture.request(), frontChannel: false)
            let token = try await fixture.verified(issued.value)
            #expect(token.header["typ"] == "at+jwt")
            #expect(token.payload.members.map(\.name) == ["iss", "sub", "aud", "iat", "exp", "scope", "client_id", "jti"])
            identifiers.insert(try #require(token.payload["jti"]?.string))
        }
        #expect(identifiers.count == 2)
    }

    @Test("gty stands before azp")
    func grantTypeOrder() async throws {
        let fixture = try await EngineFixture.make()
        var granted = access(fixture, ["read:items"])
        granted.gty = "password"
        let issued = try await TokenIssuer(fixture.context).accessToken(
            for: granted, client: fixture.web, api: fixture.api, in: fixture.request(), frontChannel: false)
        let names = try await fixture.verified(issued.value).payload.members.map(\.name)
        #expect(names == ["iss", "sub", "aud", "iat", "exp", "scope", "gty", "azp"])
    }

    @Test("lifetimes: the API's, and for browsers the smaller of both")
    func lifetimes() async throws {
        let fixture = try await EngineFixture.make()
        let setting: (inout ResourceServer) -> Void = { ($0.tokenLifetime, $0.tokenLifetimeForWeb) = (600, 7200) }
        #expect(try await accessToken(fixture, [], setting).expiresIn == 600)
        #expect(try await accessToken(fixture, [], frontChannel: true, setting).expiresIn == 600)
        let shortForWeb: (inout ResourceServer) -> Void = { ($0.tokenLifetime, $0.tokenLifetimeForWeb) = (600, 60) }
        let web = try await accessToken(fixture, [], frontChannel: true, shortForWeb)
        let claims = try await fixture.verified(web.value).payload
        #expect(web.expiresIn == 60)
        #expect(try #require(claims["exp"]?.integer) - (try #require(claims["iat"]?.integer)) == 60)
    }

    @Test("the issuer is the host that the request came in on")
    func issuer() async throws {
        let fixture = try await EngineFixture.make()
        let request = fixture.request(issuer: Issuer(scheme: "http", host: "localhost:3000"))
        let issued = try await TokenIssuer(fixture.context).accessToken(
            for: access(fixture, ["openid"]), client: fixture.web, api: fixture.api, in: request, frontChannel: false)
        let claims = try await fixture.verified(issued.value).payload
        #expect(claims["iss"] == "http://localhost:3000/")
        #expect(claims["aud"]?.array?.last == "http://localhost:3000/userinfo")
    }

    private func idToken(
        _ fixture: EngineFixture, _ scopes: Scopes, bindings: IDTokenBindings = .none, client: Client? = nil,
        _ change: (inout GrantedAccess) -> Void = { _ in }
    ) async throws -> String {
        var granted = access(fixture, scopes)
        change(&granted)
        return try await TokenIssuer(fixture.context).idToken(
            for: granted, client: client ?? fixture.web, user: fixture.user, bindings: bindings, in: fixture.request())
    }

    @Test("the ID token of a code flow: the user's claims first, then the protocol's")
    func idTokenGolden() async throws {
        let fixture = try await EngineFixture.make()
        let text = try await idToken(fixture, ["openid", "profile", "email"], bindings: IDTokenBindings(nonce: "n=")) {
            ($0.sid, $0.authTime) = ("sid-1", Timestamp(milliseconds: 1_755_188_900_999))
        }
        let token = try await fixture.verified(text)
        #expect(token.header["typ"] == "JWT" && token.header["alg"] == "RS256")
        #expect(
            token.payload.serializedString
                == #"{"nickname":"user","name":"Example User","#
                + #""picture":"https://s.gravatar.com/avatar/08ea5c18206e8006a5f3ca67e5d844dd?s=480&r=pg&d=initials"#
                + #"&initials=us","#
                + #""updated_at":"2025-08-14T16:29:34.000Z","email":"user@example.test","email_verified":true,"#
                + #""iss":"https://default.test/","aud":"web00000000000000000000000000000","#
                + #""sub":"auth0|0123456789abcdef01234567","#
                + #""iat":1755188974,"exp":1755224974,"sid":"sid-1","nonce":"n=","auth_time":1755188900}"#)
    }

    @Test("openid alone releases no claim about the user")
    func openidAlone() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.verified(try await idToken(fixture, ["openid"]))
        #expect(token.payload.members.map(\.name) == ["iss", "aud", "sub", "iat", "exp"])
    }

    @Test("at_hash and c_hash are the left halves of SHA-256, and only there when bound")
    func hashes() async throws {
        let fixture = try await EngineFixture.make()
        let bindings = IDTokenBindings(
            accessToken: "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y",
            code: "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk")
        let claims = try await fixture.verified(try await idToken(fixture, ["openid"], bindings: bindings)).payload
        // OIDC Core A.3 and A.4.
        #expect(claims["at_hash"] == "77QmUPtjPfzWtF2AnpK9RQ")
        #expect(claims["c_hash"] == "LDktKdoQak3Pk0cnXxCltA")
        #expect(Array(claims.members.map(\.name).suffix(2)) == ["at_hash", "c_hash"])
    }

    @Test("the client's ID token lifetime counts")
    func idTokenLifetime() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.jwtConfiguration.lifetime = 120
        let claims = try await fixture.verified(try await idToken(fixture, ["openid"], client: client)).payload
        #expect(claims["exp"]?.integer == fixture.now.seconds + 120)
    }

    @Test("HS256 with the secret's UTF-8 bytes for a confidential client that asks for it")
    func symmetric() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.jwtConfiguration.alg = "HS256"
        let text = try await idToken(fixture, ["openid"], client: client)
        let parts = text.split(separator: ".").map(String.init)
        try #require(parts.count == 3)
        let header = try #require(Base64URL.decode(parts[0]))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"HS256","typ":"JWT"}"#)
        let key = SymmetricKey(data: Array(EngineFixture.secret.revealed.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(parts[0]).\(parts[1])".utf8), using: key)
        #expect(Base64URL.decode(parts[2]) == Array(code))
    }

    @Test("a public client never gets HS256")
    func publicNeverSymmetric() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.spa
        client.jwtConfiguration.alg = "HS256"
        client.clientSecret = EngineFixture.secret
        #expect(try await fixture.verified(try await idToken(fixture, ["openid"], client: client)).header["alg"] == "RS256")
    }
}

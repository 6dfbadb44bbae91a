import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Hints that are tokens (CIBA 7.1, RFC 9493 section 3.2.1): `login_hint_token` and `id_token_hint`.
@Suite struct LoginHintTokenTests {
    private static let partner = "https://partner.test/"

    /// A tenant that trusts `key` as the partner's, for the users of its database unless told otherwise.
    private struct Trusting {
        var ciba: BackchannelCase
        let key: TestKey

        static func make(_ change: (inout TrustedIssuer) -> Void = { _ in }) async throws -> Trusting {
            var ciba = try await BackchannelCase.make()
            let key = try TestKey()
            var issuer = TrustedIssuer(issuer: partner, connection: ciba.fixture.connection.name)
            issuer.jwks = TestKey.jwks(key)
            change(&issuer)
            try await ciba.fixture.configure { $0.trustedIssuers = [issuer] }
            return Trusting(ciba: ciba, key: key)
        }

        var userID: String { ciba.fixture.user.userID }

        func claims(_ changes: [(String, JSONValue?)] = []) -> JSONObject {
            let now = ciba.fixture.now.seconds
            var claims: JSONObject = [
                "iss": .string(partner), "aud": "https://default.test/", "iat": .integer(now), "exp": .integer(now + 60),
                "sub_id": LoginHintTokenTests.subject("https://default.test/", userID),
            ]
            for (name, value) in changes { claims[name] = value }
            return claims
        }

        func send(_ token: String) async throws -> JSONObject {
            try await ciba.begin([("login_hint", nil), ("login_hint_token", token)])
        }

        func refusal(_ token: String, _ location: SourceLocation = #_sourceLocation) async throws -> OAuthError {
            let error = await #expect(throws: OAuthError.self, sourceLocation: location) { try await send(token) }
            #expect(ciba.fixture.mail.messages.isEmpty, sourceLocation: location)
            return try #require(error, sourceLocation: location)
        }
    }

    private static func subject(_ issuer: String, _ name: String, format: String = "iss_sub") -> JSONValue {
        .object(["format": .string(format), "iss": .string(issuer), "sub": .string(name)])
    }

    @Test("a trusted issuer names our user, or one of its own subjects; by sub_id or by iss and sub")
    func trusted() async throws {
        let trusting = try await Trusting.make()
        let name = String(trusting.userID.dropFirst("auth0|".count))
        let good: [[(String, JSONValue?)]] = [
            [], [("aud", .strings(["x", "https://default.test/bc-authorize"]))], [("sub_id", Self.subject(Self.partner, name))],
            [("sub_id", nil), ("sub", .string(trusting.userID))], [("sub_id", nil), ("sub", .string(name))],
        ]
        for changes in good {
            #expect(try await trusting.send(try trusting.key.jwt(trusting.claims(changes)))["auth_req_id"] != nil)
            #expect(trusting.ciba.fixture.mail.messages.last?.to == EngineFixture.email)
        }
    }

    @Test("an issuer whose subjects are addresses needs a verified one")
    func addresses() async throws {
        let trusting = try await Trusting.make { $0.subjectClaim = "email" }
        let named: [(String, JSONValue?)] = [("sub_id", nil), ("sub", "x"), ("email", .string(EngineFixture.email))]
        #expect(try await trusting.refusal(try trusting.key.jwt(trusting.claims(named))).kind == .unknownUserID)
        let verified = try trusting.key.jwt(trusting.claims(named + [("email_verified", true)]))
        #expect(try await trusting.send(verified)["auth_req_id"] != nil)
    }

    @Test("a token that is not to be trusted is an invalid request", arguments: [
        [("iss", "https://evil.test/")], [("iss", nil)], [("iss", 7)], [("aud", nil)], [("aud", "https://evil.test/")],
        [("aud", "https://default.test/oauth/token")], [("aud", .array([]))], [("exp", nil)], [("exp", "soon")],
        [("iat", 1_755_188_985)], [("nbf", 1_755_188_985)], [("sub_id", "auth0|0123456789abcdef01234567")],
        [("sub_id", subject("https://default.test/", "auth0|0123456789abcdef01234567", format: "opaque"))],
        [("sub_id", .object(["format": "iss_sub", "iss": "https://default.test/"]))],
        [("sub_id", subject("https://default.test/", ""))], [("sub_id", nil)], [("sub_id", nil), ("sub", 7)],
    ] as [[(String, JSONValue?)]])
    func untrusted(_ changes: [(String, JSONValue?)]) async throws {
        let trusting = try await Trusting.make()
        let error = try await trusting.refusal(try trusting.key.jwt(trusting.claims(changes)))
        #expect(error.onTheWire == "400 invalid_request")
    }

    @Test("another key, no signature, an HMAC and garbage are an invalid request")
    func signatures() async throws {
        let trusting = try await Trusting.make()
        let claims = trusting.claims()
        let body = Base64URL.encode(claims.serialized)
        let tokens = [
            try TestKey().jwt(claims), Base64URL.encode(Array(#"{"alg":"none"}"#.utf8)) + ".\(body).",
            JWS.signHS256(typ: "JWT", payload: claims, secret: Array(EngineFixture.secret.revealed.utf8)), "x", "..",
            String(repeating: "a", count: 16_384),
        ]
        for token in tokens { #expect(try await trusting.refusal(token).kind == .invalidRequest) }
    }

    @Test("an expired token has a code of its own, as CIBA 13 has it")
    func expired() async throws {
        let trusting = try await Trusting.make()
        let now = trusting.ciba.fixture.now.seconds
        let late = try await trusting.refusal(try trusting.key.jwt(trusting.claims([("exp", .integer(now))])))
        #expect(late.onTheWire == "400 expired_login_hint_token")
        #expect(try await trusting.send(try trusting.key.jwt(trusting.claims([("exp", .integer(now + 1))])))["auth_req_id"] != nil)
    }

    @Test("an issuer speaks for the users of its connection and to its clients alone, and for no third party's subjects")
    func reach() async throws {
        let other = try await Trusting.make { $0.connection = "another" }
        #expect(try await other.refusal(try other.key.jwt(other.claims())).kind == .unknownUserID)
        let closed = try await Trusting.make { $0.clients = ["another client"] }
        #expect(try await closed.refusal(try closed.key.jwt(closed.claims())).kind == .invalidRequest)
        let trusting = try await Trusting.make()
        for subject in [Self.subject("https://third.test/", trusting.userID), Self.subject("https://default.test/", "auth0|nobody")] {
            #expect(try await trusting.refusal(try trusting.key.jwt(trusting.claims([("sub_id", subject)]))).kind == .unknownUserID)
        }
    }

    @Test("keys of an issuer that cannot be fetched are no keys")
    func unreachableKeys() async throws {
        let trusting = try await Trusting.make { ($0.jwks, $0.jwksURI) = (nil, "https://partner.test/jwks") }
        let token = try trusting.key.jwt(trusting.claims())
        #expect(try await trusting.refusal(token).kind == .invalidRequest)
        trusting.ciba.fixture.clock.advance(by: 40)
        trusting.ciba.fixture.outbound.serve(TestKey.jwks(trusting.key), at: "https://partner.test/jwks")
        #expect(try await trusting.send(try trusting.key.jwt(trusting.claims()))["auth_req_id"] != nil)
    }

    // MARK: Tokens of our own

    private func own(_ fixture: EngineFixture, _ claims: JSONObject) throws -> String {
        let record = FixtureKeys.current(at: fixture.now)
        let key = TestKey(try PrivateKey(pkcs8DER: record.privateKey.revealed), .rs256, kid: record.kid)
        return try key.jwt(claims)
    }

    @Test("a token that our own key signed for us names its user; an ID token, which is for a client, does not")
    func ownKey() async throws {
        let trusting = try await Trusting.make()
        let (fixture, ours) = (trusting.ciba.fixture, [("iss", "https://default.test/")] as [(String, JSONValue?)])
        #expect(try await trusting.send(try own(fixture, trusting.claims(ours)))["auth_req_id"] != nil)
        let sent = fixture.mail.messages.count
        let wrong: [[(String, JSONValue?)]] = [
            [("aud", .string(trusting.ciba.client.clientID))], [("scope", "openid")], [("azp", "x")], [("client_id", "x")],
            [("events", .object([:]))],
        ]
        for changes in wrong {
            let token = try own(fixture, trusting.claims(ours + changes))
            let error = await #expect(throws: OAuthError.self) { try await trusting.send(token) }
            #expect(error?.kind == .invalidRequest)
        }
        let foreign = try own(fixture, trusting.claims(ours + [("sub_id", Self.subject(Self.partner, "x"))]))
        let error = await #expect(throws: OAuthError.self) { try await trusting.send(foreign) }
        #expect(error?.kind == .unknownUserID && fixture.mail.messages.count == sent)
    }

    @Test("a pairwise client names the user by its own pseudonym, not by the user id")
    func pairwise() async throws {
        let trusting = try await Trusting.make()
        let fixture = trusting.ciba.fixture
        let client = try await fixture.changed(trusting.ciba.client) { $0.responses.subjectType = .pairwise }
        let pseudonym = try await SubjectIdentifier(fixture.context).subject(of: trusting.userID, for: client)
        let subject = Self.subject("https://default.test/", pseudonym)
        #expect(try await trusting.send(try trusting.key.jwt(trusting.claims([("sub_id", subject)])))["auth_req_id"] != nil)
        let error = await #expect(throws: OAuthError.self) { try await trusting.send(try trusting.key.jwt(trusting.claims())) }
        #expect(error?.kind == .unknownUserID)
    }

    @Test("an ID token that has expired is a hint all the same; a changed one is none")
    func idTokens() async throws {
        let ciba = try await BackchannelCase.make()
        let access = GrantedAccess(
            clientID: ciba.client.clientID, userID: ciba.fixture.user.userID, audience: nil, scopes: ["openid"])
        let token = try await TokenIssuer(ciba.fixture.context).idToken(
            for: access, client: ciba.client, user: ciba.fixture.user, bindings: .none, in: ciba.fixture.request())
        ciba.fixture.clock.advance(by: .days(3))
        _ = try await ciba.id([("login_hint", nil), ("id_token_hint", token)])
        let forged = try await ciba.refusal([("login_hint", nil), ("id_token_hint", String(token.dropLast(2)))])
        #expect(forged.kind == .invalidRequest)
    }

    @Test("of the three hints exactly one", arguments: [
        ["login_hint", "id_token_hint"], ["login_hint", "login_hint_token"], ["id_token_hint", "login_hint_token"],
        ["login_hint", "id_token_hint", "login_hint_token"], [],
    ])
    func oneHint(_ names: [String]) async throws {
        let trusting = try await Trusting.make()
        let values = [
            "login_hint": EngineFixture.email, "id_token_hint": "x", "login_hint_token": try trusting.key.jwt(trusting.claims()),
        ]
        let error = try await trusting.ciba.refusal([("login_hint", nil)] + names.map { ($0, values[$0]) })
        #expect(error.onTheWire == "400 invalid_request")
        if !names.isEmpty { #expect(error.description.hasPrefix("Exactly one of")) }
    }
}

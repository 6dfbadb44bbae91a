import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Request objects by value (RFC 9101, OIDC Core 6.1, contract 15.2, conformance 10).
@Suite struct RequestObjectTests {
    @Test("a signed object alone is a request")
    func success() async throws {
        let jar = try await RequestObjectCase.make()
        let answer = try await jar.signIn(try jar.object())
        #expect(answer["code"] != nil && answer["state"] == "st=&te")
    }

    @Test("the object wins over the query, and the query adds what the object lacks")
    func precedence() async throws {
        let jar = try await RequestObjectCase.make()
        let object = try jar.object([("state", "inside"), ("nonce", nil)])
        let answer = try await jar.signIn(object, [("state", "outside"), ("nonce", "n-outside")])
        #expect(answer["state"] == "inside")
        let code = try await jar.fixture.stores.authorizationCodes.find(TokenHash(of: try #require(answer["code"])))
        #expect(code?.nonce == "n-outside")
    }

    @Test("a strict client's query counts for nothing", arguments: [true, false])
    func strict(_ byClient: Bool) async throws {
        let jar = try await RequestObjectCase.make { $0.requests.requireSignedRequestObject = byClient }
        let object = try jar.object([("state", nil), ("nonce", nil)])
        let answer = try await jar.signIn(object, [("state", "outside"), ("nonce", "n-outside")])
        #expect(answer["state"] == (byClient ? nil : "outside"))
        let code = try await jar.fixture.stores.authorizationCodes.find(TokenHash(of: try #require(answer["code"])))
        #expect(code?.nonce == (byClient ? nil : "n-outside"))
    }

    @Test("a strict client cannot be made to go elsewhere by the query")
    func strictRedirect() async throws {
        let jar = try await RequestObjectCase.make { client in
            client.requests.requireSignedRequestObject = true
            client.callbacks = [EngineFixture.callback, "https://app.example.test/other"]
        }
        let object = try jar.object([("redirect_uri", nil)])
        let error = try await jar.refusal(object, [("redirect_uri", "https://app.example.test/other")])
        #expect(error?.description == "Missing required parameter: redirect_uri")
    }

    @Test(
        "claims that are wrong are refused in every profile",
        arguments: [
            [("aud", "https://evil.test/")], [("aud", .array(["https://evil.test/"]))], [("iss", "another")], [("client_id", "another")],
            [("exp", .integer(1_755_188_973))], [("exp", "tomorrow")], [("nbf", .integer(1_755_189_100))],
            [("iat", .integer(1_755_189_100))], [("request", "e30.e30.")],
            [("request_uri", "https://client.example.test/r.jwt")], [("state", .null)], [("state", .number(1.5))],
        ] as [[(String, JSONValue?)]])
    func refusedClaims(_ changes: [(String, JSONValue?)]) async throws {
        for profile in [WireProfile.standard, .auth0] {
            let jar = try await RequestObjectCase.make(profile)
            #expect(try await jar.refusal(try jar.object(changes))?.kind == .invalidRequestObject)
        }
    }

    @Test("Auth0's profile needs iss and aud, the standard one does not", arguments: ["iss", "aud"])
    func optionalClaims(_ name: String) async throws {
        let standard = try await RequestObjectCase.make(.standard)
        #expect(try await standard.refusal(try standard.object([(name, nil)])) == nil)
        let auth0 = try await RequestObjectCase.make(.auth0)
        #expect(try await auth0.refusal(try auth0.object([(name, nil)]))?.kind == .invalidRequestObject)
    }

    @Test("unsigned objects: accepted in the standard profile, unless an algorithm is registered", arguments: [
        (WireProfile.standard, nil, nil), (.standard, "none", nil), (.standard, "ES256", .invalidRequestObject),
        (.auth0, nil, .invalidRequestObject),
    ] as [(WireProfile, String?, OAuthError.Kind?)])
    func unsigned(_ profile: WireProfile, _ registered: String?, _ kind: OAuthError.Kind?) async throws {
        let jar = try await RequestObjectCase.make(profile) { $0.requests.requestObjectSigningAlg = registered }
        #expect(try await jar.refusal(jar.unsigned())?.kind == kind)
    }

    @Test("unsigned objects never satisfy who must sign", arguments: ["client", "profile"])
    func unsignedStrict(_ by: String) async throws {
        let jar = try await RequestObjectCase.make(by == "profile" ? .fapi1Advanced : .standard) { client in
            client.requests.requireSignedRequestObject = by == "client"
            client.requests.requestObjectSigningAlg = "none"
        }
        #expect(try await jar.refusal(jar.unsigned())?.kind == .invalidRequestObject)
    }

    @Test("alg none with a signature, an upper-case none, and no header are refused", arguments: ["none", "None", "NONE", ""])
    func noneTricks(_ alg: String) async throws {
        let jar = try await RequestObjectCase.make()
        let signed = try jar.object(header: [("alg", alg.isEmpty ? nil : .string(alg))])
        #expect(try await jar.refusal(signed)?.kind == .invalidRequestObject)
    }

    @Test("the client's secret and an embedded key do not sign")
    func foreignKeys() async throws {
        let jar = try await RequestObjectCase.make()
        let hmac = JWS.signHS256(
            typ: "JWT", payload: jar.claims(), secret: Array(EngineFixture.secret.revealed.utf8), kid: nil)
        #expect(try await jar.refusal(hmac)?.kind == .invalidRequestObject)
        let other = try TestKey()
        let embedded = try other.jwt(jar.claims(), header: [("jwk", .object(other.bareJWK)), ("kid", nil)])
        #expect(try await jar.refusal(embedded)?.kind == .invalidRequestObject)
        #expect(try await jar.refusal(try other.jwt(jar.claims()))?.kind == .invalidRequestObject)
    }

    @Test("only the registered algorithm", arguments: [("RS256", true), ("PS256", false)])
    func registeredAlgorithm(_ registered: String, _ isGood: Bool) async throws {
        let jar = try await RequestObjectCase.make(.standard, .rs256) { $0.requests.requestObjectSigningAlg = registered }
        #expect(try await (jar.refusal(try jar.object()) == nil) == isGood)
    }

    @Test("a type that is no request object's is refused", arguments: [
        ("oauth-authz-req+jwt", true), ("JWT", true), ("application/oauth-authz-req+jwt", true), ("at+jwt", false), ("dpop+jwt", false),
    ])
    func type(_ typ: String, _ isGood: Bool) async throws {
        let jar = try await RequestObjectCase.make()
        #expect(try await (jar.refusal(try jar.object(header: [("typ", .string(typ))])) == nil) == isGood)
    }

    @Test("the failure of an object goes to the query's callback when that is registered")
    func destination() async throws {
        let jar = try await RequestObjectCase.make()
        var browser = EngineBrowser(jar.fixture)
        let bad = try jar.object([("aud", "https://evil.test/")])
        let form = jar.form(bad, [("redirect_uri", EngineFixture.callback), ("state", "s1"), ("response_type", "code")])
        let answer = try EngineBrowser.answer(await browser.authorize(form))
        #expect(answer["error"] == "invalid_request_object" && answer["state"] == "s1")
        let evil = jar.form(bad, [("redirect_uri", "https://evil.test/")])
        await #expect(throws: AuthorizeFailure.self) { try await browser.authorize(evil) }
    }

    @Test("numbers, booleans and objects in an object are parameters as a query would have them")
    func typedClaims() async throws {
        let jar = try await RequestObjectCase.make()
        let claims: JSONValue = .object(["id_token": .object(["email": .null])])
        let object = try jar.object([("max_age", .integer(600)), ("claims", claims)])
        let answer = try await jar.signIn(object)
        let code = try await jar.fixture.stores.authorizationCodes.find(TokenHash(of: try #require(answer["code"])))
        #expect(code?.access.details.claims == #"{"id_token":{"email":null}}"#)
        #expect(try await jar.refusal(try jar.object([("max_age", .bool(true))]))?.kind == .invalidRequest)
    }

    @Test("Auth0's objects say themselves who asks and for what; a query beside them does not", arguments: ["client_id", "response_type"])
    func complete(_ name: String) async throws {
        let jar = try await RequestObjectCase.make(.auth0)
        let query = EngineBrowser.parameters(jar.client).filter { $0.0 == name && name != "client_id" }
        #expect(try await jar.refusal(try jar.object([(name, nil)]), query)?.kind == .invalidRequestObject)
        #expect(try await jar.refusal(try jar.object()) == nil)
    }

    @Test("Auth0's objects have a jti of 64 bytes at most", arguments: [(64, true), (65, false)])
    func longName(_ bytes: Int, _ isGood: Bool) async throws {
        let jar = try await RequestObjectCase.make(.auth0)
        let object = try jar.object([("jti", .string(String(repeating: "j", count: bytes)))])
        #expect(try await (jar.refusal(object) == nil) == isGood)
    }
}

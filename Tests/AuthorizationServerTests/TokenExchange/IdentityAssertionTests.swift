import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Identity assertion authorization grants at the `jwt-bearer` grant (contract 18).
@Suite struct IdentityAssertionTests {
    private typealias Changes = [(String, JSONValue?)]
    private static let other = "https://other.example.test/"

    /// With a second API beside the fixture's.
    private func make(_ change: (inout TrustedIssuer) -> Void = { _ in }) async throws -> ExchangeCase {
        let test = try await ExchangeCase.make(.auth0, change)
        var api = ResourceServer(
            id: "89abcdef0123456701234567", identifier: Self.other, name: "Other", createdAt: test.fixture.now)
        api.scopes = [.init(value: "read:items")]
        try await test.fixture.stores.resourceServers.insert(api)
        return test
    }

    @Test("an assertion gives an access token for its user, and neither a refresh token nor an ID token")
    func given() async throws {
        let test = try await make()
        let form = test.assertForm(try test.identityAssertion(), [("scope", "openid read:items offline_access")])
        let tokens = try await test.fixture.token(form)
        #expect(tokens.refreshToken == nil && tokens.idToken == nil && tokens.scope == "read:items")
        #expect(try await test.fixture.verified(tokens.accessToken).payload["sub"]?.string == test.fixture.user.userID)
    }

    /// Claims and header members that make an assertion no good.
    static let wrong: [(claims: [(String, JSONValue?)], header: [(String, JSONValue?)])] = [
        ([], [("typ", "JWT")]), ([], [("typ", nil)]), ([], [("typ", 1)]), ([], [("typ", "")]), ([], [("typ", "at+jwt")]),
        ([], [("typ", "oauth-id-jag")]), ([], [("typ", "logout+jwt")]), ([], [("typ", "dpop+jwt")]),
        ([("client_id", nil)], []), ([("client_id", "spa00000000000000000000000000000")], []), ([("client_id", 1)], []),
        ([("client_id", .strings(["web00000000000000000000000000000"]))], []),
        ([("aud", "https://default.test/oauth/token")], []), ([("aud", nil)], []), ([("aud", "https://default.test")], []),
        ([("aud", .strings(["https://default.test/", "https://elsewhere.example.test/"]))], []),
        ([("iat", nil)], []), ([("iat", "now")], []), ([("exp", nil)], []), ([("exp", .integer(.max))], []),
        ([("jti", nil)], []), ([("jti", "")], []), ([("jti", 1)], []), ([("sub", nil)], []), ([("sub", "nobody")], []),
        ([("scope", 1)], []), ([("scope", .strings(["read:items"]))], []), ([("scope", "a\"b")], []), ([("scope", .null)], []),
        ([("resource", 1)], []), ([("resource", .array([]))], []), ([("resource", .array([1]))], []),
        ([("resource", .array([.string(EngineFixture.audience), 1]))], []), ([("resource", .object([:]))], []),
    ]

    @Test("an assertion with one thing wrong is invalid_grant, 400 in each profile", arguments: 0..<wrong.count, [
        WireProfile.auth0, .standard,
    ])
    func refused(index: Int, profile: WireProfile) async throws {
        let test = try await ExchangeCase.make(profile)
        let wrong = Self.wrong[index]
        let assertion = try test.identityAssertion(wrong.claims, header: wrong.header)
        #expect(try await test.fixture.refusal(of: test.assertForm(assertion)).onTheWire == "400 invalid_grant")
    }

    @Test("the type is a media type: its case and its prefix do not matter", arguments: [
        "OAUTH-ID-JAG+JWT", "application/oauth-id-jag+jwt",
    ])
    func mediaType(_ typ: String) async throws {
        let test = try await make()
        _ = try await test.fixture.token(test.assertForm(try test.identityAssertion(header: [("typ", .string(typ))])))
    }

    @Test("plain assertions count if the issuer's record says so, without a client or with the right one")
    func plain() async throws {
        let test = try await make { $0.acceptsPlainAssertions = true }
        func answers(_ changes: Changes, _ header: Changes) async throws -> Bool {
            let form = test.assertForm(try test.key.jwt(test.claims(changes), header: header))
            return (try? await test.fixture.token(form)) != nil
        }
        for (changes, header) in [([], [("typ", "jwt")]), ([("client_id", nil)], [("typ", nil)])] as [(Changes, Changes)] {
            #expect(try await answers(changes, header))
        }
        #expect(try await answers([("aud", .strings(["https://default.test/oauth/token", "https://else.test/"]))], []))
        #expect(try await !answers([("client_id", "spa00000000000000000000000000000")], []))
        #expect(try await !answers([("client_id", 1)], []))
        #expect(try await !answers([], [("typ", "at+jwt")]))
        #expect(try await !answers([("client_id", nil)], [("typ", "oauth-id-jag+jwt")]), "an identity assertion names its client")
    }

    @Test("an identity assertion is no subject token, and a bad subject token is invalid_request in each profile", arguments: [
        WireProfile.auth0, .standard,
    ])
    func subjectToken(profile: WireProfile) async throws {
        let test = try await ExchangeCase.make(profile)
        for subject in [
            try test.identityAssertion(), try test.key.jwt(test.claims([("exp", 1)])), try TestKey().jwt(test.claims()), "x", "a.b.c",
            try test.key.jwt(test.claims([("iss", "https://unknown.example.test/")])),
        ] {
            #expect(try await test.fixture.refusal(of: test.exchangeForm(subject)).onTheWire == "400 invalid_request")
        }
    }

    @Test("a public client's name proves nothing: identity assertions are for clients that prove themselves")
    func publicClient() async throws {
        let test = try await ExchangeCase.make(public: true)
        let assertion = try test.identityAssertion()
        #expect(try await test.fixture.refusal(of: test.assertForm(assertion)).kind == .unauthorizedClient)
    }

    // MARK: What it is for

    private func audience(_ test: ExchangeCase, _ resource: JSONValue, _ changes: [(String, String?)]) async throws -> String? {
        let form = test.assertForm(try test.identityAssertion([("resource", resource)]), changes)
        return try await test.fixture.verified(test.fixture.token(form).accessToken).payload["aud"]?.string
    }

    @Test("one resource wins over the request's, as a text and in a list", arguments: [
        JSONValue.string(other), .strings([other]),
    ])
    func oneResource(resource: JSONValue) async throws {
        let test = try await make()
        #expect(try await audience(test, resource, []) == Self.other)
        #expect(try await audience(test, resource, [("audience", nil)]) == Self.other)
    }

    @Test("of several the request names one, by audience or resource, or the tenant's default is one")
    func severalResources() async throws {
        var test = try await make()
        let both = JSONValue.strings([Self.other, EngineFixture.audience])
        #expect(try await audience(test, both, []) == EngineFixture.audience)
        #expect(try await audience(test, both, [("audience", nil), ("resource", Self.other)]) == Self.other)
        let nothing = test.assertForm(try test.identityAssertion([("resource", both)]), [("audience", nil)])
        #expect(try await test.fixture.refusal(of: nothing).kind == .invalidTarget)
        try await test.fixture.configure { $0.defaultAudience = Self.other }
        #expect(try await test.fixture.verified(test.fixture.token(nothing).accessToken).payload["aud"]?.string == Self.other)
    }

    @Test("another API than the assertion's is invalid_target")
    func otherResource() async throws {
        let test = try await make()
        let resources = JSONValue.strings([Self.other, "https://third.example.test/"])
        let form = test.assertForm(try test.identityAssertion([("resource", resources)]))
        #expect(try await test.fixture.refusal(of: form).kind == .invalidTarget)
    }

    @Test("the assertion's scopes are the most there is", arguments: [
        ("read:items", nil, "read:items"), ("read:items", "read:items write:items", "read:items"), ("write:items", "read:items", nil),
        (nil, "read:items", "read:items"),
    ] as [(String?, String?, String?)])
    func scopes(_ allowed: String?, _ asked: String?, _ granted: String?) async throws {
        let test = try await make()
        let assertion = try test.identityAssertion([("scope", allowed.map { .string($0) })])
        #expect(try await test.fixture.token(test.assertForm(assertion, [("scope", asked)])).scope == granted)
    }
}

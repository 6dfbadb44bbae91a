import AuthorizationServer
import JOSE
import Logging
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 12.4, draft-parecki-oauth-global-token-revocation: what an identity provider ends, and who is one.
@Suite struct GlobalTokenRevocationTests {
    private func revoke(
        _ test: FederationCase, _ token: String?, _ body: JSONObject? = FakeIdentityProvider.subject("jane"),
        connection: String = FakeIdentityProvider.connectionName
    ) async throws {
        try await GlobalTokenRevocationEndpoint(test.fixture.context).respond(
            to: body, presenting: PresentedAccessToken(token: token), connection: connection, in: test.fixture.request())
    }

    private func refusal(
        _ test: FederationCase, _ token: String?, _ body: JSONObject? = FakeIdentityProvider.subject("jane"),
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) { try await revoke(test, token, body) }
        return try #require(error, sourceLocation: location)
    }

    private func token(
        _ test: FederationCase, _ changes: [(String, JSONValue?)] = [], header: [(String, JSONValue?)] = []
    ) throws -> String {
        let jti = test.fixture.environment.randomness.alphanumeric(20)
        return try test.provider.revocationToken(at: test.fixture.now, jti: jti, changes, header: header)
    }

    private func beginSession(_ test: FederationCase, _ name: String, of userID: String, clients: [String]) async throws {
        let now = test.fixture.now
        var session = BrowserSession(
            cookieHash: TokenHash(of: name), sid: name, userID: userID, authTime: now, idleExpiresAt: now + 600,
            absoluteExpiresAt: now + 600)
        session.clients = clients
        try await test.fixture.stores.sessions.begin(
            session, replacing: nil, recording: test.fixture.request().event(.loginSucceeded))
    }

    // MARK: What ends

    @Test("all sessions and refresh tokens of the user end; access tokens and other users' things do not")
    func effect() async throws {
        let test = try await FederationCase.make()
        let (fixture, id) = (test.fixture, test.fixture.user.userID)
        var refreshTokens: [String] = []
        for client in [test.client, fixture.native, fixture.spa] { refreshTokens.append(try await fixture.refreshToken(for: client)) }
        let access = try await fixture.token(fixture.refreshForm(refreshTokens[0], from: test.client)).accessToken
        let other = try await fixture.stores.users.findCredential(connection: fixture.connection.name, identifier: EngineFixture.email)
        let otherID = try #require(other?.user.userID)
        for (name, owner) in [("a", id), ("b", id), ("c", otherID)] {
            try await beginSession(test, name, of: owner, clients: [])
        }
        try await revoke(test, try token(test))
        #expect(try await fixture.stores.sessions.list(of: id, at: fixture.now).isEmpty)
        #expect(try await fixture.stores.sessions.list(of: otherID, at: fixture.now).count == 1)
        for (text, client) in zip(refreshTokens, [test.client, fixture.native, fixture.spa]) {
            #expect(try await fixture.refusal(of: fixture.refreshForm(text, from: client)).kind == .invalidGrant)
        }
        #expect(try await AccessTokenReader(fixture.context).read(access, in: fixture.request()).userID == id)
        let event = try #require(try await fixture.stores.logs.list(after: nil, limit: 99).first { $0.event.type == .universalLogoutSucceeded })
        #expect(event.event.type.rawValue == "universal_logout_succeeded")
        #expect(event.event.userID == id && event.event.connection == "corp")
    }

    @Test("the clients of the sessions are told over the back channel, each with its session")
    func backchannel() async throws {
        let test = try await FederationCase.make()
        let fixture = test.fixture
        for (client, url) in [(fixture.spa, "https://one.example.test/out"), (fixture.native, "https://two.example.test/out")] {
            try await fixture.changed(client) { $0.logout.backchannelLogoutURIs = [url] }
        }
        try await beginSession(test, "a", of: fixture.user.userID, clients: [fixture.spa.clientID, fixture.native.clientID])
        try await beginSession(test, "b", of: fixture.user.userID, clients: [fixture.spa.clientID, "deleted"])
        try await revoke(test, try token(test))
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let worker = DeliveryWorker(engine: fixture.engine, environment: fixture.environment, logger: logger)
        let now = fixture.now
        let sent = try await worker.runDue { now }
        #expect(sent == 3)
        #expect(fixture.outbound.posts.map(\.url).sorted() == [
            "https://one.example.test/out", "https://one.example.test/out", "https://two.example.test/out",
        ])
    }

    @Test("a code that the user had got before the end is worth nothing after it")
    func codes() async throws {
        let test = try await FederationCase.make()
        let code = try await test.fixture.insertCode(for: test.client)
        try await revoke(test, try token(test))
        #expect(try await test.fixture.refusal(of: test.fixture.codeForm(code, from: test.client)).kind == .invalidGrant)
    }

    @Test("a user who is blocked, or holds nothing, is found all the same")
    func blocked() async throws {
        let test = try await FederationCase.make()
        _ = try await test.fixture.stores.users.setBlocked(test.fixture.user.userID, true, at: test.fixture.now)
        try await revoke(test, try token(test))
        try await revoke(test, try token(test))
        #expect(try await test.fixture.events().count { $0 == .universalLogoutSucceeded } == 2)
    }

    @Test("each strategy has user ids of its own form", arguments: [
        ("oidc", "oidc|corp|jane"), ("okta", "okta|corp|jane"), ("waad", "waad|corp|jane"), ("google-oauth2", "google-oauth2|jane"),
    ])
    func strategies(strategy: String, id: String) async throws {
        let test = try await FederationCase.make { $0.strategy = strategy }
        var user = test.fixture.user
        _ = try await test.fixture.stores.users.delete(user.userID, at: test.fixture.now)
        user.userID = id
        try await test.fixture.stores.users.insert(user, passwordHash: nil)
        try await revoke(test, try token(test))
        #expect(try await test.fixture.events().contains(.universalLogoutSucceeded))
    }

    // MARK: Whom it names

    @Test("the subject may stand under the name that the draft gave it later, and under one name only")
    func names() async throws {
        let test = try await FederationCase.make()
        let subject = FakeIdentityProvider.subject("jane")["subject"]
        try await revoke(test, try token(test), ["sub_id": try #require(subject)])
        let both: JSONObject = ["subject": try #require(subject), "sub_id": try #require(subject)]
        #expect(try await refusal(test, try token(test), both).kind == .invalidRequest)
    }

    static let malformed: [JSONObject?] = [
        nil, [:], ["subject": "jane"], ["subject": .array([])], ["subject": .object([:])],
        ["subject": .object(["format": "iss_sub"])],
        ["subject": .object(["format": "iss_sub", "iss": "https://idp.example.test"])],
        ["subject": .object(["format": "iss_sub", "sub": "jane"])],
        ["subject": .object(["format": "iss_sub", "iss": "https://idp.example.test", "sub": ""])],
        ["subject": .object(["format": "iss_sub", "iss": "https://idp.example.test", "sub": 1])],
        ["subject": .object(["format": "ISS_SUB", "iss": "https://idp.example.test", "sub": "jane"])],
        ["subject": .object(["format": "email", "email": "jane@corp.example.test"])],
        ["subject": .object(["format": "opaque", "id": "oidc|corp|jane"])],
    ]

    @Test("a body that names nobody is refused, and does not use the token up", arguments: 0..<malformed.count)
    func bodies(index: Int) async throws {
        let test = try await FederationCase.make()
        let token = try token(test)
        #expect(try await refusal(test, token, Self.malformed[index]).kind == .invalidRequest)
        try await revoke(test, token)
    }

    @Test("nobody, another issuer's user and another connection's user are not found", arguments: [
        ("joe", FakeIdentityProvider.issuer), ("JANE", FakeIdentityProvider.issuer), ("jane", "https://idp.example.test/"),
        ("jane", "https://other.example.test"), ("", "https://other.example.test/"), ("jane\u{0}", FakeIdentityProvider.issuer),
        ("corp|jane", FakeIdentityProvider.issuer), (String(repeating: "j", count: 600), FakeIdentityProvider.issuer),
    ])
    func unknown(name: String, issuer: String) async throws {
        let test = try await FederationCase.make()
        try await beginSession(test, "a", of: test.fixture.user.userID, clients: [])
        let error = try await refusal(test, try token(test), FakeIdentityProvider.subject(name, issuer: issuer))
        #expect(error.kind == (name.isEmpty ? .invalidRequest : .notFound))
        #expect(try await test.fixture.stores.sessions.list(of: test.fixture.user.userID, at: test.fixture.now).count == 1)
    }

    @Test("a user who was moved to another connection is no longer the provider's")
    func moved() async throws {
        let test = try await FederationCase.make()
        var user = test.fixture.user
        user.connection = test.fixture.connection.name
        #expect(try await test.fixture.stores.users.update(user))
        #expect(try await refusal(test, try token(test)).kind == .notFound)
    }

    @Test("a connection that is not there or names no provider is not found, whatever the token")
    func connections() async throws {
        let test = try await FederationCase.make()
        for name in ["", "nobody", "CORP", "corp/", test.fixture.connection.name] {
            let error = await #expect(throws: OAuthError.self) { try await revoke(test, try token(test), connection: name) }
            #expect(error?.kind == .notFound)
        }
    }

    // MARK: Who says so

    @Test("the token is used once, also on another node")
    func replay() async throws {
        let test = try await FederationCase.make()
        let token = try token(test)
        try await revoke(test, token)
        let error = try await refusal(test, token)
        #expect(error.kind == .invalidToken)
        let event = try await test.fixture.lastEvent()
        #expect(event.type.rawValue == "universal_logout_failed" && event.description == "jti was used before")
        #expect(event.connection == "corp" && event.userID == nil)
        let other = test.fixture.otherNode(over: test.fixture.engine)
        await #expect(throws: OAuthError.self) {
            try await GlobalTokenRevocationEndpoint(other).respond(
                to: FakeIdentityProvider.subject("jane"), presenting: PresentedAccessToken(token: token), connection: "corp",
                in: test.fixture.request())
        }
    }

    @Test("an audience may be the endpoint or our issuer, alone or in a list", arguments: [
        JSONValue.string("https://default.test/"), .array(["https://x.test/", "https://default.test/"]),
        .array(["https://default.test/oauth/global-token-revocation/connection/corp"]),
    ])
    func audiences(audience: JSONValue) async throws {
        let test = try await FederationCase.make()
        try await revoke(test, try token(test, [("aud", audience)]))
    }

    static let wrong: [(String, [(String, JSONValue?)], [(String, JSONValue?)])] = [
        ("another issuer", [("iss", "https://other.example.test")], []), ("the issuer with a slash", [("iss", "https://idp.example.test/")], []),
        ("no issuer", [("iss", nil)], []), ("no audience", [("aud", nil)], []),
        ("another connection's endpoint", [("aud", "https://default.test/oauth/global-token-revocation/connection/other")], []),
        ("another server's", [("aud", "https://other.test/oauth/global-token-revocation/connection/corp")], []),
        ("the host alone", [("aud", "default.test")], []), ("an empty list", [("aud", .array([]))], []),
        ("no end", [("exp", nil)], []), ("over", [("exp", 1_755_188_974)], []), ("an end in a day", [("exp", 1_755_275_374)], []),
        ("no issue", [("iat", nil)], []), ("issued tomorrow", [("iat", 1_755_275_374)], []), ("issued yesterday", [("iat", 1_755_102_574)], []),
        ("not yet", [("nbf", 1_755_189_174)], []), ("no name", [("jti", nil)], []), ("an empty name", [("jti", "")], []),
        ("a number for a name", [("jti", 1)], []), ("no type", [], [("typ", nil)]), ("a plain type", [], [("typ", "JWT")]),
        ("a logout token", [], [("typ", "logout+jwt")]), ("a number for a type", [], [("typ", 1)]),
        ("an unknown key", [], [("kid", "other")]), ("critical members", [], [("crit", .array(["exp"]))]),
    ]

    @Test("a token with something wrong says nothing", arguments: 0..<wrong.count)
    func refused(index: Int) async throws {
        let test = try await FederationCase.make()
        let (name, claims, header) = Self.wrong[index]
        let error = try await refusal(test, try token(test, claims, header: header))
        #expect(error.kind == .invalidToken, "\(name)")
        #expect(try await !test.fixture.events().contains(.universalLogoutSucceeded))
    }

    @Test("no token, an empty one and one of another scheme are missing", arguments: [nil, "", "x", "a.b.c"])
    func missing(text: String?) async throws {
        let test = try await FederationCase.make()
        #expect(try await refusal(test, text).kind == .invalidToken)
        await #expect(throws: OAuthError.self) {
            let presented = PresentedAccessToken(token: try token(test), scheme: "DPoP")
            try await GlobalTokenRevocationEndpoint(test.fixture.context).respond(
                to: FakeIdentityProvider.subject("jane"), presenting: presented, connection: "corp", in: test.fixture.request())
        }
    }

    @Test("a media type is a type too; a key that the provider began to use is fetched")
    func newKey() async throws {
        let test = try await FederationCase.make()
        try await revoke(test, try token(test, header: [("typ", "application/Global-Token-Revocation+JWT")]))
        let next = try TestKey(kid: "next")
        test.fixture.outbound.serve(TestKey.jwks(next), at: FakeIdentityProvider.jwksURI)
        let claims = FakeIdentityProvider.revocationClaims(at: test.fixture.now, jti: "next")
        try await revoke(test, try next.jwt(claims, header: [("typ", "global-token-revocation+jwt")]))
        #expect(test.fixture.outbound.gets.count == 2)
    }

    @Test("keys that cannot be had, or that nobody named, verify nothing")
    func noKeys() async throws {
        let test = try await FederationCase.make()
        test.fixture.outbound.fail(FakeIdentityProvider.jwksURI, with: .forbidden)
        #expect(try await refusal(test, try token(test)).kind == .invalidToken)
        let bare = try await FederationCase.make { $0.provider?.jwksURI = nil }
        #expect(try await refusal(bare, try token(bare)).kind == .invalidToken)
        #expect(bare.fixture.outbound.gets.isEmpty)
    }
}

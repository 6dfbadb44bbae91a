import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct PasswordGrantTests {
    private static let realmGrant = "http://auth0.com/oauth/grant-type/password-realm"

    private func form(
        _ fixture: EngineFixture, realm: String? = nil, _ changes: [(String, String?)] = []
    ) -> [(String, String)] {
        let pairs = [
            ("grant_type", realm == nil ? "password" : Self.realmGrant), ("username", EngineFixture.email),
            ("password", EngineFixture.password.revealed), ("audience", EngineFixture.audience), ("scope", "read:items"),
        ]
        return fixture.form(pairs, of: fixture.web, [("realm", realm)] + changes)
    }

    @Test("both grants give a token with gty password and no sid", arguments: [nil, "Username-Password-Authentication"])
    func success(realm: String?) async throws {
        let fixture = try await EngineFixture.make()
        let response = try await fixture.token(form(fixture, realm: realm, [("scope", "openid read:items")]))
        #expect(response.json.members.map(\.name) == ["access_token", "id_token", "scope", "expires_in", "token_type"])
        #expect(response.scope == "openid read:items")
        #expect(try await fixture.verified(response.accessToken).payload["gty"] == "password")
        let idToken = try await fixture.verified(try #require(response.idToken)).payload
        #expect(idToken["sid"] == nil && idToken["auth_time"] == nil && idToken["nonce"] == nil)
        #expect(try await fixture.logTypes().last == "sepft")
    }

    @Test("no scope: all scopes of the API; openid alone: the profile scopes")
    func impliedScopes() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await fixture.token(form(fixture, [("scope", nil)])).scope == "read:items write:items")
        let openid = form(fixture, [("scope", "openid"), ("audience", nil)])
        #expect(try await fixture.token(openid).scope == "openid profile email address phone")
    }

    @Test("offline_access gives a refresh token that is stored with the event")
    func refreshToken() async throws {
        let fixture = try await EngineFixture.make()
        let response = try await fixture.token(form(fixture, [("scope", "read:items offline_access")]))
        let family = try await fixture.family(of: try #require(response.refreshToken))
        #expect(family?.access.gty == "password" && family?.access.sid == nil)
        #expect(try await fixture.lastEvent().type == .passwordExchanged)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var realm: String?
        let change: [(String, String?)]
        let kind: OAuthError.Kind
        let text: String
    }

    static let refused: [Refused] = [
        Refused(
            testDescription: "wrong password", change: [("password", "wrong")], kind: .invalidGrant,
            text: "Wrong email or password."),
        Refused(
            testDescription: "unknown user", change: [("username", "nobody@example.test")], kind: .invalidGrant,
            text: "Wrong email or password."),
        Refused(
            testDescription: "no username", change: [("username", nil)], kind: .invalidRequest,
            text: "Missing required parameter: username"),
        Refused(
            testDescription: "no password", change: [("password", nil)], kind: .invalidRequest,
            text: "Missing required parameter: password"),
        Refused(
            testDescription: "unknown realm", realm: "nowhere", change: [], kind: .invalidRequest,
            text: "the connection was not found"),
        Refused(
            testDescription: "empty realm", realm: "", change: [], kind: .invalidRequest,
            text: "Missing required parameter: realm"),
        Refused(
            testDescription: "unknown API", change: [("audience", "https://unknown.test/")], kind: .accessDenied,
            text: "Service not found: https://unknown.test/"),
    ]

    @Test("refusals have their kinds and texts, store nothing, and are logged as fepft", arguments: refused)
    func refusals(row: Refused) async throws {
        let fixture = try await EngineFixture.make()
        let before = try await fixture.snapshot()
        let error = try await fixture.refusal(of: form(fixture, realm: row.realm, row.change))
        #expect(error.kind == row.kind && error.description == row.text)
        #expect(try await fixture.snapshot() == before)
        #expect(try await fixture.logTypes().last == "fepft")
    }

    @Test("an unknown API spends no guess")
    func noGuessSpent() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.refusal(of: form(fixture, [("audience", "https://unknown.test/")]))
        #expect(fixture.hasher.verifications == 0)
    }

    @Test("a blocked user with the right password is told so")
    func blocked() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now))
        let error = try await fixture.refusal(of: form(fixture))
        #expect(error.kind == .userBlocked && error.description == "user is blocked")
    }

    @Test("a realm that the client may not use is disabled")
    func disabledRealm() async throws {
        let fixture = try await EngineFixture.make()
        var connection = fixture.connection
        connection.enabledClients = [fixture.spa.clientID]
        #expect(try await fixture.stores.connections.update(connection))
        let error = try await fixture.refusal(of: form(fixture, realm: connection.name))
        #expect(error.kind == .invalidRequest && error.description == "the connection was disabled")
    }

    @Test("without a default directory the password grant is the administrator's fault", arguments: [nil, "missing"])
    func noDefaultDirectory(name: String?) async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultDirectory = name
        let error = try await fixture.refusal(of: form(fixture))
        #expect(error.kind == .serverError)
        #expect(error.description == "Authorization server not configured with default connection.")
    }

    @Test("third parties never see a password")
    func thirdParty() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.web
        client.isFirstParty = false
        #expect(try await fixture.stores.clients.update(client))
        let error = try await fixture.refusal(of: form(fixture))
        #expect(error.kind == .unauthorizedClient && fixture.hasher.verifications == 0)
    }

    @Test("after too many wrong passwords the right one is refused too")
    func tooManyAttempts() async throws {
        let fixture = try await EngineFixture.make()
        for _ in 0..<10 { _ = try await fixture.refusal(of: form(fixture, [("password", "wrong")])) }
        let error = try await fixture.refusal(of: form(fixture))
        #expect(error.kind == .tooManyAttempts)
        #expect(error.description.hasPrefix("Your account has been blocked after multiple consecutive login attempts"))
    }

    @Test("a full hashing queue is an honest 429")
    func queueFull() async throws {
        let fixture = try await EngineFixture.make()
        fixture.hasher.refuseAll()
        #expect(try await fixture.refusal(of: form(fixture)).kind == .tooManyRequests)
    }


    @Test("a password may have any character but NUL: an imported one with a tab is compared, not refused as malformed")
    func anyCharacter() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await fixture.refusal(of: form(fixture, [("password", "tab\there")])).onTheWire == "403 invalid_grant")
        #expect(try await fixture.refusal(of: form(fixture, [("password", "nul\0here")])).onTheWire == "400 invalid_request")
        let repeated = form(fixture) + [("password", "twice")]
        #expect(try await fixture.refusal(of: repeated).onTheWire == "400 invalid_request")
        let long = String(repeating: "x", count: 4097)
        #expect(try await fixture.refusal(of: form(fixture, [("password", long)])).onTheWire == "400 invalid_request")
    }
}

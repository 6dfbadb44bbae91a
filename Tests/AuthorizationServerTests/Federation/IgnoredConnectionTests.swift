import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Nobody signs in with a password, a code or a passkey through a connection that names an identity provider.
@Suite struct IgnoredConnectionTests {
    private func make(_ change: (inout Connection) -> Void = { _ in }) async throws -> FederationCase {
        var test = try await FederationCase.make(change)
        try await test.fixture.allowProofs()
        test.client = test.fixture.web
        return test
    }

    private func kind(_ body: () async throws -> Void) async throws -> OAuthError {
        try #require(await #expect(throws: OAuthError.self) { try await body() })
    }

    @Test("the password grants do not know it, not even for a user who has a password there")
    func passwords() async throws {
        var test = try await make()
        let fixture = test.fixture
        _ = try await fixture.stores.users.setPassword(
            fixture.user.userID, hash: SecretString("fake$" + EngineFixture.password.revealed), ending: nil, at: fixture.now)
        let login = [("username", "jane@corp.example.test"), ("password", EngineFixture.password.revealed)]
        let realm = [("grant_type", GrantType.passwordRealm.rawValue), ("realm", "corp")]
        let error = try await fixture.refusal(of: fixture.form(realm + login, of: test.client, []))
        #expect(error.kind == .invalidRequest && error.description == "the connection was not found")
        try await test.fixture.changeSettings { $0.defaultDirectory = "corp" }
        let plain = test.fixture.form([("grant_type", "password")] + login, of: test.client, [])
        #expect(try await test.fixture.refusal(of: plain).kind == .invalidRequest)
        #expect(test.fixture.hasher.verifications == 0)
    }

    @Test("the login page takes another connection, even when this one is the default directory or comes first")
    func loginPage() async throws {
        var test = try await make { $0.name = "a-first" }
        for directory in [nil, "a-first", test.fixture.connection.name] {
            try await test.fixture.changeSettings { $0.defaultDirectory = directory }
            var browser = EngineBrowser(test.fixture)
            #expect(try await browser.signIn(test.client)["code"] != nil)
        }
        var browser = EngineBrowser(test.fixture)
        let named = try EngineBrowser.answer(await browser.authorize(test.client, ["connection": "a-first"]))
        #expect(named["error"] == "invalid_request" && named["error_description"] == "the connection was not found")
    }

    @Test("no code is sent for it and none is taken")
    func codes() async throws {
        let test = try await make()
        let (fixture, client) = (test.fixture, test.client)
        let start = FormParameters(fixture.form(
            [("connection", "corp"), ("email", "jane@corp.example.test"), ("send", "code")], of: client, []))
        _ = try await kind { _ = try await PasswordlessStart(fixture.context).respond(to: start, authorization: nil, in: fixture.request()) }
        let challenge = FormParameters(fixture.form(
            [("connection", "corp"), ("email", "jane@corp.example.test")], of: client, []))
        let error = try await kind {
            _ = try await OTPChallenge(fixture.context).respond(to: challenge, authorization: nil, in: fixture.request())
        }
        #expect(error.kind == .invalidConnection)
        let grant = [
            ("grant_type", GrantType.passwordlessOTP.rawValue), ("realm", "corp"), ("username", "jane@corp.example.test"), ("otp", "123456"),
        ]
        #expect(try await fixture.refusal(of: fixture.form(grant, of: client, [])).kind == .invalidRequest)
        #expect(fixture.mail.messages.isEmpty && fixture.outside.texts.messages.isEmpty)
    }

    @Test("nobody signs up for it, and no password is reset")
    func database() async throws {
        let test = try await make()
        let (fixture, client) = (test.fixture, test.client)
        let pairs = [
            ("connection", "corp"), ("email", "jane@corp.example.test"), ("password", "Correct-Horse-9"), ("client_id", client.clientID),
        ]
        _ = try await kind { _ = try await SignupEndpoint(fixture.context).respond(to: FormParameters(pairs), in: fixture.request()) }
        _ = try await kind {
            _ = try await ChangePasswordEndpoint(fixture.context).respond(to: FormParameters(pairs), in: fixture.request())
        }
        #expect(fixture.mail.messages.isEmpty)
        #expect(try await fixture.stores.users.list(offset: 0, limit: 9).count == 2)
    }

    @Test("no passkey is registered or asked for there")
    func passkeys() async throws {
        let test = try await make()
        let (fixture, client) = (test.fixture, test.client)
        let form = FormParameters(fixture.form(
            [("realm", "corp"), ("user_profile", #"{"email":"new@corp.example.test"}"#)], of: client, []))
        for step in [PasskeyEndpoints(fixture.context).register, PasskeyEndpoints(fixture.context).challenge] {
            #expect(try await kind { _ = try await step(form, nil, fixture.request()) }.kind == .invalidRequest)
        }
    }
}

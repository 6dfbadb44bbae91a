import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/dbconnections/signup` and the sign-up page (contract 13.1 to 13.3).
@Suite struct SignupTests {
    private static let valid = ["email": "New@Example.test", "password": "Correct-Horse-9", "connection": "Username-Password-Authentication"]

    private func signUp(_ fixture: EngineFixture, _ changes: [String: String] = [:]) async throws -> JSONObject {
        let values = Self.valid.merging(["client_id": fixture.spa.clientID]) { $1 }.merging(changes) { $1 }
        let pairs = values.filter { !$0.value.isEmpty }.map { ($0.key, $0.value) }
        return try await SignupEndpoint(fixture.context).respond(to: FormParameters(pairs), in: fixture.request())
    }

    private func databaseError(_ fixture: EngineFixture, _ changes: [String: String]) async throws -> DatabaseConnectionError? {
        do {
            _ = try await signUp(fixture, changes)
            return nil
        } catch let error as DatabaseConnectionError {
            return error
        }
    }

    @Test("the answer has the bare id and the address, not the password")
    func success() async throws {
        let fixture = try await EngineFixture.make()
        let body = try await signUp(fixture, ["given_name": "Ann", "user_metadata": #"{"plan":"free"}"#])
        #expect(body.members.map(\.name) == ["_id", "email", "email_verified", "given_name", "user_metadata"])
        #expect(body["_id"]?.string?.utf8.count == 24)
        #expect(body["email_verified"] == false)
        #expect(!body.serializedString.contains("Correct-Horse-9"))
        #expect(try await fixture.events() == [.signupSucceeded, .verificationMailSent])
    }

    @Test("an existing user is told apart only when the tenant wants it")
    func existing() async throws {
        var fixture = try await EngineFixture.make()
        let taken = ["email": "USER@example.test"]
        let discreet = try #require(try await databaseError(fixture, taken))
        #expect(discreet.code == "invalid_signup")
        #expect(discreet.description == "Invalid sign up")
        fixture.tenant.settings.enablePublicSignupUserExistsError = true
        let open = try #require(try await databaseError(fixture, taken))
        #expect(open.code == "user_exists")
        #expect(try await fixture.events() == [.signupFailed, .signupFailed])
    }

    @Test("weak passwords come with the rules")
    func weak() async throws {
        let error = try #require(try await databaseError(try await EngineFixture.make(), ["password": "short"]))
        #expect(error.code == "invalid_password")
        #expect(error.name == "PasswordStrengthError")
        #expect(error.description.object?["rules"]?.array?.isEmpty == false)
    }

    @Test("malformed requests are shape A", arguments: [
        (["client_id": ""], "missing client_id parameter"), (["client_id": "nobody"], "Unknown client: nobody"),
        (["connection": ""], "Missing required parameter: connection"), (["connection": "x"], "the connection was not found"),
        (["password": ""], "Missing required parameter: password"),
        (["user_metadata": #"{"a":1}"#], "Malformed parameter: user_metadata"),
        (["user_metadata": "[]"], "Malformed parameter: user_metadata"),
    ])
    func malformed(_ changes: [String: String], _ text: String) async throws {
        let fixture = try await EngineFixture.make()
        let error = await #expect(throws: OAuthError.self) { try await signUp(fixture, changes) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.description == text)
    }

    @Test("a closed or disabled connection takes nobody")
    func closed() async throws {
        var fixture = try await EngineFixture.make()
        fixture.connection.options.disableSignup = true
        _ = try await fixture.stores.connections.update(fixture.connection)
        #expect(try await databaseError(fixture, [:])?.code == "public_signup_disabled")
        fixture.connection.enabledClients = []
        _ = try await fixture.stores.connections.update(fixture.connection)
        let error = await #expect(throws: OAuthError.self) { try await signUp(fixture) }
        #expect(error?.description == "the connection was disabled")
    }

    @Test("an address that signs up too often waits")
    func brake() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.attackProtection.signupsPerAddress = Bucket(capacity: 2, refillInterval: 60)
        for number in 0..<2 { _ = try await signUp(fixture, ["email": "n\(number)@example.test"]) }
        let error = try #require(try await databaseError(fixture, ["email": "n9@example.test"]))
        #expect(error.status == 429)
        #expect(error.code == "too_many_attempts")
    }

    @Test("the page signs the new user in, and shows mistakes with what was typed")
    func page() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, ["screen_hint": "signup"]), at: PagePath.signup)
        let step = SignupStep(fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        let weak = SignupSubmission(csrf: csrf, email: "ann@example.test", username: nil, password: SecretString("short"))
        let again = try browser.prompt(await step.submit(weak, browser.visit(state)))
        #expect(again.email == "ann@example.test")
        #expect(again.problem?.passwordRules.isEmpty == false)
        let forged = SignupSubmission(csrf: nil, email: "ann@example.test", username: nil, password: SecretString("Correct-Horse-9"))
        #expect(try browser.prompt(await step.submit(forged, browser.visit(state))).problem?.text == WireText.pageExpired)
        var good = forged
        good.csrf = csrf
        guard case .leave(let outcome) = try await step.submit(good, browser.visit(state)) else { Issue.record("refused"); return }
        _ = browser.keep(outcome)
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
        #expect(try await fixture.events() == [.signupFailed, .signupSucceeded, .verificationMailSent, .loginSucceeded])
    }
}

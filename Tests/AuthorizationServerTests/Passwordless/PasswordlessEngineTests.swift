import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What the log says of passwordless logins, what messages hold, and what happens when they cannot be sent (contract 20).
@Suite struct PasswordlessEngineTests {
    private static let email = "new@example.test"

    private static func fixture() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        return fixture
    }

    private static func start(_ fixture: EngineFixture, _ pairs: [(String, String)]) async throws -> JSONObject {
        try await PasswordlessStart(fixture.context).respond(
            to: FormParameters(fixture.form(pairs, of: fixture.web, [])), authorization: nil, in: fixture.request())
    }

    private static let mail = [("connection", "email"), ("email", email), ("send", "code")]

    private static func form(_ fixture: EngineFixture, _ code: String) -> [(String, String)] {
        let pairs = [
            ("grant_type", GrantType.passwordlessOTP.rawValue), ("username", email), ("realm", "email"), ("otp", code),
            ("scope", "openid offline_access read:items"), ("audience", EngineFixture.audience),
        ]
        return fixture.form(pairs, of: fixture.web, [])
    }

    @Test("start, sign-up and exchange are in the log, failures too, without the code")
    func log() async throws {
        let fixture = try await Self.fixture()
        _ = try await Self.start(fixture, Self.mail)
        let code = try #require(fixture.mailedCode)
        _ = try await fixture.refusal(of: Self.form(fixture, EngineFixture.otherCode(than: code)))
        #expect(try await fixture.lastEvent().type == .passwordlessExchangeFailed)
        let response = try await fixture.token(Self.form(fixture, code))
        #expect(response.refreshToken != nil && response.scope == "openid offline_access read:items")
        #expect(try await fixture.logTypes() == ["cs", "fepotpft", "ss", "seoobft"])
        for record in try await fixture.stores.logs.list(after: nil, limit: 100) {
            #expect(!"\(record.event.description ?? "")\(record.event.details)".contains(code))
        }
    }

    @Test("a message says what it is for and holds the code once")
    func message() async throws {
        let fixture = try await Self.fixture()
        _ = try await Self.start(fixture, Self.mail)
        let message = try #require(fixture.mail.messages.last)
        #expect(message.to == Self.email && message.subject == "Your code for Martlet")
        #expect(message.text.contains("for 3 minutes"))
        #expect(!message.subject.contains(try #require(fixture.mailedCode)))
    }

    private struct Silent: Mailer, TextMessenger {
        struct Failure: Error {}
        func send(_ message: MailMessage) async throws { throw Failure() }
        func send(_ text: String, to phoneNumber: String, by channel: PhoneChannel) async throws { throw Failure() }
    }

    @Test("a text message that cannot be sent is told, a mail that cannot be sent is not: it would tell who exists")
    func undeliverable() async throws {
        var fixture = try await Self.fixture()
        fixture.environment.mailer = Silent()
        fixture.environment.textMessenger = Silent()
        let answered = try await Self.start(fixture, Self.mail)
        #expect(answered["email"]?.string == Self.email)
        let failing = fixture
        let error = await #expect(throws: OAuthError.self) {
            try await Self.start(failing, [("connection", "sms"), ("phone_number", "+491511")])
        }
        #expect(error?.members.first?.value.string == "sms_provider_error")
    }

    @Test("where signing up is disabled a stranger gets the same answer, no message and no account")
    func disabledSignup() async throws {
        let fixture = try await Self.fixture()
        let open = try await Self.start(fixture, Self.mail)
        var connection = try #require(try await fixture.stores.connections.find(name: "email"))
        connection.options.disableSignup = true
        _ = try await fixture.stores.connections.update(connection)
        let code = try #require(fixture.mailedCode)
        let refused = try await fixture.refusal(of: Self.form(fixture, code))
        #expect(refused.kind == .invalidGrant && refused.description == "Wrong email or verification code.")
        let sent = fixture.mail.messages.count
        #expect(try await Self.start(fixture, Self.mail) == open)
        #expect(fixture.mail.messages.count == sent)
        #expect(try await fixture.stores.users.findCredential(connection: "email", identifier: Self.email) == nil)
    }

    @Test("codes are evenly drawn digits, and rows hold none of them")
    func storedCode() async throws {
        let fixture = try await Self.fixture()
        var first = Set<Character>()
        for number in 0..<40 {
            fixture.clock.advance(by: .hours(1))
            _ = try await Self.start(fixture, [("connection", "email"), ("email", "u\(number)@example.test"), ("send", "code")])
            first.insert(try #require(fixture.mailedCode?.first))
        }
        #expect(first.count >= 8)
    }
}

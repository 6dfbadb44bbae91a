import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The mail after a signup and the link in it (contract 13.1).
@Suite struct EmailVerificationTests {
    private static let email = "New@Example.test"

    private func signUp(_ fixture: EngineFixture) async throws -> User {
        let form = FormParameters([
            ("client_id", fixture.spa.clientID), ("connection", fixture.connection.name), ("email", Self.email),
            ("password", "Correct-Horse-9"),
        ])
        _ = try await SignupEndpoint(fixture.context).respond(to: form, in: fixture.request())
        let found = try await fixture.stores.users.findCredential(connection: fixture.connection.name, identifier: Self.email)
        return try #require(found?.user)
    }

    private func link(_ fixture: EngineFixture) throws -> [String: String] {
        let mail = try #require(fixture.mail.messages.last)
        #expect(mail.to == Self.email)
        let link = try #require(mail.text.split(whereSeparator: \.isWhitespace).map(String.init).first { $0.hasPrefix("https://") })
        #expect(link.hasPrefix("https://default.test/u/email-verification?"))
        return TestURL.parameters(of: link)
    }

    private func open(_ link: [String: String], _ fixture: EngineFixture) async throws -> Bool {
        try await EmailVerificationStep(fixture.context).open(ticket: link["ticket"], email: link["email"], in: fixture.request())
    }

    @Test("The link verifies the address, once")
    func verified() async throws {
        let fixture = try await EngineFixture.make()
        let user = try await signUp(fixture)
        #expect(!user.emailVerified)
        let link = try link(fixture)
        #expect(try await open(link, fixture))
        #expect(try await fixture.stores.users.find(user.userID)?.emailVerified == true)
        #expect(try await !open(link, fixture))
        #expect(try await fixture.events() == [.signupSucceeded, .verificationMailSent, .emailVerified, .emailVerificationFailed])
    }

    @Test("Nothing but the link as it was sent, in time, verifies anything")
    func wrong() async throws {
        let fixture = try await EngineFixture.make()
        let user = try await signUp(fixture)
        let link = try link(fixture)
        #expect(try await !open([:], fixture))
        #expect(try await !open(["ticket": "x", "email": Self.email], fixture))
        #expect(try await !open(link.merging(["email": EngineFixture.email]) { $1 }, fixture))
        fixture.clock.advance(by: .days(5))
        #expect(try await !open(link, fixture))
        #expect(try await fixture.stores.users.find(user.userID)?.emailVerified == false)
    }

    @Test("A link is good for the address that it was sent to, not for one that the user has by now")
    func changed() async throws {
        let fixture = try await EngineFixture.make()
        var user = try await signUp(fixture)
        let link = try link(fixture)
        user.email = "other@example.test"
        _ = try await fixture.stores.users.update(user)
        #expect(try await !open(link, fixture))
        #expect(try await fixture.stores.users.find(user.userID)?.emailVerified == false)
    }

    @Test("The ticket of a password reset is none of a verification, and the other way round")
    func purposes() async throws {
        let fixture = try await EngineFixture.make()
        let user = try await signUp(fixture)
        let link = try link(fixture)
        let shown = try await PasswordResetStep(fixture.context).show(
            ticket: link["ticket"], browser: BrowserState(), in: fixture.request())
        #expect(shown.prompt.stage == .invalid)
        let ticket = Ticket(
            hash: TokenHash(of: "t|new@example.test"), purpose: .passwordReset, userID: user.userID, clientID: nil,
            createdAt: fixture.now, expiresAt: fixture.now + 100)
        try await fixture.stores.tickets.insert(ticket)
        #expect(try await !open(["ticket": "t", "email": Self.email], fixture))
    }

    @Test("A tenant may send no such mail")
    func switchedOff() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.verificationMails = false
        _ = try await signUp(fixture)
        #expect(fixture.mail.messages.isEmpty)
    }
}

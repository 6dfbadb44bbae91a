import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/dbconnections/change_password` and the pages of a reset (contract 13.4).
@Suite struct PasswordResetTests {
    private static let newPassword = SecretString("Another-Horse-8")

    private func ask(_ fixture: EngineFixture, for email: String, changes: [String: String] = [:]) async throws -> String {
        let values = ["email": email, "connection": fixture.connection.name, "client_id": fixture.spa.clientID].merging(changes) { $1 }
        let pairs = values.filter { !$0.value.isEmpty }.map { ($0.key, $0.value) }
        return try await ChangePasswordEndpoint(fixture.context).respond(to: FormParameters(pairs), in: fixture.request())
    }

    /// The ticket of the last mail.
    private func ticket(_ fixture: EngineFixture) throws -> String {
        let mail = try #require(fixture.mail.messages.last)
        let link = try #require(mail.text.split(separator: "\n").first { $0.hasPrefix("https://default.test/u/reset-password?ticket=") })
        return String(link.dropFirst("https://default.test/u/reset-password?ticket=".count))
    }

    private func submit(
        _ browser: inout EngineBrowser, _ ticket: String, _ password: SecretString = newPassword, repeated: SecretString? = nil
    ) async throws -> PasswordResetPrompt {
        let step = PasswordResetStep(browser.fixture.context)
        let shown = try await step.show(ticket: ticket, browser: browser.cookies, in: browser.request)
        browser.keep(shown.changes)
        let form = PasswordResetSubmission(
            ticket: ticket, csrf: shown.prompt.csrf, password: password, repeated: repeated ?? password)
        return try await step.submit(form, browser: browser.cookies, in: browser.request)
    }

    @Test("known and unknown users get the same answer; only one gets a mail")
    func sameAnswer() async throws {
        let fixture = try await EngineFixture.make()
        let unknown = try await ask(fixture, for: "nobody@example.test")
        #expect(fixture.mail.messages.isEmpty)
        let known = try await ask(fixture, for: " USER@example.test")
        #expect(known == unknown)
        #expect(known == "We've just sent you an email to reset your password.")
        #expect(fixture.mail.messages.map(\.to) == [EngineFixture.email])
        #expect(try await fixture.events() == [.passwordChangeRequestFailed, .passwordChangeRequested])
    }

    @Test("a password in the call changes nothing")
    func passwordInCall() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await ask(fixture, for: EngineFixture.email, changes: ["password": "Another-Horse-8"])
        var browser = EngineBrowser(fixture)
        #expect(try await browser.signIn(fixture.web)["code"] != nil)
    }

    @Test("the link works once: it sets the password and ends the user's sessions")
    func reset() async throws {
        let fixture = try await EngineFixture.make()
        var signedIn = EngineBrowser(fixture)
        _ = try await signedIn.signIn(fixture.web)
        _ = try await ask(fixture, for: EngineFixture.email)
        let ticket = try ticket(fixture)
        var browser = EngineBrowser(fixture)
        #expect(try await submit(&browser, ticket).stage == .done)
        #expect(try await submit(&browser, ticket).stage == .invalid)
        #expect(try EngineBrowser.answer(await signedIn.authorize(fixture.web, ["prompt": "none"]))["error"] == "login_required")
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        #expect(try browser.prompt(await browser.logIn(state)).problem != nil)
        guard case .leave = try await browser.logIn(state, password: Self.newPassword.revealed) else { Issue.record("refused"); return }
        #expect(try await fixture.events().contains(.passwordChanged))
    }

    @Test("fifty submissions of one link set one password")
    func concurrency() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await ask(fixture, for: EngineFixture.email)
        let ticket = try ticket(fixture)
        let step = PasswordResetStep(fixture.context)
        var browser = EngineBrowser(fixture)
        let shown = try await step.show(ticket: ticket, browser: browser.cookies, in: browser.request)
        browser.keep(shown.changes)
        let (cookies, request) = (browser.cookies, browser.request)
        let form = PasswordResetSubmission(
            ticket: ticket, csrf: shown.prompt.csrf, password: Self.newPassword, repeated: Self.newPassword)
        let done = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 {
                group.addTask { (try? await step.submit(form, browser: cookies, in: request))?.stage == .done }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(done == 1)
    }

    @Test("a weak or mistyped password may be corrected on the page, and the link stays single")
    func weak() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await ask(fixture, for: EngineFixture.email)
        let first = try ticket(fixture)
        var browser = EngineBrowser(fixture)
        let differs = try await submit(&browser, first, repeated: SecretString("other"))
        #expect(differs.problem?.text == WireText.passwordsDiffer)
        #expect(differs.ticket == first)
        let weak = try await submit(&browser, first, SecretString("short"))
        #expect(weak.stage == .choose)
        #expect(weak.passwordRules == differs.passwordRules)
        #expect(weak.ticket != first)
        #expect(try await submit(&browser, first).stage == .invalid)
        #expect(try await submit(&browser, weak.ticket).stage == .done)
    }

    @Test("the page lists the rules from the start, and a rule that is broken otherwise")
    func rules() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await ask(fixture, for: EngineFixture.email)
        var browser = EngineBrowser(fixture)
        let step = PasswordResetStep(fixture.context)
        let shown = try await step.show(ticket: try ticket(fixture), browser: browser.cookies, in: browser.request)
        #expect(shown.prompt.passwordRules == PasswordRuleTests.good)
        let long = SecretString(String(repeating: "Correct-Horse-9", count: 20))
        let refused = try await submit(&browser, try ticket(fixture), long)
        #expect(refused.passwordRules == PasswordRuleTests.good + ["At most 256 bytes in length"])
    }

    @Test("unknown and expired links, and forms without their token, change nothing")
    func hostile() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await ask(fixture, for: EngineFixture.email)
        let ticket = try ticket(fixture)
        let step = PasswordResetStep(fixture.context)
        var browser = EngineBrowser(fixture)
        #expect(try await step.show(ticket: nil, browser: browser.cookies, in: browser.request).prompt.stage == .invalid)
        #expect(try await submit(&browser, "unknown").stage == .invalid)
        browser.cookies.device = DeviceCookie.make(fixture.environment.randomness)
        let form = PasswordResetSubmission(ticket: ticket, csrf: "x", password: Self.newPassword, repeated: Self.newPassword)
        #expect(try await step.submit(form, browser: browser.cookies, in: browser.request).problem?.text == WireText.pageExpired)
        fixture.clock.advance(by: fixture.tenant.settings.passwordResetTicketLifetime)
        #expect(try await submit(&browser, ticket).stage == .invalid)
    }

    @Test("too many mails for one person from one address wait; malformed calls are refused")
    func refused() async throws {
        let fixture = try await EngineFixture.make()
        for _ in 0..<10 { _ = try await ask(fixture, for: "nobody@example.test") }
        let error = await #expect(throws: OAuthError.self) { try await ask(fixture, for: "Nobody@example.test") }
        #expect(error?.kind == .tooManyRequests)
        _ = try await ask(fixture, for: "somebody.else@example.test")
        for changes in [["email": ""], ["connection": ""], ["connection": "x"], ["client_id": "nobody"]] {
            let error = await #expect(throws: OAuthError.self) { try await ask(fixture, for: "a@example.test", changes: changes) }
            #expect(error?.kind == .invalidRequest)
        }
    }

    @Test("the page behind 'forgot password' says the same for everybody", arguments: [EngineFixture.email, "nobody@example.test"])
    func page(_ email: String) async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        let step = PasswordResetRequestStep(fixture.context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        let refused = try browser.prompt(await step.submit(identifier: email, csrf: "x", browser.visit(state)))
        #expect(!refused.isSent)
        let prompt = try browser.prompt(await step.submit(identifier: email, csrf: csrf, browser.visit(state)))
        #expect(prompt.isSent)
        #expect(prompt.problem == nil)
    }
}

@Suite struct PasswordRuleTests {
    static let good = [
        "At least 8 characters in length",
        "Contain at least 3 of the following 4 types of characters: lower case letters (a-z), upper case letters (A-Z), "
            + "numbers (i.e. 0-9), special characters (e.g. !@#$%^&*)",
    ]

    @Test("the sign-up page lists the rules from the start")
    func signup() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let asks = ["screen_hint": "signup"]
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, asks), at: PagePath.signup)
        #expect(try browser.prompt(await SignupStep(fixture.context).show(browser.visit(state))).passwordRules == Self.good)
    }

    @Test("a policy becomes a sentence for each rule", arguments: [
        ("", []), ("* One\n* Two", ["One", "Two"]), ("* Should contain:\n * a\n * b\n* Two", ["Should contain: a, b", "Two"]),
        (" * stray", [" * stray"]), ("plain", ["plain"]),
    ])
    func sentences(_ policy: String, _ expected: [String]) { #expect(PasswordRules.sentences(of: policy) == expected) }
}

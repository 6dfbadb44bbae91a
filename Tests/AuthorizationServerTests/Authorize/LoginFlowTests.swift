import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct LoginFlowTests {
    @Test("a sign-in answers with code and state alone, and the code is kept as what it must match")
    func happyPath() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(
            fixture.spa, ["audience": EngineFixture.audience, "scope": "openid offline_access read:items unknown:scope"])
        #expect(answer.parameters.map(\.name) == ["code", "state"])
        #expect(answer["state"] == "st=&te")
        let code = try #require(answer["code"])
        #expect(code.utf8.count == 43)
        let record = try #require(try await fixture.stores.authorizationCodes.find(TokenHash(of: code)))
        #expect(record.access.clientID == fixture.spa.clientID)
        #expect(record.access.userID == fixture.user.userID)
        #expect(record.access.audience == EngineFixture.audience)
        #expect(record.access.scopes == ["openid", "offline_access", "read:items"])
        #expect(record.access.sid?.utf8.count == 32)
        #expect(record.access.authTime == nil)
        #expect(record.redirectURI == EngineFixture.callback)
        #expect(record.nonce == "n-0S6")
        #expect(record.codeChallengeMethod == "S256")
        #expect(record.expiresAt == fixture.now + fixture.tenant.settings.authorizationCodeLifetime)
        #expect(try await fixture.events() == [.loginSucceeded])
        guard case .redirect(let url) = answer.delivery else { Issue.record("not a redirect"); return }
        #expect(url == "\(EngineFixture.callback)?code=\(code)&state=st%3D%26te")
    }

    @Test("a wrong password shows the page again with the typed name, and nothing of the password")
    func wrongPassword() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        let prompt = try browser.prompt(await browser.logIn(state, password: "wrong-Password-1"))
        #expect(prompt.problem?.text == "Wrong email or password.")
        #expect(prompt.identifier == EngineFixture.email)
        #expect(!"\(prompt)".contains("wrong-Password-1"))
        #expect(browser.cookies.session == nil)
        guard case .leave = try await browser.logIn(state) else { Issue.record("refused after a typo"); return }
    }

    @Test("a stranger's link does not go on in another browser, and sends it to the application's own login")
    func theft() async throws {
        var fixture = try await EngineFixture.make()
        fixture.web.initiateLoginURI = "https://app.example.test/login"
        _ = try await fixture.stores.clients.update(fixture.web)
        var attacker = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await attacker.authorize(fixture.web), at: PagePath.login)
        for device in [nil, DeviceCookie.make(fixture.environment.randomness)] {
            var victim = EngineBrowser(fixture)
            victim.cookies.device = device
            await expectLost(to: "https://app.example.test/login") { _ = try await LoginStep(fixture.context).show(victim.visit(state)) }
            await expectLost(to: "https://app.example.test/login") { _ = try await victim.resume(state) }
        }
    }

    @Test("a form without its token, with another transaction's or another browser's, signs nobody in")
    func forgery() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let step = LoginStep(fixture.context)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        let otherState = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        let token = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        let other = try browser.prompt(await step.show(browser.visit(otherState))).page.csrf
        let signup = try browser.prompt(await SignupStep(fixture.context).show(browser.visit(state))).page.csrf
        for csrf in [nil, "", "x", other, signup, token.dropLast() + "A", "." + token] as [String?] where csrf != token {
            let form = LoginSubmission(csrf: csrf, identifier: EngineFixture.email, password: EngineFixture.password)
            let prompt = try browser.prompt(await step.submit(form, browser.visit(state)))
            #expect(prompt.problem?.text == WireText.pageExpired)
        }
        #expect(fixture.hasher.verifications == 0)
    }

    @Test("unknown, expired and finished transactions are lost")
    func lost() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        for state in [nil, "", "unknown", String(repeating: "a", count: 4096)] as [String?] {
            await expectLost(to: nil) { _ = try await browser.resume(state) }
        }
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        fixture.clock.advance(by: fixture.tenant.settings.transactionLifetime)
        await expectLost(to: nil) { _ = try await browser.resume(state) }
        let answered = try await browser.signIn(fixture.web)
        #expect(answered["code"] != nil)
    }

    @Test("a transaction is answered once: fifty resumes at a time give one code")
    func doubleConsume() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        guard case .leave = try await browser.logIn(state) else { Issue.record("refused"); return }
        let (cookies, request) = (browser.cookies, browser.request)
        let codes = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    let outcome = try? await AuthorizeEndpoint(fixture.context).resume(state: state, browser: cookies, in: request)
                    return outcome.flatMap { try? EngineBrowser.answer($0)["code"] }
                }
            }
            var codes: [String] = []
            for await code in group { if let code { codes.append(code) } }
            return codes
        }
        #expect(codes.count == 1)
        await expectLost(to: nil) { _ = try await browser.resume(state) }
    }

    @Test("several logins at once in one browser do not disturb one another")
    func severalTransactions() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let first = try EngineBrowser.state(await browser.authorize(fixture.web, ["state": "one"]), at: PagePath.login)
        let second = try EngineBrowser.state(await browser.authorize(fixture.spa, ["state": "two"]), at: PagePath.login)
        _ = try await browser.logIn(second)
        #expect(try EngineBrowser.answer(await browser.resume(second))["state"] == "two")
        #expect(try EngineBrowser.answer(await browser.resume(first))["state"] == "one")
    }

    @Test("what changed since the request is checked again on every resume")
    func recheck() async throws {
        var fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        _ = try await browser.logIn(state)
        fixture.web.grantTypes = [.implicit]
        _ = try await fixture.stores.clients.update(fixture.web)
        #expect(try EngineBrowser.answer(await browser.resume(state))["error"] == "unauthorized_client")
        let other = try EngineBrowser.state(await browser.authorize(fixture.spa, ["prompt": "login"]), at: PagePath.login)
        fixture.spa.callbacks = []
        _ = try await fixture.stores.clients.update(fixture.spa)
        await #expect(throws: AuthorizeFailure.self) { try await browser.resume(other) }
    }

    @Test("a blocked user is told to the client, once the password was right")
    func blockedUser() async throws {
        let fixture = try await EngineFixture.make()
        _ = try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now)
        var browser = EngineBrowser(fixture)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web), at: PagePath.login)
        #expect(try browser.prompt(await browser.logIn(state, password: "wrong")).problem?.text == "Wrong email or password.")
        guard case .leave(let outcome) = try await browser.logIn(state) else { Issue.record("shown again"); return }
        let answer = try EngineBrowser.answer(outcome)
        #expect(answer["error"] == "unauthorized")
        #expect(answer["error_description"] == "user is blocked")
        #expect(browser.cookies.session == nil)
    }

    @Test("screen_hint=signup opens the sign-up page, unless nobody may sign up")
    func screenHint() async throws {
        var fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try EngineBrowser.state(await browser.authorize(fixture.web, ["screen_hint": "signup"]), at: PagePath.signup)
        fixture.connection.options.disableSignup = true
        _ = try await fixture.stores.connections.update(fixture.connection)
        let state = try EngineBrowser.state(await browser.authorize(fixture.web, ["screen_hint": "signup"]), at: PagePath.login)
        #expect(try browser.prompt(await LoginStep(fixture.context).show(browser.visit(state))).signupPath == nil)
    }

    private func expectLost(to route: String?, _ step: () async throws -> Void) async {
        do {
            try await step()
            Issue.record("went on")
        } catch AuthorizeFailure.transactionLost(let loginRoute) {
            #expect(loginRoute == route)
        } catch {
            Issue.record("\(error)")
        }
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/usernamepassword/login` and `/login/callback` (contract 13.5).
@Suite struct HostedLoginTests {
    /// A browser on a hosted login page.
    private static func atLogin() async throws -> (browser: EngineBrowser, state: String) {
        var browser = EngineBrowser(try await EngineFixture.make())
        let state = try EngineBrowser.state(await browser.authorize(browser.fixture.web), at: PagePath.login)
        return (browser, state)
    }

    /// What auth0.js posts; a `nil` removes a parameter.
    private static func body(_ fixture: EngineFixture, _ state: String, _ changes: [String: String?] = [:]) -> FormParameters {
        var pairs = [
            ("client_id", fixture.web.clientID), ("username", EngineFixture.email),
            ("password", EngineFixture.password.revealed), ("connection", fixture.connection.name), ("tenant", "default"),
            ("redirect_uri", EngineFixture.callback), ("response_type", "code"), ("scope", "openid"), ("state", state),
            ("nonce", "n"), ("_csrf", "c"), ("_intstate", "deprecated"),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            pairs.removeAll { $0.0 == name }
            if let value { pairs.append((name, value)) }
        }
        return FormParameters(pairs)
    }

    private static func logIn(
        _ browser: EngineBrowser, _ state: String, _ changes: [String: String?] = [:]
    ) async throws -> HostedLoginResult {
        try await HostedLogin(browser.fixture.context).respond(
            to: body(browser.fixture, state, changes), browser: browser.cookies, in: browser.request)
    }

    private static func redeem(
        _ browser: inout EngineBrowser, _ fields: [(name: String, value: String)]
    ) async throws -> AuthorizeOutcome {
        browser.keep(
            try await HostedLogin(browser.fixture.context).redeem(
                FormParameters(fields.map { ($0.name, $0.value) }), browser: browser.cookies, in: browser.request))
    }

    @Test("the result signs in at the callback and goes on with the transaction")
    func flow() async throws {
        var (browser, state) = try await Self.atLogin()
        let result = try await Self.logIn(browser, state)
        #expect(result.fields.map(\.name) == ["wa", "wresult", "wctx"])
        #expect(result.fields.first?.value == "wsignin1.0")
        let wctx = try JSONValue.parse(Array(result.wctx.utf8)).object
        #expect(wctx?["state"]?.string == state && wctx?["client_id"]?.string == browser.fixture.web.clientID)
        #expect(browser.cookies.session == nil, "a password that was checked is no login yet")
        _ = try EngineBrowser.state(await Self.redeem(&browser, result.fields), at: PagePath.resume)
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
        #expect(try await browser.fixture.logTypes() == ["s"])
        #expect(try await browser.fixture.lastEvent().connection == browser.fixture.connection.name)
    }

    @Test("without a connection the tenant's default directory is meant")
    func defaultConnection() async throws {
        let (browser, state) = try await Self.atLogin()
        let wctx = try await Self.logIn(browser, state, ["connection": nil]).wctx
        #expect(wctx.contains(browser.fixture.connection.name))
    }

    @Test("a refused password has the shape of the database endpoints, and unknown users are told the same")
    func wrongPassword() async throws {
        let (browser, state) = try await Self.atLogin()
        for changes in [["password": "wrong"], ["username": "nobody@example.test"]] {
            let error = await #expect(throws: DatabaseConnectionError.self) { try await Self.logIn(browser, state, changes) }
            #expect(error?.code == "invalid_user_password" && error?.status == 401)
            #expect(error?.description.string == "Wrong email or password.")
        }
        #expect(browser.fixture.hasher.verifications == 2)
    }

    @Test("too many wrong passwords and a blocked user have the codes that SDKs know")
    func otherRefusals() async throws {
        let (browser, state) = try await Self.atLogin()
        let users = browser.fixture.stores.users
        _ = try await users.setBlocked(browser.fixture.user.userID, true, at: browser.fixture.now)
        let blocked = await #expect(throws: DatabaseConnectionError.self) { try await Self.logIn(browser, state) }
        #expect(blocked?.code == "unauthorized" && blocked?.status == 401)
        for _ in 0..<9 { _ = try? await Self.logIn(browser, state, ["password": "wrong"]) }
        let stopped = await #expect(throws: DatabaseConnectionError.self) { try await Self.logIn(browser, state) }
        #expect(stopped?.code == "too_many_attempts" && stopped?.status == 429 && stopped?.retryAfter != nil)
    }

    static let malformed: [(String, [String: String?])] = [
        ("no client", ["client_id": nil]), ("no name", ["username": nil]), ("no password", ["password": nil]),
        ("no state", ["state": nil]), ("an unknown state", ["state": "x"]),
        ("another client", ["client_id": "native00000000000000000000000000"]), ("an unknown connection", ["connection": "nothing"]),
    ]

    @Test("a malformed call, and one outside of a transaction, spends no guess", arguments: 0..<malformed.count)
    func malformedCall(index: Int) async throws {
        let (browser, state) = try await Self.atLogin()
        let error = await #expect(throws: OAuthError.self) { try await Self.logIn(browser, state, Self.malformed[index].1) }
        #expect(error?.kind == .invalidRequest, "\(Self.malformed[index].0)")
        #expect(browser.fixture.hasher.verifications == 0)
    }

    @Test("a browser that did not begin the transaction may not even guess")
    func otherBrowserAtLogin() async throws {
        let (browser, state) = try await Self.atLogin()
        for cookies in [BrowserState(), BrowserState(device: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")] {
            var other = browser
            other.cookies = cookies
            let stranger = other
            let error = await #expect(throws: OAuthError.self) { try await Self.logIn(stranger, state) }
            #expect(error?.description == WireText.transactionLost)
        }
        #expect(browser.fixture.hasher.verifications == 0)
    }

    // MARK: Results that are not good

    private static func isRefused(_ browser: inout EngineBrowser, _ fields: [(name: String, value: String)]) async throws {
        do {
            _ = try await redeem(&browser, fields)
            Issue.record("the result was taken")
        } catch AuthorizeFailure.shownToUser(let error, _) {
            #expect(error.description == WireText.loginResultRefused)
        }
        #expect(browser.cookies.session == nil)
    }

    @Test("a result works once, and the transaction may begin another login")
    func replay() async throws {
        var (browser, state) = try await Self.atLogin()
        let result = try await Self.logIn(browser, state)
        _ = try await Self.redeem(&browser, result.fields)
        browser.cookies.session = nil
        try await Self.isRefused(&browser, result.fields)
        let again = try await Self.logIn(browser, state)
        _ = try await Self.redeem(&browser, again.fields)
        #expect(try EngineBrowser.answer(await browser.resume(state))["code"] != nil)
    }

    @Test("a result ends after a minute", arguments: [(59_999 as Int64, true), (60_000, false)])
    func expiry(milliseconds: Int64, isGood: Bool) async throws {
        var (browser, state) = try await Self.atLogin()
        let result = try await Self.logIn(browser, state)
        browser.fixture.clock.advance(milliseconds: milliseconds)
        if isGood {
            _ = try EngineBrowser.state(await Self.redeem(&browser, result.fields), at: PagePath.resume)
        } else {
            try await Self.isRefused(&browser, result.fields)
        }
    }

    @Test("a result belongs to its transaction, in the same browser too")
    func otherTransaction() async throws {
        var (browser, state) = try await Self.atLogin()
        let result = try await Self.logIn(browser, state).result.revealed
        let other = try EngineBrowser.state(await browser.authorize(browser.fixture.web), at: PagePath.login)
        try await Self.isRefused(&browser, [("wresult", result), ("wctx", "{\"state\":\"\(other)\"}")])
        _ = try await Self.redeem(&browser, [("wresult", result), ("wctx", "{\"state\":\"\(state)\"}")])
    }

    @Test("another browser cannot use it: nobody is signed in by a form that somebody else was given")
    func otherBrowser() async throws {
        let (browser, state) = try await Self.atLogin()
        let result = try await Self.logIn(browser, state)
        var victim = EngineBrowser(browser.fixture)
        _ = try await victim.authorize(victim.fixture.web)
        let fields = result.fields
        await #expect(throws: AuthorizeFailure.self) { try await Self.redeem(&victim, fields) }
        #expect(victim.cookies.session == nil)
    }

    @Test("a user who was blocked meanwhile is not signed in, and the client learns it")
    func blockedMeanwhile() async throws {
        var (browser, state) = try await Self.atLogin()
        let result = try await Self.logIn(browser, state)
        let users = browser.fixture.stores.users
        _ = try await users.setBlocked(browser.fixture.user.userID, true, at: browser.fixture.now)
        let answer = try EngineBrowser.answer(await Self.redeem(&browser, result.fields))
        #expect(answer["error"] == "unauthorized" && browser.cookies.session == nil)
    }

    @Test("of many redemptions at once one signs in")
    func race() async throws {
        let (browser, state) = try await Self.atLogin()
        let fields = try await Self.logIn(browser, state).fields
        let isSignedIn = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<12 {
                group.addTask {
                    var copy = browser
                    return (try? await Self.redeem(&copy, fields)) != nil
                }
            }
            return try await group.reduce(into: [Bool]()) { $0.append($1) }
        }
        #expect(isSignedIn.count { $0 } == 1)
    }

    static let malformedCallbacks: [[(name: String, value: String)]] = [
        [], [("wresult", "x")], [("wctx", "{}")], [("wresult", "x"), ("wctx", "{}")], [("wresult", "x"), ("wctx", "state")],
        [("wresult", "x"), ("wctx", "{\"state\":1}")], [("wresult", "x"), ("wresult", "x"), ("wctx", "{\"state\":\"x\"}")],
    ]

    @Test("a malformed callback is told so", arguments: 0..<malformedCallbacks.count)
    func malformedCallback(index: Int) async throws {
        var browser = try await Self.atLogin().browser
        let fields = Self.malformedCallbacks[index]
        let error = await #expect(throws: OAuthError.self) { try await Self.redeem(&browser, fields) }
        #expect(error?.kind == .invalidRequest)
    }

    @Test("the response of a SAML identity provider is not for us")
    func saml() async throws {
        var browser = try await Self.atLogin().browser
        let error = await #expect(throws: OAuthError.self) { try await Self.redeem(&browser, [("SAMLResponse", "x")]) }
        #expect(error?.kind == .endpointDisabled)
    }
}

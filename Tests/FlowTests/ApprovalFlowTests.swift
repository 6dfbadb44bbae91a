import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Devices and backchannel requests, with their pages in a browser without scripts (contract 14, 15.3).
@Suite struct ApprovalFlowTests {
    private static func server() async throws -> (TestServer, Client) {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.native) { $0.grantTypes = [.deviceCode, .refreshToken] }
        return (try await TestServer.make(fixture), client)
    }

    private static func poll(_ server: TestServer, _ client: Client, _ code: String) async throws -> WireAnswer {
        try await server.send(
            .form("/oauth/token", [("grant_type", GrantType.deviceCode.rawValue), ("client_id", client.clientID), ("device_code", code)]))
    }

    @Test("a device: code, page, login, approval, tokens", arguments: [true, false])
    func device(_ allows: Bool) async throws {
        let (server, client) = try await Self.server()
        let begun = try await server.send(.form("/oauth/device/code", [("client_id", client.clientID), ("scope", "openid profile")]))
        #expect(begun.status == 200 && begun.header("Cache-Control") == "no-store")
        let code = try #require(begun.member("device_code"))
        let waiting = try await Self.poll(server, client, code)
        #expect(waiting.status == 403 && waiting.error == "authorization_pending")
        #expect(waiting.errorDescription == "User has yet to authorize device code.")
        var browser = TestBrowser(server)
        let activation = try await browser.open(try #require(begun.member("verification_uri_complete"))).page()
        #expect(activation.html.contains(begun.member("user_code") ?? "none"))
        let login = try await browser.submit(activation).page()
        let approval = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]).page()
        #expect(approval.path.hasPrefix("/u/approval") && approval.html.contains(begun.member("user_code") ?? "none"))
        let done = try await browser.submit(approval, pressing: ("decision", allows ? "accept" : "decline")).page()
        #expect(done.status == 200)
        server.fixture.clock.advance(by: 5)
        let answer = try await Self.poll(server, client, code)
        #expect(allows ? answer.status == 200 && answer.member("id_token") != nil : answer.error == "access_denied")
        #expect(answer.header("Cache-Control")?.contains("no-store") == true)
    }

    @Test("a wrong code shows the page again, and names no reason")
    func wrongCode() async throws {
        let (server, _) = try await Self.server()
        var browser = TestBrowser(server)
        let page = try await browser.open("/activate").page()
        let again = try await browser.submit(page, ["user_code": "BCDF-GHJK"]).page()
        #expect(again.status == 400 && again.forms.count == 1)
    }

    @Test("a backchannel request: the mailed link, login, approval, tokens")
    func backchannel() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.grantTypes = [.ciba] }
        let server = try await TestServer.make(fixture)
        let credentials = [("client_id", client.clientID), ("client_secret", EngineFixture.secret.revealed)]
        let begun = try await server.send(.form("/bc-authorize", credentials + [
            ("scope", "openid"), ("login_hint", EngineFixture.email), ("binding_message", "W4SCT"),
        ]))
        let id = try #require(begun.member("auth_req_id"))
        func poll() async throws -> WireAnswer {
            try await server.send(.form("/oauth/token", credentials + [("grant_type", GrantType.ciba.rawValue), ("auth_req_id", id)]))
        }
        let pending = try await poll()
        #expect(pending.status == 400 && pending.error == "authorization_pending")
        let text = try #require(fixture.mail.messages.last?.text)
        let link = try #require(text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("https://") })
        var browser = TestBrowser(server)
        let login = try await browser.open(String(link)).page()
        let approval = try await browser.submit(
            login, ["username": EngineFixture.email, "password": EngineFixture.password.revealed]).page()
        #expect(approval.html.contains("W4SCT"))
        _ = try await browser.submit(approval, pressing: ("decision", "accept")).page()
        fixture.clock.advance(by: 5)
        let tokens = try await poll()
        #expect(tokens.status == 200 && tokens.member("id_token") != nil)
        let again = try await poll()
        #expect(again.error == "invalid_grant" || again.error == "slow_down")
    }
    @Test("somebody else at the mailed link is sent to sign in as the right user, who then approves")
    func otherAccount() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { $0.grantTypes = [.ciba] }
        let server = try await TestServer.make(fixture)
        let other = User(
            userID: "auth0|ffffffffffffffffffffffff", connection: fixture.connection.name, email: "other@example.test",
            createdAt: fixture.now)
        try await fixture.stores.users.insert(other, passwordHash: SecretString("fake$" + EngineFixture.password.revealed))
        let begun = try await server.ask("/bc-authorize", as: client, [("scope", "openid"), ("login_hint", EngineFixture.email)])
        #expect(begun.status == 200)
        var browser = TestBrowser(server)
        let login = try await browser.open(try #require(fixture.mailedLink)).page()
        let password = EngineFixture.password.revealed
        let refused = try await browser.submit(login, ["username": "other@example.test", "password": password]).page()
        #expect(refused.status == 403 && refused.html.contains("This request is for another account"))
        #expect(refused.html.contains("other@example.test") && !refused.html.contains(EngineFixture.email))
        #expect(refused.forms.isEmpty)
        let state = try #require(refused.path.split(separator: "=").last)
        #expect(refused.html.contains("/u/login?state=\(state)"))
        let again = try await browser.open("/u/login?state=\(state)").page()
        let approval = try await browser.submit(again, ["username": EngineFixture.email, "password": password]).page()
        let done = try await browser.submit(approval, pressing: ("decision", "accept")).page()
        #expect(done.status == 200 && done.html.contains("Approved"))
    }

    @Test("whoever gives up the login reads that nothing was decided", arguments: ["/u/approve", "/activate"])
    func givenUp(_ path: String) async throws {
        let server = try await TestServer.make()
        let page = try await server.send(.get(path, [("error", "access_denied"), ("error_description", "<b>evil</b>")]))
        #expect(page.status == 200 && page.text.contains("You left without an answer"))
        #expect(!page.text.contains("evil") && !page.text.contains("was told"))
    }
}

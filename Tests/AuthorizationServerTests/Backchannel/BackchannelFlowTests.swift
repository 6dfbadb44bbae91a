import AuthorizationServer
import JOSE
import Logging
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// From the request to the tokens (CIBA 10, 11).
@Suite struct BackchannelFlowTests {
    @Test("approved: tokens once, the request's id in the ID token, then invalid_grant")
    func approved() async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id([("scope", "openid offline_access read:items"), ("audience", EngineFixture.audience)])
        guard case .approved(.backchannel, _) = try await ciba.decide(true) else { Issue.record("not approved"); return }
        ciba.fixture.clock.advance(by: 5)
        let tokens = try await ciba.poll(id)
        #expect(tokens.scope == "openid offline_access read:items" && tokens.refreshToken != nil)
        let idToken = try await ciba.fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken["sub"]?.string == ciba.fixture.user.userID && idToken["sid"] == nil && idToken["auth_time"] != nil)
        #expect(try await ciba.pollRefusal(id).onTheWire == "400 invalid_grant")
    }

    @Test("what polls hear, by profile", arguments: [
        (WireProfile.auth0, ["400 authorization_pending", "400 slow_down", "403 access_denied", "403 access_denied", "403 invalid_grant"]),
        (.standard, ["400 authorization_pending", "400 slow_down", "400 access_denied", "400 expired_token", "400 invalid_grant"]),
    ])
    func answers(_ profile: WireProfile, _ wire: [String]) async throws {
        let ciba = try await BackchannelCase.make(profile)
        let id = try await ciba.id()
        func spelled(_ error: OAuthError) -> String {
            let table = error.profile.wireError(for: error.kind, at: .token)
            return "\(error.profile == .auth0 ? error.auth0Status ?? table.status : table.status) \(table.code)"
        }
        #expect(spelled(try await ciba.pollRefusal(id)) == wire[0])
        let fast = try await ciba.pollRefusal(id, waiting: 1)
        #expect(spelled(fast) == wire[1] && fast.retryAfter == 10)
        #expect(fast.description == "You are polling faster than allowed. Try again in 10 seconds.")
        _ = try await ciba.decide(false)
        #expect(spelled(try await ciba.pollRefusal(id, waiting: 15)) == wire[2])
        let short = try await ciba.id([("requested_expiry", "10")])
        #expect(spelled(try await ciba.pollRefusal(short, waiting: 10)) == wire[3])
        #expect(spelled(try await ciba.pollRefusal(short)) == wire[4])
    }

    @Test("another client's id is nothing, even when it was approved")
    func stolen() async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id()
        let thief = try await ciba.fixture.changed(ciba.fixture.machine) { client in
            (client.grantTypes, client.wireProfile) = ([.ciba], .standard)
        }
        _ = try await ciba.decide(true)
        #expect(try await ciba.pollRefusal(id, as: thief).onTheWire == "400 invalid_grant")
        #expect(try await ciba.poll(id).idToken != nil)
    }

    @Test("unknown, decided and expired links lead nowhere", arguments: ["unknown", "decided", "expired", "none", "id"])
    func links(_ how: String) async throws {
        let ciba = try await BackchannelCase.make()
        let id = try await ciba.id()
        var ticket: String? = try ciba.ticket()
        switch how {
        case "unknown": ticket = ticket.map { $0 + "x" }
        case "decided": _ = try await ciba.decide(true)
        case "expired": ciba.fixture.clock.advance(by: 300)
        case "id": ticket = id
        default: ticket = nil
        }
        await #expect(throws: AuthorizeFailure.self) {
            try await BackchannelApprovalLink(ciba.fixture.context).open(
                ticket: ticket, browser: BrowserState(), in: ciba.fixture.request())
        }
    }

    @Test("the page shows the message and what is asked for")
    func page() async throws {
        let ciba = try await BackchannelCase.make()
        _ = try await ciba.id([("binding_message", "W4SCT"), ("scope", "openid read:items"), ("audience", EngineFixture.audience)])
        #expect(ciba.fixture.mail.messages.last?.text.contains("W4SCT") == true)
        var browser = EngineBrowser(ciba.fixture)
        let state = try await ciba.open(&browser)
        guard case .show(let prompt) = try await DeferredApprovalStep(ciba.fixture.context).show(browser.visit(state)) else {
            Issue.record("no page")
            return
        }
        #expect(prompt.bindingMessage == "W4SCT" && prompt.kind == .backchannel && prompt.userCode == nil)
        #expect(prompt.scopes.map(\.value) == ["openid", "read:items"])
    }

    @Test("authorization_details are shown, approved and echoed")
    func details() async throws {
        var ciba = try await BackchannelCase.make()
        try await ciba.fixture.changeAPI { $0.authorizationDetailsTypes = ["payment"] }
        let details = #"[{"type":"payment","amount":"9"}]"#
        let id = try await ciba.id([("authorization_details", details), ("audience", EngineFixture.audience)])
        _ = try await ciba.decide(true)
        ciba.fixture.clock.advance(by: 5)
        let granted = try JSONValue.parse(Array(details.utf8))
        #expect(try await ciba.poll(id).json["authorization_details"] == granted)
    }

    // MARK: Pings

    private func deliver(_ ciba: BackchannelCase) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let worker = DeliveryWorker(engine: ciba.fixture.engine, environment: ciba.fixture.environment, logger: logger)
        _ = try await worker.runDue { [now = ciba.fixture.now] in now }
    }

    @Test("either decision is told, with nothing but the id, and the client's own token", arguments: [true, false])
    func ping(_ allows: Bool) async throws {
        let ciba = try await BackchannelCase.make(ping: true)
        let id = try await ciba.id()
        try await deliver(ciba)
        #expect(ciba.fixture.outbound.posts.isEmpty)
        _ = try await ciba.decide(allows)
        try await deliver(ciba)
        let post = try #require(ciba.fixture.outbound.posts.first)
        #expect(ciba.fixture.outbound.posts.count == 1 && post.url == "https://client.example.test/ping")
        #expect(String(decoding: post.body.revealed, as: UTF8.self) == #"{"auth_req_id":"\#(id)"}"#)
        #expect(post.contentType == "application/json" && post.authorization?.revealed == "Bearer notification-token-0123456789")
    }

    @Test("an answer ends it, whatever it is: no second ping, and the flow goes on", arguments: [200, 204, 400, 401, 403, 302, 500])
    func answered(_ status: Int) async throws {
        let ciba = try await BackchannelCase.make(ping: true)
        let id = try await ciba.id()
        ciba.fixture.outbound.answerPosts(with: status)
        _ = try await ciba.decide(true)
        try await deliver(ciba)
        ciba.fixture.clock.advance(by: 100)
        try await deliver(ciba)
        #expect(ciba.fixture.outbound.posts.count == 1)
        #expect(try await ciba.poll(id).idToken != nil)
    }

    @Test("a client that cannot be reached is pinged again three times")
    func unreachable() async throws {
        let ciba = try await BackchannelCase.make(ping: true)
        _ = try await ciba.id()
        ciba.fixture.outbound.fail("https://client.example.test/ping", with: .timeout)
        _ = try await ciba.decide(true)
        for wait in [0, 2, 5, 10, 100, 1000] as [Lifetime] {
            ciba.fixture.clock.advance(by: wait)
            try await deliver(ciba)
        }
        #expect(ciba.fixture.outbound.posts.count == 4)
    }

    @Test("poll clients are never pinged")
    func pollClient() async throws {
        let ciba = try await BackchannelCase.make()
        _ = try await ciba.id([("client_notification_token", "x")])
        _ = try await ciba.decide(true)
        try await deliver(ciba)
        #expect(ciba.fixture.outbound.posts.isEmpty)
    }
}

import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Polling and approving (RFC 8628 section 3.4 and 3.5, contract 14).
@Suite struct DeviceFlowTests {
    @Test("approved: tokens once, with the user's and the session's claims, then invalid_grant")
    func approved() async throws {
        let device = try await DeviceCase.start()
        guard case .approved(.device, let name) = try await device.decide(true) else { Issue.record("not approved"); return }
        #expect(name == device.client.name)
        let tokens = try await device.poll()
        #expect(tokens.refreshToken != nil && tokens.scope == "openid profile offline_access")
        let idToken = try await device.fixture.verified(try #require(tokens.idToken)).payload
        #expect(idToken["sub"]?.string == device.fixture.user.userID && idToken["auth_time"] != nil && idToken["sid"] != nil)
        #expect(try await device.refusal() == "400 invalid_grant")
        #expect(try await device.fixture.token(device.fixture.refreshForm(tokens.refreshToken ?? "", from: device.client)).idToken != nil)
    }

    @Test("what polls hear, by profile", arguments: [
        (WireProfile.auth0, ["403 authorization_pending", "429 slow_down", "403 access_denied", "403 expired_token", "403 invalid_grant"]),
        (.standard, ["400 authorization_pending", "400 slow_down", "400 access_denied", "400 expired_token", "400 invalid_grant"]),
    ])
    func answers(_ profile: WireProfile, _ wire: [String]) async throws {
        let device = try await DeviceCase.start(profile)
        #expect(try await device.refusal() == wire[0])
        #expect(try await device.refusal(waiting: 1) == wire[1])
        _ = try await device.decide(false)
        #expect(try await device.refusal(waiting: 10) == wire[2])
        let expired = try await DeviceCase.start(profile, device.fixture)
        #expect(try await expired.refusal(waiting: 900) == wire[3])
        #expect(try await expired.refusal() == wire[4])
    }

    @Test("polling too fast makes the interval longer by five seconds")
    func slowDown() async throws {
        let device = try await DeviceCase.start()
        #expect(try await device.refusal() == "400 authorization_pending")
        let error = try await device.fixture.refusal(of: device.form())
        #expect(error.kind == .slowDown && error.retryAfter == 10)
        #expect(error.description == "You are polling faster than the specified interval of 5 seconds.")
        device.fixture.clock.advance(by: 5)
        let again = try await device.fixture.refusal(of: device.form())
        #expect(again.kind == .slowDown && again.retryAfter == 15)
        #expect(again.description == "You are polling faster than the specified interval of 10 seconds.")
        #expect(try await device.refusal(waiting: 15) == "400 authorization_pending")
    }

    @Test("the last millisecond counts, the instant of expiry does not")
    func expiry() async throws {
        let device = try await DeviceCase.start()
        device.fixture.clock.advance(milliseconds: 899_999)
        #expect(try await device.fixture.refusal(of: device.form()).kind == .authorizationPending)
        device.fixture.clock.advance(milliseconds: 1)
        #expect(try await device.fixture.refusal(of: device.form()).kind == .expiredToken)
    }

    @Test("a stolen device code is nothing in another client's hands, and its poll does not slow the owner down")
    func stolen() async throws {
        let device = try await DeviceCase.start()
        let thief = try await device.fixture.changed(device.fixture.web) {
            ($0.appType, $0.tokenEndpointAuthMethod, $0.clientSecret) = (.native, .none, nil)
            $0.grantTypes.append(.deviceCode)
        }
        _ = try await device.decide(true)
        #expect(try await device.fixture.refusal(of: device.form(thief)).kind == .invalidGrant)
        #expect(try await device.poll().idToken != nil)
    }

    @Test("unknown, empty and missing codes; a code of another kind; the user's code instead of the device's")
    func wrongCodes() async throws {
        let device = try await DeviceCase.start()
        for code in ["x", device.userCode, device.deviceCode + "x"] {
            #expect(try await device.fixture.refusal(of: device.form(code: code)).kind == .invalidGrant)
        }
        let missing = device.form().filter { $0.0 != "device_code" }
        #expect(try await device.fixture.refusal(of: missing).kind == .invalidRequest)
        #expect(try await device.fixture.refusal(of: device.form() + [("device_code", "x")]).kind == .invalidRequest)
    }

    @Test("no offline access to the Management API, which the page would not have shown either (contract 8.1 row 10)")
    func managementAPI() async throws {
        let fixture = try await EngineFixture.make()
        var api = ResourceServer(
            id: "89abcdef0123456701234567", identifier: "https://default.test/api/v2/", name: "M", createdAt: fixture.now)
        (api.allowOfflineAccess, api.scopes) = (true, [.init(value: "read:users")])
        try await fixture.stores.resourceServers.insert(api)
        let device = try await DeviceCase.start(scope: "read:users offline_access", audience: api.identifier, fixture)
        _ = try await device.decide(true)
        let tokens = try await device.poll()
        #expect(tokens.refreshToken == nil && tokens.scope == "read:users")
    }

    @Test("a client that lost the grant meanwhile gets nothing")
    func lostGrant() async throws {
        let device = try await DeviceCase.start()
        _ = try await device.decide(true)
        try await device.fixture.changed(device.client) { $0.grantTypes = [.refreshToken] }
        #expect(try await device.fixture.refusal(of: device.form()).kind == .unauthorizedClient)
    }

    @Test("a user who was blocked or deleted after approving gets no tokens", arguments: [true, false])
    func userGone(_ isDeleted: Bool) async throws {
        let device = try await DeviceCase.start()
        _ = try await device.decide(true)
        let users = device.fixture.stores.users
        if isDeleted {
            #expect(try await users.delete(device.fixture.user.userID, at: device.fixture.now))
        } else {
            #expect(try await users.setBlocked(device.fixture.user.userID, true, at: device.fixture.now))
        }
        await #expect(throws: OAuthError.self) { try await device.poll() }
    }

    @Test("the approval page: who asks, for what, with the code that was typed")
    func page() async throws {
        let device = try await DeviceCase.start(scope: "openid read:items unknown")
        var browser = EngineBrowser(device.fixture)
        let state = try await device.reachApproval(&browser)
        guard case .show(let prompt) = try await DeferredApprovalStep(device.fixture.context).show(browser.visit(state)) else {
            Issue.record("no page")
            return
        }
        #expect(prompt.kind == .device && prompt.page.clientName == device.client.name && prompt.userLabel == EngineFixture.email)
        #expect(prompt.scopes.map(\.value) == ["openid", "read:items"] && prompt.api == "Example API")
        #expect(prompt.userCode == device.userCode)
    }

    @Test("login is required: an approval page without a session leads to login")
    func loginRequired() async throws {
        let device = try await DeviceCase.start()
        var browser = EngineBrowser(device.fixture)
        guard case .leave(let away) = try await device.type(device.userCode, &browser) else { Issue.record("refused"); return }
        let state = try EngineBrowser.state(away, at: PagePath.resume)
        guard case .leave = try await DeferredApprovalStep(device.fixture.context).show(browser.visit(state)) else {
            Issue.record("page shown to nobody")
            return
        }
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.login)
        #expect(try await device.refusal() == "400 authorization_pending")
    }

    @Test("a forged decision, another browser's and an old one decide nothing")
    func forgedDecision() async throws {
        let device = try await DeviceCase.start()
        var browser = EngineBrowser(device.fixture)
        let state = try await device.reachApproval(&browser)
        let step = DeferredApprovalStep(device.fixture.context)
        for csrf in [nil, "", "forged"] {
            guard case .show = try await step.submit(allows: true, csrf: csrf, browser.visit(state)) else { Issue.record("decided"); return }
        }
        let stranger = EngineBrowser(device.fixture)
        await #expect(throws: AuthorizeFailure.self) { try await step.show(stranger.visit(state)) }
        #expect(try await device.refusal() == "400 authorization_pending")
        guard case .approved = try await device.decide(true, state, browser) else { Issue.record("not approved"); return }
        await #expect(throws: AuthorizeFailure.self) { try await device.decide(false, state, browser) }
        #expect(try await device.poll().idToken != nil)
    }

    @Test("of two people who decide about one code only the first counts")
    func concurrent() async throws {
        let device = try await DeviceCase.start()
        var (one, other) = (EngineBrowser(device.fixture), EngineBrowser(device.fixture))
        let (first, second) = (try await device.reachApproval(&one), try await device.reachApproval(&other))
        guard case .denied = try await device.decide(false, first, one) else { Issue.record("not denied"); return }
        await #expect(throws: AuthorizeFailure.self) { try await device.decide(true, second, other) }
        #expect(try await device.refusal() == "400 access_denied")
    }

    @Test("of many polls at once exactly one gets tokens")
    func concurrentPolls() async throws {
        let device = try await DeviceCase.start()
        _ = try await device.decide(true)
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 { group.addTask { (try? await device.poll()) != nil } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(successes == 1)
    }

    @Test("RBAC limits what is approved")
    func rbac() async throws {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI { $0.enforcePolicies = true }
        let device = try await DeviceCase.start(.standard, scope: "openid read:items write:items", fixture)
        try await fixture.stores.permissions.grant(["read:items"], at: EngineFixture.audience, to: fixture.user.userID)
        _ = try await device.decide(true)
        #expect(try await device.poll().scope == "openid read:items")
    }
}

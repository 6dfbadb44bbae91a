import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Single sign-on does not go past the connections that a client may use (contract 4.1 `connection`, 4.7).
@Suite struct ConnectionAdmissionTests {
    enum Kind: Sendable, CaseIterable { case own, permissive, strict }

    struct Row: Sendable {
        var kind: Kind
        /// `nil`: no list; otherwise whether the client is on it.
        var isListed: Bool?
        var isDomainWide: Bool
        var isAdmitted: Bool
    }

    static let rows: [Row] = [
        Row(kind: .own, isListed: nil, isDomainWide: false, isAdmitted: true),
        Row(kind: .own, isListed: true, isDomainWide: false, isAdmitted: true),
        Row(kind: .own, isListed: false, isDomainWide: false, isAdmitted: false),
        Row(kind: .own, isListed: false, isDomainWide: true, isAdmitted: false),
        Row(kind: .permissive, isListed: nil, isDomainWide: false, isAdmitted: true),
        Row(kind: .permissive, isListed: false, isDomainWide: false, isAdmitted: false),
        Row(kind: .permissive, isListed: false, isDomainWide: true, isAdmitted: true),
        Row(kind: .strict, isListed: nil, isDomainWide: false, isAdmitted: false),
        Row(kind: .strict, isListed: true, isDomainWide: false, isAdmitted: false),
        Row(kind: .strict, isListed: false, isDomainWide: true, isAdmitted: true),
        Row(kind: .strict, isListed: nil, isDomainWide: true, isAdmitted: true),
    ]

    /// A browser that is signed in, by the fixture's connection, at a client of the tenant's own; and the client of the row,
    /// which may use another connection in any case.
    private func make(_ row: Row) async throws -> (EngineBrowser, Client) {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        let client = try await fixture.changed(fixture.spa) { client in
            client.isFirstParty = row.kind == .own
            client.thirdPartySecurityMode = row.kind == .permissive ? .permissive : nil
            client.redirectionPolicy = .allowAlways
            client.refreshToken = .rotatingDefaults
        }
        var other = Connection(id: "con_0000000000000002", name: "Other")
        other.isDomainConnection = true
        try await fixture.stores.connections.insert(other)
        try await fixture.changed(fixture.connection) { connection in
            connection.enabledClients = row.isListed.map { $0 ? [client.clientID] : [fixture.web.clientID] }
            connection.isDomainConnection = row.isDomainWide
        }
        return (browser, client)
    }

    @Test("a session of a connection that is not the client's means login, and login_required when silent", arguments: rows)
    func singleSignOn(_ row: Row) async throws {
        var (browser, client) = try await make(row)
        let silent = try EngineBrowser.answer(await browser.authorize(client, ["prompt": "none"]))
        let outcome = try await browser.authorize(client)
        if row.isAdmitted {
            #expect(silent["error"] == (row.kind == .own ? nil : "consent_required"))
            if row.kind == .own {
                #expect(try EngineBrowser.answer(outcome)["code"] != nil)
            } else {
                _ = try EngineBrowser.state(outcome, at: PagePath.consent)
            }
        } else {
            #expect(silent["error"] == "login_required")
            _ = try EngineBrowser.state(outcome, at: PagePath.login)
        }
    }

    @Test("signing in again as the same user does not help")
    func again() async throws {
        var (browser, client) = try await make(Row(kind: .own, isListed: false, isDomainWide: false, isAdmitted: false))
        let state = try EngineBrowser.state(await browser.authorize(client), at: PagePath.login)
        let prompt = try browser.prompt(await browser.logIn(state))
        #expect(prompt.problem != nil, "the login page is another connection's")
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.login)
    }

    @Test("another connection than the one that was asked for means login, and login_required when silent")
    func requested() async throws {
        var (browser, client) = try await make(Row(kind: .own, isListed: nil, isDomainWide: false, isAdmitted: true))
        let own = ["connection": browser.fixture.connection.name]
        #expect(try EngineBrowser.answer(await browser.authorize(client, own))["code"] != nil)
        let silent = ["connection": "Other", "prompt": "none"]
        #expect(try EngineBrowser.answer(await browser.authorize(client, silent))["error"] == "login_required")
        _ = try EngineBrowser.state(await browser.authorize(client, ["connection": "Other"]), at: PagePath.login)
    }

    @Test("a connection that is gone admits nobody")
    func deleted() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        try await fixture.changed(fixture.connection) { $0.name = "Renamed" }
        #expect(try EngineBrowser.answer(await browser.authorize(fixture.web, ["prompt": "none"]))["error"] == "login_required")
    }

    @Test("login and password grants keep to the same rule", arguments: [true, false])
    func otherWays(_ isDomainWide: Bool) async throws {
        let fixture = try await EngineFixture.make()
        try await fixture.changed(fixture.connection) { $0.isDomainConnection = isDomainWide }
        let stranger = try await fixture.stranger(fixture.spa)
        let error = try await fixture.refusal(of: stranger, [:])
        #expect(error?.description == (isDomainWide ? nil : "no connections enabled for the client"))
        try await fixture.changed(fixture.connection) { $0.enabledClients = [fixture.spa.clientID] }
        let form = fixture.form(
            [("grant_type", "password"), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed)],
            of: fixture.web, [])
        #expect(try await fixture.refusal(of: form).description == "the connection was disabled")
    }

    // MARK: Requests of other machines

    @Test("a device is not approved by a session of a connection that is not its client's")
    func device() async throws {
        let device = try await DeviceCase.start()
        var browser = EngineBrowser(device.fixture)
        _ = try await browser.signIn(device.fixture.web)
        let state = try await device.reachApproval(&browser)
        try await device.fixture.changed(device.fixture.connection) { $0.enabledClients = [device.fixture.web.clientID] }
        var other = Connection(id: "con_0000000000000002", name: "Other")
        other.enabledClients = nil
        try await device.fixture.stores.connections.insert(other)
        guard case .leave = try await DeferredApprovalStep(device.fixture.context).show(browser.visit(state)) else {
            Issue.record("the page was shown")
            return
        }
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.login)
    }

    @Test("a backchannel request does not reach users of such a connection")
    func backchannel() async throws {
        let ciba = try await BackchannelCase.make()
        try await ciba.fixture.changed(ciba.fixture.connection) { $0.enabledClients = [ciba.fixture.spa.clientID] }
        var other = Connection(id: "con_0000000000000002", name: "Other")
        other.enabledClients = nil
        try await ciba.fixture.stores.connections.insert(other)
        let error = try await ciba.refusal([("login_hint", ciba.fixture.user.userID)])
        #expect(error.kind == .unknownUserID && ciba.fixture.mail.messages.isEmpty)
    }
}

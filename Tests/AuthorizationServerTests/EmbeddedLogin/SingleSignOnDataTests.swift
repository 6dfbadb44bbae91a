import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/user/ssodata` (contract 13.5).
@Suite struct SingleSignOnDataTests {
    private static func data(_ browser: EngineBrowser) async throws -> JSONObject {
        try await SingleSignOnData(browser.fixture.context).respond(browser: browser.cookies, in: browser.request)
    }

    @Test("a session tells its clients, user and connection")
    func session() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        _ = try await browser.authorize(fixture.spa)
        let data = try await Self.data(browser)
        let expected: JSONObject = [
            "sso": true, "sessionClients": .strings([fixture.web.clientID, fixture.spa.clientID]),
            "lastUsedClientID": .string(fixture.spa.clientID), "lastUsedUserID": .string(fixture.user.userID),
            "lastUsedUsername": .string(EngineFixture.email),
            "lastUsedConnection": .object(["name": .string(fixture.connection.name), "strategy": "auth0"]),
        ]
        #expect(data == expected)
    }

    @Test("without a session there is nothing to tell, whatever cookie comes")
    func nobody() async throws {
        var browser = EngineBrowser(try await EngineFixture.make())
        #expect(try await Self.data(browser) == ["sso": false])
        browser.cookies.session = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        #expect(try await Self.data(browser) == ["sso": false])
    }

    @Test("neither an expired session tells anything, nor that of a blocked or deleted user", arguments: 0..<3)
    func over(what: Int) async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        switch what {
        case 0: fixture.clock.advance(by: fixture.tenant.settings.idleSessionLifetime)
        case 1: _ = try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now)
        default: _ = try await fixture.stores.users.delete(fixture.user.userID, at: fixture.now)
        }
        #expect(try await Self.data(browser) == ["sso": false])
    }

    @Test("asking does not keep the session alive")
    func idle() async throws {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        fixture.clock.advance(by: .hours(71))
        #expect(try await Self.data(browser)["sso"] == true)
        fixture.clock.advance(by: .hours(1))
        #expect(try await Self.data(browser) == ["sso": false])
    }

    @Test("a user without an address is told by name")
    func userName() async throws {
        var fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.web)
        try await fixture.changeUser { ($0.email, $0.username) = (nil, "jane") }
        #expect(try await Self.data(browser)["lastUsedUsername"] == "jane")
    }
}

import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Front-channel logout and session management in a browser (OIDC Front-Channel Logout, Session Management).
@Suite struct SessionEndFlowTests {
    private static func journey() async throws -> Journey {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { client in
            client.wireProfile = .standard
            client.logout.frontchannelLogoutURI = "https://app.example.test/frontchannel"
        }
        return Journey(try await TestServer.make(fixture), client)
    }

    @Test("the logout page frames the clients, may frame nothing else, and links on")
    func frames() async throws {
        var journey = try await Self.journey()
        _ = try await journey.signIn()
        let page = try await journey.browser.open(
            "/v2/logout", [("client_id", journey.client.clientID), ("returnTo", "https://app.example.test/bye")]
        ).page()
        #expect(page.status == 200 && page.html.contains("<iframe") && page.html.contains("https://app.example.test/frontchannel"))
        #expect(page.html.contains("https://app.example.test/bye"))
        let policy = page.headers.header("Content-Security-Policy") ?? ""
        #expect(policy.contains("frame-src https://app.example.test") && policy.contains("default-src 'none'"))
        #expect(!journey.browser.cookies.contains { $0.name == "auth0" })
    }

    @Test("the answer's session_state is what the page behind check_session_iframe computes from the cookie")
    func sessionState() async throws {
        var journey = try await Self.journey()
        let state = try #require(try await journey.signIn()["session_state"])
        #expect(state.split(separator: ".").count == 2)
        let page = try await journey.server.send(.get("/oidc/check-session"))
        #expect(page.status == 200 && page.text.contains("<script"))
        #expect(page.header("X-Frame-Options") == nil)
        let policy = page.header("Content-Security-Policy") ?? ""
        #expect(!policy.contains("frame-ancestors 'none'"))
    }
}

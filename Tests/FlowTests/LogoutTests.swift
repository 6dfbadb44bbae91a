import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 12.
@Suite struct LogoutTests {
    private static let bye = "https://app.example.test/bye"

    private static func signedIn() async throws -> (Journey, WireAnswer) {
        let server = try await TestServer.make()
        var journey = Journey(server, server.fixture.spa)
        let answer = try await journey.tokens(["scope": "openid offline_access"])
        return (journey, answer)
    }

    private static func isSignedIn(_ journey: Journey) async throws -> Bool {
        var copy = journey
        return try await copy.authorize(["prompt": "none"]).callback()["code"] != nil
    }

    @Test(
        "/v2/logout ends the session and returns, whatever `federated` looks like",
        arguments: ["", "&federated", "&federated=", "&federated=true"])
    func logout(federated: String) async throws {
        var (journey, tokens) = try await Self.signedIn()
        let query = PercentEncoding.encodePairs([("client_id", journey.client.clientID), ("returnTo", Self.bye)])
        let url = try await journey.browser.open("/v2/logout?\(query)\(federated)").leftTo()
        #expect(url == Self.bye)
        #expect(!journey.browser.cookies.contains { $0.name == "auth0" })
        #expect(try await !Self.isSignedIn(journey))
        #expect(try await journey.refresh(tokens.member("refresh_token")).status == 200)
    }

    @Test("An address that is not allowed is named on a page, and the session has ended all the same")
    func refused() async throws {
        var (journey, _) = try await Self.signedIn()
        let page = try await journey.browser.open(
            "/v2/logout", [("client_id", journey.client.clientID), ("returnTo", "https://evil.test/")]
        ).page()
        #expect(page.status == 400)
        #expect(page.html.contains("returnTo"))
        #expect(try await !Self.isSignedIn(journey))
    }

    @Test("Without an address the browser goes to the client's first, and without a client it stays")
    func defaults() async throws {
        var (journey, _) = try await Self.signedIn()
        #expect(try await journey.browser.open("/v2/logout", [("client_id", journey.client.clientID)]).leftTo() == Self.bye)
        #expect(try await journey.browser.open("/v2/logout").page().status == 200)
    }

    @Test("/oidc/logout with the session's hint goes straight back with the state")
    func withHint() async throws {
        var (journey, tokens) = try await Self.signedIn()
        let url = try await journey.browser.open(
            "/oidc/logout",
            [
                ("id_token_hint", tokens.member("id_token") ?? ""), ("post_logout_redirect_uri", Self.bye), ("state", "s&1"),
            ]
        ).leftTo()
        #expect(url == Self.bye + "?state=s%261")
        #expect(try await !Self.isSignedIn(journey))
    }

    @Test("/oidc/logout without a hint asks first")
    func confirmation() async throws {
        var (journey, _) = try await Self.signedIn()
        let page = try await journey.browser.open(
            "/oidc/logout", [("client_id", journey.client.clientID), ("post_logout_redirect_uri", Self.bye)]
        ).page()
        #expect(page.status == 200)
        #expect(try await Self.isSignedIn(journey))
        #expect(try await journey.browser.submit(page, pressing: ("decision", "accept")).leftTo() == Self.bye)
        #expect(try await !Self.isSignedIn(journey))
    }

    @Test("The page of a browser that was signed in everywhere has twenty frames")
    func frames() async throws {
        var (journey, _) = try await Self.signedIn()
        let (server, stores) = (journey.server, journey.fixture.stores)
        for number in 1...25 {
            var client = journey.client
            client.clientID = "client\(number)"
            client.logout.frontchannelLogoutURI = "https://client\(number).example.test/logout"
            try await stores.clients.insert(client)
            var other = Journey(server, client, browser: journey.browser)
            #expect(try await other.authorize(["prompt": "none"]).callback()["code"] != nil)
            journey.browser = other.browser
        }
        let page = try await journey.browser.open("/v2/logout", [("client_id", journey.client.clientID)]).page()
        #expect(page.html.split(separator: "<iframe").count == 21)
        #expect(page.html.contains("https://client25.example.test/logout") && !page.html.contains("https://client5.example.test/"))
    }

    @Test("A forged confirmation does not sign out")
    func forgedConfirmation() async throws {
        var (journey, _) = try await Self.signedIn()
        let page = try await journey.browser.open("/oidc/logout", [("client_id", journey.client.clientID)]).page()
        _ = try await journey.browser.submit(page, ["_csrf": "forged"], pressing: ("decision", "accept"))
        #expect(try await Self.isSignedIn(journey))
    }
}

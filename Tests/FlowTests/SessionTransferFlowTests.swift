import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Single sign-on from a native application into a web application, over HTTP (contract 8.5).
@Suite struct SessionTransferFlowTests {
    private static let audience = "urn:default.test:session_transfer"
    private static let cookie = "auth0_session_transfer_token"

    private static func server(
        native change: (inout Client) -> Void = { _ in }, web changeWeb: (inout Client) -> Void = { _ in }
    ) async throws -> (server: TestServer, native: Journey, web: Journey) {
        let fixture = try await EngineFixture.make()
        let native = try await fixture.changed(fixture.native) { client in
            client.refreshToken = .rotatingDefaults
            client.sessionTransfer.canCreateSessionTransferToken = true
            change(&client)
        }
        let web = try await fixture.changed(fixture.web) { client in
            client.sessionTransfer.allowedAuthenticationMethods = [.query, .cookie]
            changeWeb(&client)
        }
        let server = try await TestServer.make(fixture)
        return (server, Journey(server, native), Journey(server, web))
    }

    private static func refreshToken(_ native: inout Journey) async throws -> String {
        let changes = ["scope": "openid offline_access", "audience": EngineFixture.audience]
        return try #require(try await native.tokens(changes).member("refresh_token"))
    }

    private static func transfer(_ native: Journey, _ refreshToken: String) async throws -> WireAnswer {
        try await native.refresh(refreshToken, [("audience", audience)])
    }

    /// A native login up to a session transfer token.
    private static func token(_ native: inout Journey) async throws -> String {
        let answer = try await transfer(native, try await refreshToken(&native))
        return try #require(answer.member("access_token"))
    }

    /// One request to `/authorize` from an address; redirects are not followed.
    private static func arrive(
        _ journey: inout Journey, _ token: String, from peer: String = "203.0.113.7", _ changes: [String: String?] = [:]
    ) async throws -> WireAnswer {
        let parameters = journey.authorizeParameters(["session_transfer_token": token].merging(changes) { $1 })
        var request = WireRequest.get("/authorize", parameters)
        request.peer = peer
        return try await journey.browser.send(request)
    }

    private static func isLogin(_ answer: WireAnswer) -> Bool { answer.location?.hasPrefix("/u/login?state=") == true }

    @Test("native login, refresh, transfer, and the web application signs in without a page")
    func wholeFlow() async throws {
        var (server, native, web) = try await Self.server()
        let first = try await Self.refreshToken(&native)
        let transfer = try await Self.transfer(native, first)
        #expect(transfer.status == 200 && transfer.header("Cache-Control") == "no-store")
        #expect(transfer.member("token_type") == "N_A" && transfer.json?["expires_in"]?.integer == 60)
        #expect(transfer.member("issued_token_type") == "urn:auth0:params:oauth:token-type:session_transfer_token")
        #expect(transfer.member("id_token") != nil && transfer.json?["scope"] == nil)
        let second = try #require(transfer.member("refresh_token"))
        #expect(second != first)

        let token = try #require(transfer.member("access_token"))
        let callback = try await web.authorize(["session_transfer_token": token]).callback()
        #expect(callback["state"] == "state-1")
        let tokens = try await web.exchange(code: callback["code"])
        let claims = try #require(Journey.claims(of: tokens.member("id_token")))
        #expect(claims["sub"]?.string == server.fixture.user.userID && claims["aud"]?.string == web.client.clientID)
        let accessToken = tokens.member("access_token") ?? ""
        #expect(try await server.send(.get("/userinfo").with("Authorization", "Bearer \(accessToken)")).status == 200)

        #expect(try await web.authorize().callback()["code"] != nil, "the browser stays signed in")
        #expect(try await native.refresh(second).member("access_token") != nil, "the application goes on with its new token")
    }

    @Test("the cookie that the application set works the same, and is cleared")
    func cookie() async throws {
        var (_, native, web) = try await Self.server(web: { $0.sessionTransfer.allowedAuthenticationMethods = [.cookie] })
        let token = try await Self.token(&native)
        web.browser.headers.append(("Cookie", "\(Self.cookie)=\(token)"))
        #expect(try await web.authorize().callback()["code"] != nil)
        let cleared = web.browser.lastSetCookies.filter { $0.hasPrefix("\(Self.cookie)=;") }
        #expect(cleared.count == 2 && cleared.allSatisfy { $0.contains("Max-Age=0") })
    }

    @Test("replayed, a token shows the login page and silently is login_required, just as garbage does")
    func replay() async throws {
        var (server, native, web) = try await Self.server()
        let token = try await Self.token(&native)
        _ = try await web.authorize(["session_transfer_token": token]).callback()
        for text in [token, "garbage"] {
            var thief = Journey(server, web.client)
            #expect(Self.isLogin(try await Self.arrive(&thief, text)))
            let silent = try await Self.arrive(&thief, text, ["prompt": "none"])
            #expect(silent.redirectParameters["error"] == "login_required")
            #expect(silent.redirectParameters["error_description"] == "Login required")
            #expect(!thief.browser.cookies.contains { $0.name == "auth0" })
        }
    }

    @Test("from another address, a minute later, or at a client that takes none: the login page")
    func refused() async throws {
        var (server, native, web) = try await Self.server()
        #expect(Self.isLogin(try await Self.arrive(&web, try await Self.token(&native), from: "198.51.100.9")))
        var phone = Journey(server, native.client)
        let late = try await Self.token(&phone)
        server.fixture.clock.advance(by: 60)
        #expect(Self.isLogin(try await Self.arrive(&web, late)))
        var other = Journey(server, server.fixture.spa)
        phone = Journey(server, native.client)
        let token = try await Self.token(&phone)
        #expect(Self.isLogin(try await Self.arrive(&other, token)))
        #expect(try await Self.arrive(&web, token).redirectParameters["code"] != nil, "it was not used up there")
    }

    @Test("of uses at once one browser is signed in")
    func concurrent() async throws {
        let (server, application, site) = try await Self.server()
        var (native, web) = (application, site)
        let token = try await Self.token(&native)
        let codes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    var browser = Journey(server, site.client)
                    return try await Self.arrive(&browser, token).redirectParameters["code"] != nil
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(codes == 1)
        web.browser = TestBrowser(server)
        #expect(Self.isLogin(try await Self.arrive(&web, token)))
    }

    @Test("a client without the flag is refused, and no row is written but the audit log's")
    func withoutFlag() async throws {
        var (server, native, _) = try await Self.server(native: { $0.sessionTransfer.canCreateSessionTransferToken = false })
        let token = try await Self.refreshToken(&native)
        var before = try await server.rowCounts()
        let answer = try await Self.transfer(native, token)
        #expect(answer.status == 403 && answer.error == "access_denied")
        var after = try await server.rowCounts()
        for table in ["log_events"] { (before[table], after[table]) = (nil, nil) }
        #expect(before == after)
        #expect(try await native.refresh(token).member("refresh_token") != nil, "the refresh token was not used up")
    }

    @Test("logging out of the application by revoking its refresh token signs the browser out")
    func cascade() async throws {
        var (server, native, web) = try await Self.server()
        let transfer = try await Self.transfer(native, try await Self.refreshToken(&native))
        let token = try #require(transfer.member("access_token"))
        _ = try await web.authorize(["session_transfer_token": token]).callback()
        let revocation = [("client_id", native.client.clientID), ("token", transfer.member("refresh_token") ?? "")]
        #expect(try await server.send(.json("/oauth/revoke", revocation)).status == 200)
        #expect(try await web.authorize().page().path.hasPrefix("/u/login?"))
    }
}

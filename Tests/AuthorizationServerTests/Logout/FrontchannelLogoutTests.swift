import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The frames of a logout page (OIDC Front-Channel Logout 2), and where a logout may go by profile.
@Suite struct FrontchannelLogoutTests {
    private static let frame = "https://one.example.test/frontchannel?a=b"

    private func make(sessionRequired: Bool = false) async throws -> LogoutCase {
        try await LogoutCase.make { client in
            client.logout.frontchannelLogoutURI = Self.frame
            client.logout.frontchannelLogoutSessionRequired = sessionRequired
        }
    }

    private func frames(_ outcome: LogoutOutcome) throws -> (addresses: [String], then: LogoutDestination) {
        guard case .frames(let addresses, let target, _) = outcome else { throw EngineBrowser.Failure.unexpected("\(outcome)") }
        return (addresses, target)
    }

    @Test("the clients of the session are loaded in frames, then the browser goes on")
    func plain() async throws {
        let (addresses, target) = try frames(try await make().logOut())
        #expect(addresses == [Self.frame] && target == .address("https://app.example.test/bye"))
    }

    @Test("who needs the session gets iss and sid, beside its own query")
    func withSession() async throws {
        let test = try await make(sessionRequired: true)
        let session = try await test.session()
        let address = try #require(try frames(try await test.logOut()).addresses.first)
        #expect(address.hasPrefix(Self.frame + "&"))
        let parameters = TestURL.parameters(of: address)
        #expect(parameters["iss"] == "https://default.test/" && parameters["sid"] == session.sid && parameters["a"] == "b")
    }

    @Test("without a session, and without such clients, there are no frames")
    func absent() async throws {
        let test = try await make()
        try await test.logOut()
        guard case .redirect = try await test.logOut() else { Issue.record("frames without a session"); return }
        let other = try await LogoutCase.make()
        guard case .redirect = try await other.logOut() else { Issue.record("frames without addresses"); return }
    }

    /// Signs in at so many more clients, each with an address of its own.
    private func signedIn(_ count: Int) async throws -> LogoutCase {
        var test = try await make()
        for number in 1...count {
            var client = test.fixture.web
            client.clientID = "client\(number)"
            client.logout.frontchannelLogoutURI = "https://client\(number).example.test/logout"
            try await test.fixture.stores.clients.insert(client)
            _ = try EngineBrowser.answer(await test.browser.authorize(client))
        }
        return test
    }

    @Test("twenty frames at most, of the clients that joined last, newest first", arguments: [19, 20, 40])
    func cap(_ count: Int) async throws {
        let test = try await signedIn(count)
        let (addresses, target) = try frames(try await test.logOut())
        let all = (1...count).reversed().map { "https://client\($0).example.test/logout" } + [Self.frame]
        #expect(addresses == Array(all.prefix(20)) && target == .address("https://app.example.test/bye"))
    }

    @Test("clients without an address take no room")
    func room() async throws {
        let test = try await signedIn(20)
        for number in 2...20 {
            var client = try #require(try await test.fixture.context.client("client\(number)"))
            client.logout.frontchannelLogoutURI = nil
            #expect(try await test.fixture.stores.clients.update(client))
        }
        #expect(try frames(try await test.logOut()).addresses == ["https://client1.example.test/logout", Self.frame])
    }

    @Test("an RP-initiated logout has them too, with the state at the target")
    func rpInitiated() async throws {
        let test = try await make()
        let session = try await test.session()
        let form = FormParameters([
            ("client_id", test.fixture.web.clientID), ("logout_hint", session.sid),
            ("post_logout_redirect_uri", "https://app.example.test/bye"), ("state", "s1"),
        ])
        let outcome = try await RPInitiatedLogoutEndpoint(test.fixture.context).respond(
            to: form, browser: test.browser.cookies, in: test.browser.request)
        #expect(try frames(outcome).then == .address("https://app.example.test/bye?state=s1"))
    }

    @Test("the session's cookies go: the session's own and the one of session management")
    func cookies() async throws {
        let test = try await make()
        guard case .frames(_, _, let changes) = try await test.logOut() else { Issue.record("no frames"); return }
        guard case .clear = changes.session else { Issue.record("kept"); return }
        #expect(changes.browserState == "")
    }

    @Test("without an address a standard client's user stays, Auth0's goes to the first one registered", arguments: [
        (WireProfile.standard, false), (.auth0, true),
    ])
    func defaultTarget(_ profile: WireProfile, _ goes: Bool) async throws {
        let test = try await LogoutCase.make(profile)
        let session = try await test.session()
        let form = FormParameters([("client_id", test.fixture.web.clientID), ("logout_hint", session.sid)])
        let outcome = try await RPInitiatedLogoutEndpoint(test.fixture.context).respond(
            to: form, browser: test.browser.cookies, in: test.browser.request)
        switch outcome {
        case .redirect(let target, _): #expect(goes && target == "https://app.example.test/bye")
        case .loggedOut: #expect(!goes)
        case .frames, .refused, .confirm: Issue.record("\(outcome)")
        }
    }
}

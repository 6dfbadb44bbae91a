import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Logouts end the session for whoever asks, and lead to a stranger's address only if the user follows a link (contract 4.2, 4.7).
@Suite struct StrangerLogoutTests {
    private static let bye = "https://app.example.test/bye"

    /// Signed in at a client of the tenant's own; `web` is changed then.
    private func make(_ change: (inout Client) -> Void) async throws -> (EngineBrowser, Client) {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(fixture.spa)
        return (browser, try await fixture.changed(fixture.web, change))
    }

    private func logOut(_ browser: EngineBrowser, _ pairs: [(String, String)]) async throws -> LogoutOutcome {
        try await LogoutEndpoint(browser.fixture.context).respond(
            to: FormParameters(pairs), browser: browser.cookies, in: browser.request)
    }

    private func isSignedIn(_ browser: EngineBrowser) async throws -> Bool {
        let hash = TokenHash(of: browser.cookies.session ?? "")
        return try await browser.fixture.stores.sessions.find(hash, at: browser.fixture.now) != nil
    }

    @Test("/v2/logout: a strict client's users end here", arguments: [RedirectionPolicy?.none, .allowAlways])
    func strict(_ policy: RedirectionPolicy?) async throws {
        let (browser, client) = try await make { ($0.isFirstParty, $0.redirectionPolicy) = (false, policy) }
        for pairs in [[("client_id", client.clientID)], [("client_id", client.clientID), ("returnTo", Self.bye)]] {
            guard case .loggedOut(nil, _) = try await logOut(browser, pairs) else { Issue.record("went on"); return }
        }
        #expect(try await !isSignedIn(browser))
    }

    @Test("/v2/logout: with open redirect protection a link is offered; an address that is not listed is refused as ever")
    func offered() async throws {
        let (browser, client) = try await make {
            ($0.isFirstParty, $0.thirdPartySecurityMode, $0.redirectionPolicy) = (false, .permissive, .openRedirectProtection)
        }
        let pairs = [("client_id", client.clientID), ("returnTo", Self.bye + "?a=1")]
        guard case .loggedOut(let offered, _) = try await logOut(browser, pairs) else { Issue.record("went on"); return }
        #expect(offered == Self.bye + "?a=1")
        #expect(try await !isSignedIn(browser))
        // Without a session as well: whoever is sent here is not sent on.
        guard case .loggedOut(Self.bye, _) = try await logOut(browser, [("client_id", client.clientID)]) else {
            Issue.record("went on")
            return
        }
        let foreign = [("client_id", client.clientID), ("returnTo", "https://evil.test/")]
        guard case .refused = try await logOut(browser, foreign) else { Issue.record("accepted"); return }
    }

    @Test("/oidc/logout: likewise, after the question and with the state", arguments: [true, false])
    func rpInitiated(_ isStrict: Bool) async throws {
        let (browser, client) = try await make { client in
            (client.isFirstParty, client.redirectionPolicy) = (false, .openRedirectProtection)
            client.thirdPartySecurityMode = isStrict ? .strict : .permissive
        }
        let endpoint = RPInitiatedLogoutEndpoint(browser.fixture.context)
        var pairs = [("client_id", client.clientID), ("post_logout_redirect_uri", Self.bye), ("state", "s1")]
        let asked = try await endpoint.respond(to: FormParameters(pairs), browser: browser.cookies, in: browser.request)
        guard case .confirm(let prompt) = asked else { Issue.record("not asked"); return }
        pairs.append(("_csrf", prompt.csrf))
        for form in [pairs, Array(pairs.dropLast())] {
            let outcome = try await endpoint.respond(to: FormParameters(form), browser: browser.cookies, in: browser.request)
            guard case .loggedOut(let offered, _) = outcome else { Issue.record("\(outcome)"); return }
            #expect(offered == (isStrict ? nil : Self.bye + "?state=s1"))
        }
        #expect(try await !isSignedIn(browser))
    }

    @Test("the frames of a logout lead on no further")
    func frames() async throws {
        let (browser, client) = try await make {
            ($0.isFirstParty, $0.thirdPartySecurityMode, $0.redirectionPolicy) = (false, .permissive, .openRedirectProtection)
        }
        try await browser.fixture.changed(browser.fixture.spa) { $0.logout.frontchannelLogoutURI = "https://app.example.test/end" }
        guard case .frames(_, let destination, _) = try await logOut(browser, [("client_id", client.clientID)]) else {
            Issue.record("no frames")
            return
        }
        #expect(destination == .offered(Self.bye))
    }
}

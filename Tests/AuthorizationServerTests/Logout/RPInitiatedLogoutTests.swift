import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/oidc/logout` (contract 12.2).
@Suite struct RPInitiatedLogoutTests {
    private static let bye = "https://app.example.test/bye"

    private struct SignedIn {
        var browser: EngineBrowser
        var idToken: String
        var sid: String
    }

    private func signedIn() async throws -> SignedIn {
        let fixture = try await EngineFixture.make()
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(fixture.web, ["response_type": "id_token"])
        let cookie = try #require(browser.cookies.session)
        let session = try #require(try await fixture.stores.sessions.find(TokenHash(of: cookie), at: fixture.now))
        return SignedIn(browser: browser, idToken: try #require(answer["id_token"]), sid: session.sid)
    }

    private func logOut(_ browser: EngineBrowser, _ pairs: [(String, String)]) async throws -> LogoutOutcome {
        try await RPInitiatedLogoutEndpoint(browser.fixture.context).respond(
            to: FormParameters(pairs), browser: browser.cookies, in: browser.request)
    }

    private func isAlive(_ browser: EngineBrowser) async throws -> Bool {
        let cookie = browser.cookies.session ?? ""
        return try await browser.fixture.stores.sessions.find(TokenHash(of: cookie), at: browser.fixture.now) != nil
    }

    @Test("a hint of the session signs out without asking, and appends the state")
    func hint() async throws {
        let user = try await signedIn()
        let outcome = try await logOut(
            user.browser, [("id_token_hint", user.idToken), ("post_logout_redirect_uri", Self.bye), ("state", "a b&c")])
        guard case .redirect(let target, let changes) = outcome else { Issue.record("\(outcome)"); return }
        #expect(target == Self.bye + "?state=a+b%26c" || target == Self.bye + "?state=a%20b%26c")
        guard case .clear = changes.session else { Issue.record("cookie kept"); return }
        #expect(try await !isAlive(user.browser))
    }

    @Test("an expired hint is as good")
    func expiredHint() async throws {
        let user = try await signedIn()
        user.browser.fixture.clock.advance(by: .hours(20))
        guard case .redirect = try await logOut(user.browser, [("id_token_hint", user.idToken)]) else { Issue.record("asked"); return }
    }

    @Test("a hint signed with the client's secret is as good, expired or not, for that client and under that secret only")
    func symmetricHint() async throws {
        var fixture = try await EngineFixture.make()
        fixture.web.jwtConfiguration.alg = "HS256"
        _ = try await fixture.stores.clients.update(fixture.web)
        var browser = EngineBrowser(fixture)
        let token = try #require(try await browser.signIn(fixture.web, ["response_type": "id_token"])["id_token"])
        fixture.clock.advance(by: .hours(20))
        guard case .refused = try await logOut(browser, [("id_token_hint", token), ("client_id", fixture.spa.clientID)]) else {
            Issue.record("accepted for another client")
            return
        }
        let again = try EngineBrowser.answer(await browser.authorize(fixture.web, ["prompt": "none", "id_token_hint": token]))
        #expect(again["code"] != nil)
        guard case .redirect(Self.bye, _) = try await logOut(browser, [("id_token_hint", token)]) else {
            Issue.record("refused or asked")
            return
        }
    }

    @Test("a symmetric hint is refused under another secret, and for clients that are public or sign with RSA")
    func forgedSymmetricHint() async throws {
        var fixture = try await EngineFixture.make()
        let payload: (Client) -> JSONObject = {
            ["iss": "https://default.test/", "sub": .string(fixture.user.userID), "aud": .string($0.clientID)]
        }
        let right = Array(EngineFixture.secret.revealed.utf8)
        let keys = try await fixture.environment.signingKeys.keySet(for: fixture.context, host: "default.test", now: fixture.now)
        let published = keys.jwks.serialized
        fixture.spa.jwtConfiguration.alg = "HS256"
        _ = try await fixture.stores.clients.update(fixture.spa)
        for (client, secret) in [(fixture.web, right), (fixture.spa, right), (fixture.spa, []), (fixture.web, published)] {
            let token = JWS.signHS256(typ: "JWT", payload: payload(client), secret: secret, kid: nil)
            guard case .refused = try await logOut(EngineBrowser(fixture), [("id_token_hint", token)]) else {
                Issue.record("accepted for \(client.name)")
                return
            }
        }
        fixture.web.jwtConfiguration.alg = "HS256"
        _ = try await fixture.stores.clients.update(fixture.web)
        let wrong = JWS.signHS256(typ: "JWT", payload: payload(fixture.web), secret: right.reversed(), kid: nil)
        guard case .refused = try await logOut(EngineBrowser(fixture), [("id_token_hint", wrong)]) else {
            Issue.record("accepted")
            return
        }
    }

    @Test("logout_hint is the sid")
    func logoutHint() async throws {
        let user = try await signedIn()
        let pairs = [("client_id", user.browser.fixture.web.clientID), ("logout_hint", user.sid)]
        guard case .redirect(Self.bye, _) = try await logOut(user.browser, pairs) else { Issue.record("asked"); return }
    }

    @Test("without proof the user is asked; only the page's own form goes on")
    func confirmation() async throws {
        let user = try await signedIn()
        let pairs = [("client_id", user.browser.fixture.web.clientID), ("post_logout_redirect_uri", Self.bye)]
        guard case .confirm(let prompt) = try await logOut(user.browser, pairs) else { Issue.record("not asked"); return }
        #expect(prompt.userLabel == EngineFixture.email)
        #expect(prompt.fields.map(\.name) == ["client_id", "post_logout_redirect_uri"])
        for csrf in ["", "x.y", String(prompt.csrf.dropLast())] {
            guard case .confirm = try await logOut(user.browser, pairs + [("_csrf", csrf)]) else { Issue.record("went on"); return }
        }
        // The token is for this request: another address needs another answer.
        guard case .confirm = try await logOut(user.browser, [pairs[0], ("_csrf", prompt.csrf)]) else { Issue.record("went on"); return }
        #expect(try await isAlive(user.browser))
        guard case .redirect(Self.bye, _) = try await logOut(user.browser, pairs + [("_csrf", prompt.csrf)]) else {
            Issue.record("asked again")
            return
        }
        #expect(try await !isAlive(user.browser))
    }

    @Test("a tenant may do without asking")
    func unasked() async throws {
        var user = try await signedIn()
        user.browser.fixture.tenant.settings.confirmLogout = false
        guard case .loggedOut = try await logOut(user.browser, []) else { Issue.record("asked"); return }
    }

    @Test("contradictions and unlisted addresses are refused, and end nothing", arguments: [
        ["client_id": "spa00000000000000000000000000000", "id_token_hint": "good"],
        ["id_token_hint": "good", "logout_hint": "another-sid"],
        ["id_token_hint": "bad"],
        ["client_id": "nobody"],
        ["id_token_hint": "good", "post_logout_redirect_uri": bye + "?x=1"],
        ["id_token_hint": "good", "post_logout_redirect_uri": bye + "/"],
        ["id_token_hint": "good", "post_logout_redirect_uri": "https://evil.test/"],
        ["post_logout_redirect_uri": bye],
    ])
    func refused(_ parameters: [String: String]) async throws {
        let user = try await signedIn()
        let forged = user.idToken.split(separator: ".").dropLast().joined(separator: ".") + ".AAAA"
        let pairs = parameters.map { ($0.key, $0.value == "good" ? user.idToken : $0.value == "bad" ? forged : $0.value) }
        guard case .refused(let error, _, _) = try await logOut(user.browser, pairs) else { Issue.record("not refused"); return }
        #expect(error.kind == .invalidRequest)
        #expect(try await isAlive(user.browser))
    }

    @Test("an access token is no hint")
    func accessToken() async throws {
        let user = try await signedIn()
        var browser = user.browser
        let answer = try EngineBrowser.answer(
            await browser.authorize(browser.fixture.web, ["response_type": "token", "audience": EngineFixture.audience]))
        let pairs = [("id_token_hint", try #require(answer["access_token"]))]
        guard case .refused = try await logOut(browser, pairs) else { Issue.record("taken for an ID token"); return }
    }

    @Test("without a session there is nothing to ask")
    func noSession() async throws {
        let fixture = try await EngineFixture.make()
        let outcome = try await logOut(EngineBrowser(fixture), [("client_id", fixture.web.clientID)])
        guard case .redirect(Self.bye, _) = outcome else { Issue.record("\(outcome)"); return }
    }
}

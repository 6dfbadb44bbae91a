import AuthorizationServer
import JOSE
import Logging
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A session with two clients that want to hear of its end, and the worker that tells them.
struct LogoutCase {
    var fixture: EngineFixture
    var browser: EngineBrowser

    static let first = "https://one.example.test/backchannel"
    static let second = "https://two.example.test/backchannel"

    /// Signed in at the confidential client and at the public one; `machine` took no part.
    static func make(
        _ profile: WireProfile = .standard, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> LogoutCase {
        let fixture = try await EngineFixture.make()
        let web = try await fixture.changed(fixture.web) { client in
            (client.wireProfile, client.logout.backchannelLogoutURIs) = (profile, [first])
            change(&client)
        }
        let spa = try await fixture.changed(fixture.spa) { $0.logout.backchannelLogoutURIs = [second] }
        try await fixture.changed(fixture.machine) { $0.logout.backchannelLogoutURIs = ["https://three.example.test/"] }
        var browser = EngineBrowser(fixture)
        _ = try await browser.signIn(web)
        _ = try EngineBrowser.answer(await browser.authorize(spa))
        return LogoutCase(fixture: fixture, browser: browser)
    }

    func session() async throws -> BrowserSession {
        let hash = TokenHash(of: try #require(browser.cookies.session))
        return try #require(try await fixture.stores.sessions.find(hash, at: fixture.now))
    }

    /// `/v2/logout`.
    @discardableResult
    func logOut() async throws -> LogoutOutcome {
        let form = FormParameters([("client_id", fixture.web.clientID)])
        return try await LogoutEndpoint(fixture.context).respond(to: form, browser: browser.cookies, in: browser.request)
    }

    /// Sends what is due, and returns how much was tried.
    @discardableResult
    func deliver() async throws -> Int {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await DeliveryWorker(engine: fixture.engine, environment: fixture.environment, logger: logger)
            .runDue { [now = fixture.now] in now }
    }

    /// The logout tokens that were posted to an address.
    func tokens(_ url: String) -> [String] {
        fixture.outbound.posts.filter { $0.url == url }.compactMap { post in
            let form = try? FormParameters(formBody: post.body.revealed)
            return form.flatMap { try? $0.optional("logout_token", maximumBytes: 16_384) }
        }
    }
}

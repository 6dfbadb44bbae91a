import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A client that asks us to ask the user (OpenID Connect CIBA).
struct BackchannelCase {
    var fixture: EngineFixture
    var client: Client

    static func make(
        _ profile: WireProfile = .standard, ping: Bool = false, _ change: (inout Client) -> Void = { _ in }
    ) async throws -> BackchannelCase {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.changed(fixture.web) { client in
            client.wireProfile = profile
            client.grantTypes = [.ciba, .refreshToken]
            if ping {
                client.ciba.tokenDeliveryMode = .ping
                client.ciba.clientNotificationEndpoint = "https://client.example.test/ping"
            }
            change(&client)
        }
        return BackchannelCase(fixture: fixture, client: client)
    }

    /// What the client sends, with `changes` replacing or (when `nil`) removing parameters.
    func parameters(_ changes: [(String, String?)] = []) -> [(String, String)] {
        var base = [("scope", "openid profile"), ("login_hint", EngineFixture.email)]
        if client.ciba.tokenDeliveryMode == .ping { base.append(("client_notification_token", "notification-token-0123456789")) }
        return fixture.form(base, of: client, changes)
    }

    func begin(_ form: FormParameters) async throws -> JSONObject {
        try await BackchannelAuthenticationEndpoint(fixture.context).respond(
            to: form, authorization: nil, in: fixture.request()).json
    }

    func begin(_ changes: [(String, String?)] = []) async throws -> JSONObject { try await begin(FormParameters(parameters(changes))) }

    /// A new request's `auth_req_id`.
    func id(_ changes: [(String, String?)] = []) async throws -> String {
        try #require(try await begin(changes)["auth_req_id"]?.string)
    }

    func refusal(_ changes: [(String, String?)], _ location: SourceLocation = #_sourceLocation) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) { try await begin(changes) }
        return try #require(error, sourceLocation: location)
    }

    func pollForm(_ id: String, as other: Client? = nil) -> [(String, String)] {
        fixture.form([("grant_type", GrantType.ciba.rawValue), ("auth_req_id", id)], of: other ?? client, [])
    }

    func poll(_ id: String) async throws -> TokenResponse { try await fixture.token(pollForm(id)) }

    func pollRefusal(_ id: String, waiting: Lifetime = 5, as other: Client? = nil) async throws -> OAuthError {
        fixture.clock.advance(by: waiting)
        return try await fixture.refusal(of: pollForm(id, as: other))
    }

    /// The ticket of the last message's link.
    func ticket() throws -> String {
        let text = try #require(fixture.mail.messages.last?.text)
        let link = try #require(text.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("https://default.test/u/approve?") })
        return try #require(TestURL.parameters(of: String(link))["ticket"])
    }

    /// Follows the link and signs in as somebody: the state of the transaction.
    func open(_ browser: inout EngineBrowser, as identifier: String = EngineFixture.email) async throws -> String {
        let link = BackchannelApprovalLink(fixture.context)
        let outcome = browser.keep(try await link.open(ticket: try ticket(), browser: browser.cookies, in: browser.request))
        let state = try EngineBrowser.state(outcome, at: PagePath.resume)
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.login)
        _ = try await browser.logIn(state, as: identifier)
        return state
    }

    func decide(_ allows: Bool) async throws -> ApprovalOutcome {
        var browser = EngineBrowser(fixture)
        let state = try await open(&browser)
        let step = DeferredApprovalStep(fixture.context)
        guard case .show(let prompt) = try await step.show(browser.visit(state)) else {
            throw EngineBrowser.Failure.unexpected("no approval page")
        }
        return try await step.submit(allows: allows, csrf: prompt.page.csrf, browser.visit(state))
    }
}

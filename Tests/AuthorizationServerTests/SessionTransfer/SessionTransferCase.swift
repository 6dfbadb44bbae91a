import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A native application whose user is signed in, and a web application that takes session transfer tokens.
struct SessionTransferCase {
    static let audience = "urn:default.test:session_transfer"
    static let scopes = "openid profile read:items offline_access"

    var fixture: EngineFixture
    var native: Client
    var web: Client
    /// The user's address at the application and, unless a test changes it, at the browser.
    var address = "203.0.113.7"

    static func make(
        native changeNative: (inout Client) -> Void = { _ in }, web changeWeb: (inout Client) -> Void = { _ in }
    ) async throws -> SessionTransferCase {
        let fixture = try await EngineFixture.make()
        let native = try await fixture.changed(fixture.native) { client in
            client.sessionTransfer.canCreateSessionTransferToken = true
            changeNative(&client)
        }
        let web = try await fixture.changed(fixture.web) { client in
            client.sessionTransfer.allowedAuthenticationMethods = [.query, .cookie]
            changeWeb(&client)
        }
        return SessionTransferCase(fixture: fixture, native: native, web: web)
    }

    /// Signs in with the password in a browser of its own, and exchanges the code.
    func refreshToken(for client: Client? = nil) async throws -> String {
        let client = client ?? native
        var browser = EngineBrowser(fixture)
        let answer = try await browser.signIn(client, ["scope": Self.scopes, "audience": EngineFixture.audience])
        let form = fixture.codeForm(try #require(answer["code"]), from: client)
        return try #require(try await fixture.token(form).refreshToken)
    }

    func form(_ token: String, _ changes: [(String, String?)] = [], from client: Client? = nil) -> [(String, String)] {
        fixture.refreshForm(token, from: client ?? native, [("audience", Self.audience)] + changes)
    }

    /// A session transfer token for a refresh token, by default for a new one.
    func transferToken(for token: String? = nil, from client: Client? = nil) async throws -> String {
        let refreshToken = if let token { token } else { try await refreshToken(for: client) }
        let form = FormParameters(form(refreshToken, from: client))
        return try await TokenEndpoint(fixture.context).respond(
            to: form, authorization: nil, in: fixture.request(address: address)
        ).accessToken
    }

    var browser: EngineBrowser { EngineBrowser(fixture) }

    /// The code of a web application's answer, redeemed.
    func redeem(_ answer: AuthorizationResponse, for client: Client? = nil) async throws -> TokenResponse {
        try await fixture.token(fixture.codeForm(try #require(answer["code"]), from: client ?? web))
    }

    /// The session that the browser's cookie names.
    func session(of browser: EngineBrowser) async throws -> BrowserSession? {
        guard let cookie = browser.cookies.session else { return nil }
        return try await fixture.stores.sessions.find(TokenHash(of: cookie), at: fixture.now)
    }

    /// The reason of the last refused token.
    func lastWarning() async throws -> String? {
        let event = try await fixture.stores.logs.latest(limit: 10).first { $0.event.type == .loginWarning }?.event
        return event?.description
    }
}

extension EngineBrowser {
    /// `/authorize` with a session transfer token in the query, to the client's answer.
    mutating func arrive(_ client: Client, _ token: String, _ changes: [String: String] = [:]) async throws -> AuthorizeOutcome {
        try await authorize(client, ["session_transfer_token": token].merging(changes) { $1 })
    }

    /// Whether the user sees the login page.
    static func isLogin(_ outcome: AuthorizeOutcome) -> Bool { (try? state(outcome, at: PagePath.login)) != nil }
}

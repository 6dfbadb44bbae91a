import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

extension EngineFixture {
    /// The client as a strict third party, stored.
    func stranger(_ client: Client, _ change: (inout Client) -> Void = { _ in }) async throws -> Client {
        try await changed(client) { client in
            client.isFirstParty = false
            client.refreshToken = .rotatingDefaults
            change(&client)
        }
    }

    /// Lets a client ask for the fixture's API.
    func grant(_ scopes: Scopes, to client: Client) async throws {
        try await stores.clientGrants.insert(
            ClientGrant(id: "cgr_00000000stranger", clientID: client.clientID, audience: api.identifier, scope: scopes))
    }

    /// Through login and consent to the client's answer.
    func consented(
        _ client: Client, _ changes: [String: String] = [:], _ browser: inout EngineBrowser
    ) async throws -> AuthorizationResponse {
        let state = try EngineBrowser.state(await browser.authorize(client, Self.strictParameters(changes)), at: PagePath.login)
        _ = try await browser.logIn(state)
        _ = try EngineBrowser.state(await browser.resume(state), at: PagePath.consent)
        let step = ConsentStep(context)
        let csrf = try browser.prompt(await step.show(browser.visit(state))).page.csrf
        _ = try await step.submit(allows: true, csrf: csrf, browser.visit(state))
        return try EngineBrowser.answer(await browser.resume(state))
    }

    /// PKCE for confidential clients too.
    static func strictParameters(_ changes: [String: String] = [:]) -> [String: String] {
        ["code_challenge": PKCEExample.challenge, "code_challenge_method": "S256"].merging(changes) { $1 }
    }

    /// The refusal of `/authorize`, wherever it ends; `nil` when a page of ours comes.
    func refusal(of client: Client, _ changes: [String: String]) async throws -> OAuthError? {
        var browser = EngineBrowser(self)
        do {
            switch try await browser.authorize(client, Self.strictParameters(changes)) {
            case .page: return nil
            case .answer(let answer, _): return answer.error
            }
        } catch AuthorizeFailure.shownToUser(let error, _) {
            return error
        }
    }
}

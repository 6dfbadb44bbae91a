import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Endpoints that take or mail a user's proof are not for strict third parties (contract 4.7).
@Suite struct StrictEndpointTests {
    private func make(_ mode: ThirdPartySecurityMode?) async throws -> (EngineFixture, Client) {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        let email = try #require(try await fixture.stores.connections.find(name: "email"))
        try await fixture.changed(email) { $0.isDomainConnection = true }
        let client = try await fixture.changed(fixture.web) { ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, mode) }
        return (fixture, client)
    }

    private func call(_ place: String, _ fixture: EngineFixture, _ client: Client) async throws {
        let (context, request) = (fixture.context, fixture.request())
        let database = [("client_id", client.clientID), ("connection", fixture.connection.name), ("email", EngineFixture.email)]
        let newcomer = [("client_id", client.clientID), ("connection", fixture.connection.name), ("email", "new@example.test")]
        let start = fixture.form([("connection", "email"), ("email", "new@example.test"), ("send", place)], of: client, [])
        switch place {
        case "signup":
            _ = try await SignupEndpoint(context).respond(
                to: FormParameters(newcomer + [("password", "Correct-Horse-8")]), in: request)
        case "change_password": _ = try await ChangePasswordEndpoint(context).respond(to: FormParameters(database), in: request)
        default: _ = try await PasswordlessStart(context).respond(to: FormParameters(start), authorization: nil, in: request)
        }
    }

    @Test("signing up, new passwords, codes and links are refused, and nobody gets a mail", arguments: [
        "signup", "change_password", "code", "link",
    ])
    func refused(_ place: String) async throws {
        let (fixture, client) = try await make(nil)
        let error = await #expect(throws: OAuthError.self) { try await call(place, fixture, client) }
        #expect(error?.kind == .unauthorizedClient && error?.description == "Third-party clients may not use this endpoint.")
        #expect(fixture.mail.messages.isEmpty)
    }

    @Test("a permissive third party may", arguments: ["signup", "change_password", "code", "link"])
    func permissive(_ place: String) async throws {
        let (fixture, client) = try await make(.permissive)
        try await call(place, fixture, client)
        let users = fixture.stores.users
        let made = try await users.findCredential(connection: fixture.connection.name, identifier: "new@example.test")
        #expect(place == "signup" ? made != nil : fixture.mail.messages.count == 1)
    }

    @Test("a link that was mailed before the client became a stranger leads nowhere")
    func oldLink() async throws {
        let (fixture, client) = try await make(.permissive)
        try await call("link", fixture, client)
        let link = try #require(fixture.mailedLink)
        try await fixture.changed(client) { $0.thirdPartySecurityMode = .strict }
        let query = try FormParameters(query: String(try #require(link.split(separator: "?").last)))
        await #expect(throws: AuthorizeFailure.self) {
            try await PasswordlessLink(fixture.context).open(query, browser: BrowserState(), in: fixture.request())
        }
    }
}

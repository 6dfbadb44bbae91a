import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A client whose own pages ask for passwords, and what they send.
enum CrossOriginCase {
    static let passwordRealm = "http://auth0.com/oauth/grant-type/password-realm"
    static let passwordlessOTP = "http://auth0.com/oauth/grant-type/passwordless/otp"

    /// `web` may use `/co/authenticate`, codes included.
    static func fixture() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        fixture.web.crossOriginAuthentication = true
        _ = try await fixture.stores.clients.update(fixture.web)
        return fixture
    }

    /// The body that auth0.js sends; a `nil` removes a member.
    static func body(_ fixture: EngineFixture, _ changes: [String: String?] = [:]) -> FormParameters {
        var members = [
            ("client_id", fixture.web.clientID), ("username", EngineFixture.email),
            ("password", EngineFixture.password.revealed), ("realm", fixture.connection.name), ("credential_type", passwordRealm),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return FormParameters(members)
    }

    static func authenticate(_ fixture: EngineFixture, _ changes: [String: String?] = [:]) async throws -> CrossOriginLogin {
        try await CrossOriginAuthentication(fixture.context).respond(to: body(fixture, changes), in: fixture.request())
    }

    /// The refusal of a body. Fails the test when there is none.
    static func refusal(
        _ fixture: EngineFixture, _ changes: [String: String?] = [:], _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
            try await authenticate(fixture, changes)
        }
        return try #require(error, sourceLocation: location)
    }

    /// A browser on a page of the client that just got a ticket.
    static func browserWithTicket(_ fixture: EngineFixture) async throws -> (browser: EngineBrowser, ticket: String) {
        let login = try await authenticate(fixture)
        var browser = EngineBrowser(fixture)
        browser.keep(login.changes)
        return (browser, login.ticket.revealed)
    }
}

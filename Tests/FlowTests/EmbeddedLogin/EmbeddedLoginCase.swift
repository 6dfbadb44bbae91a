import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What the tests of Lock's and auth0.js's endpoints share: a client whose own page asks for passwords, and the calls of that page.
enum EmbeddedLoginCase {
    static let origin = "https://app.example.test"
    static let passwordRealm = "http://auth0.com/oauth/grant-type/password-realm"
    static let passwordlessOTP = "http://auth0.com/oauth/grant-type/passwordless/otp"

    /// `spa` and `web` may use `/co/authenticate`; there are passwordless connections.
    static func server() async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        fixture.web.grantTypes += [.implicit, .clientCredentials]
        (fixture.spa.crossOriginAuthentication, fixture.web.crossOriginAuthentication) = (true, true)
        for client in [fixture.spa, fixture.web] { _ = try await fixture.stores.clients.update(client) }
        return try await TestServer.make(fixture)
    }

    /// Exactly the members that auth0.js sends; a `nil` removes one.
    static func members(_ client: Client, _ changes: [String: String?] = [:]) -> [(String, String)] {
        var members = [
            ("client_id", client.clientID), ("username", EngineFixture.email), ("password", EngineFixture.password.revealed),
            ("realm", "Username-Password-Authentication"), ("credential_type", passwordRealm),
        ]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            members.removeAll { $0.0 == name }
            if let value { members.append((name, value)) }
        }
        return members
    }

    /// The credentialed call of a page at `origin`, in its user's browser.
    static func authenticate(
        _ browser: inout TestBrowser, _ client: Client, _ changes: [String: String?] = [:], from origin: String? = origin
    ) async throws -> WireAnswer {
        var request = WireRequest.json("/co/authenticate", members(client, changes))
        if let origin { request = request.from(origin: origin) }
        return try await browser.send(request)
    }

    /// A browser that just got a ticket.
    static func withTicket(_ server: TestServer, _ client: Client) async throws -> (journey: Journey, ticket: String) {
        var journey = Journey(server, client)
        let answer = try await authenticate(&journey.browser, client)
        #expect(answer.status == 200)
        return (journey, try #require(answer.member("login_ticket")))
    }

    /// The `response` that a web_message page posts.
    static func posted(by page: TestPage) throws -> JSONObject {
        let start = try #require(page.html.firstRange(of: "\"response\":")).upperBound
        let script = page.html[start...]
        let end = try #require(script.firstRange(of: "};\n")).lowerBound
        return try #require(try JSONValue.parse(Array(script[..<end].utf8)).object)
    }
}

import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What the tests of contract 7.6 and 20 share.
enum PasswordlessCase {
    static let grant = GrantType.passwordlessOTP.rawValue
    static let email = "new@example.test"
    static let phone = "+4915112345678"

    static func server() async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        return try await TestServer.make(fixture)
    }

    static func credentials(_ client: Client) -> [(String, String)] {
        [("client_id", client.clientID)] + (client.clientSecret.map { [("client_secret", $0.revealed)] } ?? [])
    }

    static func start(_ server: TestServer, _ pairs: [(String, String)], _ client: Client? = nil) async throws -> WireAnswer {
        let client = client ?? server.fixture.web
        return try await server.send(.json("/passwordless/start", credentials(client) + pairs))
    }

    static func startEmail(_ server: TestServer, _ address: String = email, _ client: Client? = nil) async throws -> String {
        let answer = try await start(server, [("connection", "email"), ("email", address), ("send", "code")], client)
        #expect(answer.status == 200)
        return try #require(server.fixture.mailedCode)
    }

    static func redeem(
        _ server: TestServer, _ code: String, _ more: [(String, String)] = [], _ client: Client? = nil
    ) async throws -> WireAnswer {
        var pairs = [
            ("grant_type", grant), ("username", email), ("realm", "email"), ("otp", code), ("scope", "openid profile email"),
        ]
        for (name, value) in more {
            pairs.removeAll { $0.0 == name }
            pairs.append((name, value))
        }
        return try await server.send(.json("/oauth/token", credentials(client ?? server.fixture.web) + pairs))
    }
}

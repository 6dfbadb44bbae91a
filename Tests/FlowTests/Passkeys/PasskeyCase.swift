import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What the tests of contract 19 share.
enum PasskeyCase {
    static let email = "new@example.test"

    static func server(_ change: (inout TenantSettings) -> Void = { _ in }) async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        try await fixture.changeSettings(change)
        fixture.verifyPasskeys()
        return try await TestServer.make(fixture)
    }

    static func credentials(of client: Client) -> JSONObject {
        var body: JSONObject = ["client_id": .string(client.clientID)]
        body["client_secret"] = client.clientSecret.map { .string($0.revealed) }
        return body
    }

    static func call(
        _ server: TestServer, _ path: String, _ members: JSONObject = [:], from client: Client? = nil
    ) async throws -> WireAnswer {
        var body = credentials(of: client ?? server.fixture.web)
        for member in members.members { body[member.name] = member.value }
        return try await server.send(.json(path, body))
    }

    static func register(_ server: TestServer, email: String = email) async throws -> WireAnswer {
        try await call(server, "/passkey/register", ["user_profile": .object(["email": .string(email), "name": "New User"])])
    }

    static func parameters(_ answer: WireAnswer) throws -> JSONObject {
        try #require(answer.json?["authn_params_public_key"]?.object)
    }

    static func token(
        _ server: TestServer, _ session: String?, _ response: JSONObject, _ more: JSONObject = [:], from client: Client? = nil
    ) async throws -> WireAnswer {
        var body: JSONObject = [
            "grant_type": .string(GrantType.webauthn.rawValue), "auth_session": .string(session ?? ""),
            "authn_response": .object(response), "scope": "openid profile",
        ]
        for member in more.members { body[member.name] = member.value }
        return try await call(server, "/oauth/token", body, from: client)
    }

    /// A device with the passkey of a new user.
    static func enrolled(_ server: TestServer, email: String = email, credentialID: [UInt8]? = nil) async throws -> PasskeyDevice {
        var device = PasskeyDevice()
        if let credentialID { device.authenticator.credentialID = credentialID }
        let begun = try await register(server, email: email)
        let answer = try await token(server, begun.member("auth_session"), device.create(try parameters(begun)))
        #expect(answer.status == 200)
        return device
    }

    static func logIn(_ server: TestServer, _ device: PasskeyDevice) async throws -> WireAnswer {
        let begun = try await call(server, "/passkey/challenge")
        return try await token(server, begun.member("auth_session"), try device.get(try parameters(begun)))
    }
}

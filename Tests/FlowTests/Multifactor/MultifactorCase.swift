import AuthorizationServer
import HTTPTypes
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// A tenant that asks for a second factor, and an application that goes through it (contract 7.7, 17).
struct MultifactorCase {
    var server: TestServer
    let client: Client

    var fixture: EngineFixture { server.fixture }

    /// - Parameter isEmailVerified: a verified address is a factor of its own.
    static func make(
        policy: MultifactorSettings.Policy = .always, isEmailVerified: Bool = false,
        _ change: (inout MultifactorSettings) -> Void = { _ in }
    ) async throws -> MultifactorCase {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        try await fixture.changeSettings { settings in
            settings.multifactor.policy = policy
            change(&settings.multifactor)
        }
        fixture.user.emailVerified = isEmailVerified
        _ = try await fixture.stores.users.update(fixture.user)
        return MultifactorCase(server: try await TestServer.make(fixture), client: fixture.web)
    }

    static func credentials(of client: Client) -> [(String, String)] {
        [("client_id", client.clientID)] + (client.clientSecret.map { [("client_secret", $0.revealed)] } ?? [])
    }

    func token(_ grant: GrantType, _ pairs: [(String, String)], from other: Client? = nil) async throws -> WireAnswer {
        let credentials = Self.credentials(of: other ?? client)
        return try await server.send(.json("/oauth/token", credentials + [("grant_type", grant.rawValue)] + pairs))
    }

    func logIn(
        scope: String = "openid offline_access", audience: String? = EngineFixture.audience, from other: Client? = nil,
        username: String = EngineFixture.email
    ) async throws -> WireAnswer {
        var pairs = [("username", username), ("password", EngineFixture.password.revealed), ("scope", scope)]
        if let audience { pairs.append(("audience", audience)) }
        return try await token(.password, pairs, from: other)
    }

    /// The `mfa_token` of a login.
    func mfaToken(from other: Client? = nil, username: String = EngineFixture.email) async throws -> String {
        let answer = try await logIn(from: other, username: username)
        #expect(answer.status == 403 && answer.error == "mfa_required")
        return try #require(answer.member("mfa_token"))
    }

    // MARK: The API

    func associate(_ body: JSONObject, with bearer: String) async throws -> WireAnswer {
        try await server.send(.json("/mfa/associate", body).with("Authorization", "Bearer \(bearer)"))
    }

    func challenge(
        _ token: String, _ pairs: [(String, String)] = [], from other: Client? = nil
    ) async throws -> WireAnswer {
        let credentials = Self.credentials(of: other ?? client)
        return try await server.send(.json("/mfa/challenge", credentials + [("mfa_token", token)] + pairs))
    }

    func list(with bearer: String) async throws -> [JSONObject] {
        let answer = try await server.send(WireRequest.get("/mfa/authenticators").with("Authorization", "Bearer \(bearer)"))
        #expect(answer.status == 200)
        return (try? JSONValue.parse(answer.body))?.array?.compactMap(\.object) ?? []
    }

    func remove(_ id: String, with bearer: String) async throws -> WireAnswer {
        let path = "/mfa/authenticators/" + PercentEncoding.encodeForm(id)
        return try await server.send(WireRequest(.delete, path).with("Authorization", "Bearer \(bearer)"))
    }

    func answer(_ token: String, otp: String, from other: Client? = nil) async throws -> WireAnswer {
        try await self.token(.mfaOTP, [("mfa_token", token), ("otp", otp)], from: other)
    }

    func answer(_ token: String, oob: String, binding: String) async throws -> WireAnswer {
        try await self.token(.mfaOOB, [("mfa_token", token), ("oob_code", oob), ("binding_code", binding)])
    }

    // MARK: An authenticator application

    static let otp: JSONObject = ["authenticator_types": .strings(["otp"])]
    static let sms: JSONObject = [
        "authenticator_types": .strings(["oob"]), "oob_channels": .strings(["sms"]), "phone_number": "+4915112345678",
    ]
    static let voice: JSONObject = [
        "authenticator_types": .strings(["oob"]), "oob_channels": .strings(["voice"]), "phone_number": "+4915112345678",
    ]
    static let mail: JSONObject = ["authenticator_types": .strings(["oob"]), "oob_channels": .strings(["email"])]

    func code(_ secret: [UInt8]) -> String {
        fixture.environment.timeBasedCodes.code(secret: SecretBytes(secret), at: fixture.now)
    }

    /// Enrols and confirms an application. Returns its secret and the recovery code. The clock then stands at the next step.
    func enroll() async throws -> (secret: [UInt8], recovery: String) {
        let token = try await mfaToken()
        let made = try await associate(Self.otp, with: token)
        let secret = try #require(made.member("secret").flatMap { Base32.decode($0) })
        #expect(try await answer(token, otp: code(secret)).status == 200)
        fixture.clock.advance(by: 30)
        return (secret, try #require(made.json?["recovery_codes"]?.array?.first?.string))
    }

    /// An access token for the multi-factor API.
    func apiToken(_ secret: [UInt8], scope: String = "enroll read:authenticators remove:authenticators") async throws -> String {
        let token = try #require(try await logIn(scope: scope, audience: "https://default.test/mfa/").member("mfa_token"))
        let answer = try await answer(token, otp: code(secret))
        fixture.clock.advance(by: 30)
        return try #require(answer.member("access_token"))
    }

    /// Another user with the same password.
    func addUser(_ email: String = "other@example.test") async throws -> User {
        let user = User(
            userID: "auth0|ffffffffffffffffffffffff", connection: fixture.connection.name, email: email, createdAt: fixture.now)
        try await fixture.stores.users.insert(user, passwordHash: SecretString("fake$" + EngineFixture.password.revealed))
        return user
    }
}

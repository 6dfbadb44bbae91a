import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 19 over HTTP, with a software authenticator and real verification.
@Suite struct PasskeyTests {
    private static let email = "new@example.test"

    private static func server(_ change: (inout TenantSettings) -> Void = { _ in }) async throws -> TestServer {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        try await fixture.changeSettings(change)
        fixture.verifyPasskeys()
        return try await TestServer.make(fixture)
    }

    private static func credentials(of client: Client) -> JSONObject {
        var body: JSONObject = ["client_id": .string(client.clientID)]
        body["client_secret"] = client.clientSecret.map { .string($0.revealed) }
        return body
    }

    private static func call(
        _ server: TestServer, _ path: String, _ members: JSONObject = [:], from client: Client? = nil
    ) async throws -> WireAnswer {
        var body = credentials(of: client ?? server.fixture.web)
        for member in members.members { body[member.name] = member.value }
        return try await server.send(.json(path, body))
    }

    private static func register(_ server: TestServer, email: String = email) async throws -> WireAnswer {
        try await call(server, "/passkey/register", ["user_profile": .object(["email": .string(email), "name": "New User"])])
    }

    private static func parameters(_ answer: WireAnswer) throws -> JSONObject {
        try #require(answer.json?["authn_params_public_key"]?.object)
    }

    private static func token(
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
    private static func enrolled(_ server: TestServer) async throws -> PasskeyDevice {
        var device = PasskeyDevice()
        let begun = try await register(server)
        let answer = try await token(server, begun.member("auth_session"), device.create(try parameters(begun)))
        #expect(answer.status == 200)
        return device
    }

    private static func logIn(_ server: TestServer, _ device: PasskeyDevice) async throws -> WireAnswer {
        let begun = try await call(server, "/passkey/challenge")
        return try await token(server, begun.member("auth_session"), try device.get(try parameters(begun)))
    }

    @Test("a sign-up makes a user who signs in again with the same passkey")
    func journey() async throws {
        let server = try await Self.server()
        let begun = try await Self.register(server)
        let parameters = try Self.parameters(begun)
        let names = ["challenge", "timeout", "rp", "user", "pubKeyCredParams", "authenticatorSelection"]
        #expect(parameters.members.map(\.name) == names)
        #expect(parameters["rp"]?.object?["id"]?.string == "default.test")
        #expect(parameters["user"]?.object?["id"]?.string.flatMap { Base64URL.decode($0) }?.count == 32)
        #expect(parameters["challenge"]?.string.flatMap { Base64URL.decode($0) }?.count == 32)
        var device = PasskeyDevice()
        let first = try await Self.token(server, begun.member("auth_session"), device.create(parameters))
        #expect(first.status == 200)
        let claims = try #require(Journey.claims(of: first.member("id_token")))
        let id = try #require(claims["sub"]?.string)
        #expect(id.hasPrefix("auth0|"))
        let user = try #require(try await server.fixture.stores.users.find(id))
        #expect(user.email == Self.email && !user.emailVerified && user.profile.name == "New User")
        let login = try await Self.call(server, "/passkey/challenge")
        #expect(try Self.parameters(login).members.map(\.name) == ["challenge", "timeout", "rpId", "userVerification"])
        let second = try await Self.token(server, login.member("auth_session"), try device.get(try Self.parameters(login)))
        #expect(Journey.claims(of: second.member("id_token"))?["sub"]?.string == id)
    }

    @Test("an auth_session is answered once, within five minutes, by its own client")
    func sessions() async throws {
        let server = try await Self.server()
        let device = try await Self.enrolled(server)
        let begun = try await Self.call(server, "/passkey/challenge")
        let (session, response) = (begun.member("auth_session"), try device.get(try Self.parameters(begun)))
        let stolen = try await Self.token(server, session, response, from: server.fixture.native)
        #expect(stolen.status == 400 && stolen.error == "invalid_request")
        #expect(try await Self.token(server, session, response).status == 200)
        #expect(try await Self.token(server, session, response).status == 400)
        let late = try await Self.call(server, "/passkey/challenge")
        server.fixture.clock.advance(by: 300)
        let tooLate = try await Self.token(server, late.member("auth_session"), try device.get(try Self.parameters(late)))
        #expect(tooLate.status == 400)
    }

    @Test("an answer to another challenge is refused, and the challenge is spent")
    func otherChallenge() async throws {
        let server = try await Self.server()
        let device = try await Self.enrolled(server)
        let (one, two) = (try await Self.call(server, "/passkey/challenge"), try await Self.call(server, "/passkey/challenge"))
        let refused = try await Self.token(server, one.member("auth_session"), try device.get(try Self.parameters(two)))
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        let again = try await Self.token(server, one.member("auth_session"), try device.get(try Self.parameters(one)))
        #expect(again.status == 400)
        #expect(try await Self.token(server, two.member("auth_session"), try device.get(try Self.parameters(two))).status == 200)
    }

    @Test("of many answers at once one wins")
    func concurrency() async throws {
        let server = try await Self.server()
        let device = try await Self.enrolled(server)
        let begun = try await Self.call(server, "/passkey/challenge")
        let response = try device.get(try Self.parameters(begun))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await Self.token(server, begun.member("auth_session"), response).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
    }

    struct Forged: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout PasskeyDevice) -> Void
    }

    static let forged: [Forged] = [
        Forged(testDescription: "another origin") { $0.origin = "https://evil.example" },
        Forged(testDescription: "a look-alike origin") { $0.origin = "https://default.test.evil.example" },
        Forged(testDescription: "plain http") { $0.origin = "http://default.test" },
        Forged(testDescription: "another relying party") { $0.authenticator.relyingPartyID = "evil.example" },
        Forged(testDescription: "nobody present") { $0.isTouched = false },
        Forged(testDescription: "another key") { $0.replaceKey() },
        Forged(testDescription: "an unknown credential") { $0.authenticator.credentialID = [1, 2, 3] },
        Forged(testDescription: "another user handle") { $0.userHandle = Base64URL.encode(Array(repeating: 7, count: 32)) },
        Forged(testDescription: "no user handle") { $0.userHandle = nil },
    ]

    @Test("a forged answer is refused in one text", arguments: forged)
    func forgeries(_ forged: Forged) async throws {
        let server = try await Self.server()
        var device = try await Self.enrolled(server)
        forged.change(&device)
        let refused = try await Self.logIn(server, device)
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        #expect(refused.errorDescription == "The passkey could not be verified.")
    }

    @Test("a counter that does not grow is a clone's")
    func counter() async throws {
        let server = try await Self.server()
        var device = try await Self.enrolled(server)
        device.authenticator.signatureCount = 5
        #expect(try await Self.logIn(server, device).status == 200)
        #expect(try await Self.logIn(server, device).status == 403)
        device.authenticator.signatureCount = 4
        #expect(try await Self.logIn(server, device).status == 403)
        device.authenticator.signatureCount = 6
        #expect(try await Self.logIn(server, device).status == 200)
    }

    @Test("an application's own pages may run a ceremony")
    func applicationOrigin() async throws {
        let server = try await Self.server { $0.passkeys.origins = ["android:apk-key-hash:abc"] }
        var device = try await Self.enrolled(server)
        for origin in ["https://app.example.test", "android:apk-key-hash:abc"] {
            device.origin = origin
            #expect(try await Self.logIn(server, device).status == 200)
        }
    }

    @Test("somebody else's address cannot be taken, also not by two sign-ups at once")
    func takenIdentifier() async throws {
        let server = try await Self.server()
        let taken = try await Self.register(server, email: "USER@example.test")
        #expect(taken.status == 400 && taken.error == "invalid_request")
        let (one, two) = (try await Self.register(server), try await Self.register(server))
        var (first, second) = (PasskeyDevice(), PasskeyDevice())
        second.authenticator.credentialID = Array(repeating: 9, count: 32)
        let made = try await Self.token(server, one.member("auth_session"), first.create(try Self.parameters(one)))
        #expect(made.status == 200)
        let late = try await Self.token(server, two.member("auth_session"), second.create(try Self.parameters(two)))
        #expect(late.status == 400 && late.error == "invalid_request")
        #expect(try await Self.logIn(server, second).status == 403)
        #expect(try await Self.logIn(server, first).status == 200)
    }

    @Test("a credential that is known cannot be registered for another user")
    func knownCredential() async throws {
        let server = try await Self.server()
        var device = try await Self.enrolled(server)
        let begun = try await Self.register(server, email: "thief@example.test")
        let refused = try await Self.token(server, begun.member("auth_session"), device.create(try Self.parameters(begun)))
        #expect(refused.status == 403)
        let found = try await server.fixture.stores.users.findCredential(
            connection: server.fixture.connection.name, identifier: "thief@example.test")
        #expect(found == nil)
    }

    @Test("a form cannot carry the answer, nor can text")
    func jsonOnly() async throws {
        let server = try await Self.server()
        let device = try await Self.enrolled(server)
        let begun = try await Self.call(server, "/passkey/challenge")
        let response = try device.get(try Self.parameters(begun)).serializedString
        let pairs = [
            ("grant_type", GrantType.webauthn.rawValue), ("auth_session", begun.member("auth_session") ?? ""),
            ("authn_response", response), ("client_id", server.fixture.web.clientID),
            ("client_secret", EngineFixture.secret.revealed),
        ]
        #expect(try await server.send(.form("/oauth/token", pairs)).status == 400)
        #expect(try await server.send(.json("/oauth/token", pairs)).status == 400)
    }

    @Test("switched off it is not there; third parties and other clients may not")
    func admission() async throws {
        let off = try await Self.server { $0.passkeys.enabled = false }
        for path in ["/passkey/challenge", "/passkey/register"] {
            let answer = try await Self.call(off, path)
            #expect(answer.status == 404 && answer.error == "endpoint_disabled")
        }
        let server = try await Self.server()
        #expect(try await Self.call(server, "/passkey/challenge", from: server.fixture.machine).error == "unauthorized_client")
        let wrong = try await Self.call(server, "/passkey/challenge", ["client_secret": "x"])
        #expect(wrong.status == 401 && wrong.error == "invalid_client")
        var third = server.fixture.web
        third.isFirstParty = false
        _ = try await server.fixture.stores.clients.update(third)
        #expect(try await Self.call(server, "/passkey/challenge").status == 403)
    }

    @Test("a passkey that verified its user is two factors, one that did not is one", arguments: [true, false])
    func secondFactor(isVerified: Bool) async throws {
        var server = try await Self.server()
        var device = try await Self.enrolled(server)
        var fixture = server.fixture
        try await fixture.changeSettings { $0.multifactor.policy = .always }
        server = try await TestServer.make(fixture)
        device.asksForPIN = isVerified
        let answer = try await Self.logIn(server, device)
        #expect(answer.status == (isVerified ? 200 : 403))
        #expect(answer.error == (isVerified ? nil : "mfa_required"))
    }

    static let malformedProfiles: [(JSONObject, String)] = [
        (["email": "nobody"], "user_profile.email"), (["name": "x"], "user_profile.email"),
        (["email": "a@b.test", "username": "x"], "user_profile.username"), (["email": 1], "user_profile.email"),
        (["email": "a@b.test", "phone_number": "12"], "user_profile.phone_number"),
    ]

    @Test("a malformed sign-up names what is wrong", arguments: malformedProfiles)
    func malformed(_ profile: JSONObject, _ field: String) async throws {
        let server = try await Self.server()
        let answer = try await Self.call(server, "/passkey/register", ["user_profile": .object(profile)])
        #expect(answer.status == 400 && answer.errorDescription == "Malformed parameter: \(field)")
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 19 over HTTP, with a software authenticator and real verification.
@Suite struct PasskeyTests {
    private typealias Case = PasskeyCase

    @Test("a sign-up makes a user who signs in again with the same passkey")
    func journey() async throws {
        let server = try await Case.server()
        let begun = try await Case.register(server)
        let parameters = try Case.parameters(begun)
        let names = ["challenge", "timeout", "rp", "user", "pubKeyCredParams", "authenticatorSelection"]
        #expect(parameters.members.map(\.name) == names)
        #expect(parameters["rp"]?.object?["id"]?.string == "default.test")
        #expect(parameters["user"]?.object?["id"]?.string.flatMap { Base64URL.decode($0) }?.count == 32)
        #expect(parameters["challenge"]?.string.flatMap { Base64URL.decode($0) }?.count == 32)
        var device = PasskeyDevice()
        let first = try await Case.token(server, begun.member("auth_session"), device.create(parameters))
        #expect(first.status == 200)
        let claims = try #require(Journey.claims(of: first.member("id_token")))
        let id = try #require(claims["sub"]?.string)
        #expect(id.hasPrefix("auth0|"))
        let user = try #require(try await server.fixture.stores.users.find(id))
        #expect(user.email == Case.email && !user.emailVerified && user.profile.name == "New User")
        let login = try await Case.call(server, "/passkey/challenge")
        #expect(try Case.parameters(login).members.map(\.name) == ["challenge", "timeout", "rpId", "userVerification"])
        let second = try await Case.token(server, login.member("auth_session"), try device.get(try Case.parameters(login)))
        #expect(Journey.claims(of: second.member("id_token"))?["sub"]?.string == id)
    }

    @Test("an auth_session is answered once, within five minutes, by its own client")
    func sessions() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let begun = try await Case.call(server, "/passkey/challenge")
        let (session, response) = (begun.member("auth_session"), try device.get(try Case.parameters(begun)))
        let stolen = try await Case.token(server, session, response, from: server.fixture.native)
        #expect(stolen.status == 400 && stolen.error == "invalid_request")
        #expect(try await Case.token(server, session, response).status == 200)
        #expect(try await Case.token(server, session, response).status == 400)
        let late = try await Case.call(server, "/passkey/challenge")
        server.fixture.clock.advance(by: 300)
        let tooLate = try await Case.token(server, late.member("auth_session"), try device.get(try Case.parameters(late)))
        #expect(tooLate.status == 400)
    }

    @Test("an answer to another challenge is refused, and the challenge is spent")
    func otherChallenge() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let (one, two) = (try await Case.call(server, "/passkey/challenge"), try await Case.call(server, "/passkey/challenge"))
        let refused = try await Case.token(server, one.member("auth_session"), try device.get(try Case.parameters(two)))
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        let again = try await Case.token(server, one.member("auth_session"), try device.get(try Case.parameters(one)))
        #expect(again.status == 400)
        #expect(try await Case.token(server, two.member("auth_session"), try device.get(try Case.parameters(two))).status == 200)
    }

    @Test("of many answers at once one wins")
    func concurrency() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let begun = try await Case.call(server, "/passkey/challenge")
        let response = try device.get(try Case.parameters(begun))
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 { group.addTask { try await Case.token(server, begun.member("auth_session"), response).status } }
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
        let server = try await Case.server()
        var device = try await Case.enrolled(server)
        forged.change(&device)
        let refused = try await Case.logIn(server, device)
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        #expect(refused.errorDescription == "The passkey could not be verified.")
    }

    @Test("a counter that does not grow is a clone's")
    func counter() async throws {
        let server = try await Case.server()
        var device = try await Case.enrolled(server)
        device.authenticator.signatureCount = 5
        #expect(try await Case.logIn(server, device).status == 200)
        #expect(try await Case.logIn(server, device).status == 403)
        device.authenticator.signatureCount = 4
        #expect(try await Case.logIn(server, device).status == 403)
        device.authenticator.signatureCount = 6
        #expect(try await Case.logIn(server, device).status == 200)
    }

    @Test("an application's own pages may run a ceremony")
    func applicationOrigin() async throws {
        let server = try await Case.server { $0.passkeys.origins = ["android:apk-key-hash:abc"] }
        var device = try await Case.enrolled(server)
        for origin in ["https://app.example.test", "android:apk-key-hash:abc"] {
            device.origin = origin
            #expect(try await Case.logIn(server, device).status == 200)
        }
    }

    @Test("somebody else's address cannot be taken, also not by two sign-ups at once")
    func takenIdentifier() async throws {
        let server = try await Case.server()
        let taken = try await Case.register(server, email: "USER@example.test")
        #expect(taken.status == 400 && taken.error == "invalid_request")
        let (one, two) = (try await Case.register(server), try await Case.register(server))
        var (first, second) = (PasskeyDevice(), PasskeyDevice())
        second.authenticator.credentialID = Array(repeating: 9, count: 32)
        let made = try await Case.token(server, one.member("auth_session"), first.create(try Case.parameters(one)))
        #expect(made.status == 200)
        let late = try await Case.token(server, two.member("auth_session"), second.create(try Case.parameters(two)))
        #expect(late.status == 400 && late.error == "invalid_request")
        #expect(try await Case.logIn(server, second).status == 403)
        #expect(try await Case.logIn(server, first).status == 200)
    }

    @Test("a credential that is known cannot be registered for another user")
    func knownCredential() async throws {
        let server = try await Case.server()
        var device = try await Case.enrolled(server)
        let begun = try await Case.register(server, email: "thief@example.test")
        let refused = try await Case.token(server, begun.member("auth_session"), device.create(try Case.parameters(begun)))
        #expect(refused.status == 403)
        let found = try await server.fixture.stores.users.findCredential(
            connection: server.fixture.connection.name, identifier: "thief@example.test")
        #expect(found == nil)
    }

    @Test("a form cannot carry the answer, nor can text")
    func jsonOnly() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let begun = try await Case.call(server, "/passkey/challenge")
        let response = try device.get(try Case.parameters(begun)).serializedString
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
        let off = try await Case.server { $0.passkeys.enabled = false }
        for path in ["/passkey/challenge", "/passkey/register"] {
            let answer = try await Case.call(off, path)
            #expect(answer.status == 404 && answer.error == "endpoint_disabled")
        }
        let server = try await Case.server()
        #expect(try await Case.call(server, "/passkey/challenge", from: server.fixture.machine).error == "unauthorized_client")
        let wrong = try await Case.call(server, "/passkey/challenge", ["client_secret": "x"])
        #expect(wrong.status == 401 && wrong.error == "invalid_client")
        var third = server.fixture.web
        third.isFirstParty = false
        _ = try await server.fixture.stores.clients.update(third)
        #expect(try await Case.call(server, "/passkey/challenge").status == 403)
    }

    @Test("a passkey that verified its user is two factors, one that did not is one", arguments: [true, false])
    func secondFactor(isVerified: Bool) async throws {
        var server = try await Case.server()
        var device = try await Case.enrolled(server)
        var fixture = server.fixture
        try await fixture.changeSettings { $0.multifactor.policy = .always }
        server = try await TestServer.make(fixture)
        device.asksForPIN = isVerified
        let answer = try await Case.logIn(server, device)
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
        let server = try await Case.server()
        let answer = try await Case.call(server, "/passkey/register", ["user_profile": .object(profile)])
        #expect(answer.status == 400 && answer.errorDescription == "Malformed parameter: \(field)")
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Ceremonies that were stolen, replayed, swapped or forged (WebAuthn 7.1, 7.2, 13.4; contract 19).
@Suite struct PasskeyAttackTests {
    private typealias Case = PasskeyCase

    private static func challenge(
        _ server: TestServer, from client: Client? = nil
    ) async throws -> (session: String, parameters: JSONObject) {
        let begun = try await Case.call(server, "/passkey/challenge", from: client)
        return (try #require(begun.member("auth_session")), try Case.parameters(begun))
    }

    private static func users(_ server: TestServer) async throws -> Int64 { try await server.rowCounts()["users"] ?? 0 }

    // MARK: Theft

    @Test("a stolen auth_session is nothing at another client, with the right answer too, and stays its owner's")
    func otherClient() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let thief = try await server.thief()
        let (session, parameters) = try await Self.challenge(server)
        let response = try device.get(parameters)
        for client in [thief, server.fixture.native] {
            #expect(try await Case.token(server, session, response, from: client).isRefusal(400...400))
        }
        #expect(try await Case.token(server, session, response).status == 200)
        let own = try await Self.challenge(server, from: thief)
        #expect(try await Case.token(server, own.session, response, from: thief).isRefusal(403...403), "an answer to another challenge")
    }

    @Test("an answer is good once: not for its own session again, nor for another one, nor after it was spoilt")
    func replay() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let (session, parameters) = try await Self.challenge(server)
        let response = try device.get(parameters)
        #expect(try await Case.token(server, session, response).status == 200)
        #expect(try await Case.token(server, session, response).isRefusal(400...400))
        let next = try await Self.challenge(server)
        #expect(try await Case.token(server, next.session, response).isRefusal(403...403))
        #expect(try await Case.token(server, next.session, try device.get(next.parameters)).isRefusal(400...400), "the challenge is spent")
    }

    @Test("a ceremony of sign-up is answered by no login, and the other way round")
    func swapped() async throws {
        let server = try await Case.server()
        var device = try await Case.enrolled(server)
        let count = try await Self.users(server)
        let login = try await Self.challenge(server)
        let signup = try await Case.register(server, email: "more@example.test")
        let attestation = device.create(try Case.parameters(signup))
        #expect(try await Case.token(server, login.session, attestation).isRefusal(400...400))
        let assertion = try device.get(try Case.parameters(signup))
        #expect(try await Case.token(server, signup.member("auth_session"), assertion).isRefusal(400...400))
        #expect(try await Self.users(server) == count)
    }

    @Test("handles of other kinds are no auth_session")
    func otherHandles() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let challenge = try await server.send(.json("/otp/challenge", PasswordlessCase.credentials(server.fixture.web) + [
            ("connection", "Username-Password-Authentication"), ("email", EngineFixture.email),
        ]))
        let otp = try #require(challenge.member("auth_session"))
        let (session, parameters) = try await Self.challenge(server)
        for handle in ["", "x", otp, session + "A", String(session.reversed()), Base64URL.encode(Array(repeating: 0, count: 32))] {
            #expect(try await Case.token(server, handle, try device.get(parameters)).isRefusal(400...400))
        }
        let pairs = [("grant_type", GrantType.passwordlessOTP.rawValue), ("auth_session", session), ("otp", "000000")]
        #expect(try await server.send(.json("/oauth/token", PasswordlessCase.credentials(server.fixture.web) + pairs)).isRefusal())
        #expect(try await Case.token(server, session, try device.get(parameters)).status == 200)
    }

    @Test("a ceremony of one tenant is nothing at another, with the same client and origin list")
    func tenants() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let name = try #require(TenantID("neighbour"))
        var theirs = try await EngineFixture.make(engine: server.fixture.engine, tenant: name)
        try await theirs.allowProofs()
        try await theirs.changeSettings { ($0.passkeys.relyingPartyID, $0.passkeys.origins) = ("default.test", ["https://default.test"]) }
        func there(_ path: String, _ members: JSONObject = [:]) async throws -> WireAnswer {
            var body = Case.credentials(of: theirs.web)
            for member in members.members { body[member.name] = member.value }
            var request = WireRequest.json(path, body)
            request.host = "neighbour.test"
            return try await server.send(request)
        }
        func token(_ session: String, _ response: JSONObject) async throws -> WireAnswer {
            try await there("/oauth/token", [
                "grant_type": .string(GrantType.webauthn.rawValue), "auth_session": .string(session),
                "authn_response": .object(response), "scope": "openid",
            ])
        }
        let (session, parameters) = try await Self.challenge(server)
        #expect(try await token(session, try device.get(parameters)).isRefusal(400...400))
        let begun = try await there("/passkey/challenge")
        let own = try #require(begun.member("auth_session"))
        #expect(try await token(own, try device.get(try Case.parameters(begun))).isRefusal(403...403), "no such credential there")
        #expect(try await Case.token(server, session, try device.get(parameters)).status == 200)
    }

    @Test("a ceremony ends after five minutes to the instant", arguments: [(299_999 as Int64, 200), (300_000, 400)])
    func expiry(_ milliseconds: Int64, _ status: Int) async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let (session, parameters) = try await Self.challenge(server)
        server.fixture.clock.advance(milliseconds: milliseconds)
        #expect(try await Case.token(server, session, try device.get(parameters)).status == status)
    }

    @Test("a realm that is not the ceremony's is refused, and so is a connection that was taken from the client")
    func realm() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let (session, parameters) = try await Self.challenge(server)
        #expect(try await Case.token(server, session, try device.get(parameters), ["realm": "email"]).isRefusal(400...400))
        let second = try await Self.challenge(server)
        var connection = server.fixture.connection
        connection.enabledClients = [server.fixture.native.clientID]
        #expect(try await server.fixture.stores.connections.update(connection))
        #expect(try await Case.token(server, second.session, try device.get(second.parameters)).isRefusal(400...400))
    }

    // MARK: Other users

    @Test("one user's passkey does not pass for another's: handle, credential id and key must all be one's own")
    func otherUser() async throws {
        let server = try await Case.server()
        let victim = try await Case.enrolled(server)
        let own = try await Case.enrolled(server, email: "thief@example.test", credentialID: Array(repeating: 9, count: 32))
        var forged = [own, own, own, victim]
        forged[0].userHandle = victim.userHandle
        forged[1].authenticator.credentialID = victim.authenticator.credentialID
        forged[2].authenticator.credentialID = victim.authenticator.credentialID
        forged[2].userHandle = victim.userHandle
        forged[3].authenticator.credentialID = own.authenticator.credentialID
        for device in forged { #expect(try await Case.logIn(server, device).isRefusal(403...403)) }
        #expect(try await Case.logIn(server, own).status == 200)
        #expect(try await Case.logIn(server, victim).status == 200)
    }

    @Test("a blocked or deleted user's passkey signs nobody in", arguments: [true, false])
    func lostUser(_ isBlocked: Bool) async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let found = try await server.fixture.stores.users.findCredential(
            connection: server.fixture.connection.name, identifier: Case.email)
        let id = try #require(found?.user.userID)
        if isBlocked {
            #expect(try await server.fixture.stores.users.setBlocked(id, true, at: server.fixture.now))
        } else {
            #expect(try await server.fixture.stores.users.delete(id, at: server.fixture.now))
        }
        #expect(try await Case.logIn(server, device).isRefusal(401...403))
    }

    // MARK: Forged ceremonies

    struct Forgery: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout PasskeyDevice) -> Void
    }

    static let forgeries: [Forgery] = [
        Forgery(testDescription: "another origin") { $0.origin = "https://evil.example" },
        Forgery(testDescription: "an origin that begins the same") { $0.origin = "https://default.test.evil.example" },
        Forgery(testDescription: "another port") { $0.origin = "https://default.test:444" },
        Forgery(testDescription: "plain http") { $0.origin = "http://default.test" },
        Forgery(testDescription: "no origin") { $0.origin = "null" },
        Forgery(testDescription: "another relying party") { $0.authenticator.relyingPartyID = "evil.example" },
        Forgery(testDescription: "a subdomain as relying party") { $0.authenticator.relyingPartyID = "login.default.test" },
        Forgery(testDescription: "the relying party in capitals") { $0.authenticator.relyingPartyID = "DEFAULT.TEST" },
        Forgery(testDescription: "nobody present") { $0.isTouched = false },
        Forgery(testDescription: "bytes behind the data") { $0.authenticator.trailer = [0] },
    ]

    @Test("a forged sign-up makes nobody, a forged login signs nobody in", arguments: forgeries)
    func forged(_ forgery: Forgery) async throws {
        let server = try await Case.server()
        let genuine = try await Case.enrolled(server)
        let count = try await Self.users(server)
        var device = genuine
        forgery.change(&device)
        #expect(try await Case.logIn(server, device).isRefusal(403...403))
        device.authenticator.credentialID = Array(repeating: 9, count: 32)
        let begun = try await Case.register(server, email: "more@example.test")
        let response = device.create(try Case.parameters(begun))
        #expect(try await Case.token(server, begun.member("auth_session"), response).isRefusal(403...403))
        #expect(try await Self.users(server) == count)
        #expect(try await Case.logIn(server, genuine).status == 200)
    }

    @Test("an answer to another sign-up's challenge makes nobody")
    func otherSignup() async throws {
        let server = try await Case.server()
        let (mine, theirs) = (
            try await Case.register(server, email: "mine@example.test"), try await Case.register(server, email: "theirs@example.test")
        )
        var device = PasskeyDevice()
        let response = device.create(try Case.parameters(theirs))
        #expect(try await Case.token(server, mine.member("auth_session"), response).isRefusal(403...403))
        #expect(try await Case.token(server, theirs.member("auth_session"), response).status == 200)
    }

    @Test("a counter goes forward only, also with answers at once and at two nodes")
    func counter() async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let (engine, second): (any StorageEngine, any StorageEngine) = (
                try await database.open(), try await database.open()
            )
            var fixture = try await EngineFixture.make(engine: engine)
            try await fixture.allowProofs()
            fixture.verifyPasskeys()
            var other = fixture.otherNode(over: second).environment
            other.webAuthn = fixture.environment.webAuthn
            let here = try await TestServer.make(fixture)
            let there = try await TestServer.make(fixture, over: second, in: other)
            var device = try await Case.enrolled(here)
            device.authenticator.signatureCount = 7
            var answers: [(TestServer, String, JSONObject)] = []
            for node in [here, there, here, there] {
                let (session, parameters) = try await Self.challenge(node)
                answers.append((node, session, try device.get(parameters)))
            }
            let all = answers
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for (node, session, response) in all {
                    group.addTask { try await Case.token(node, session, response).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count == 1 && statuses.filter { $0 == 403 }.count == 3)
            for count in [0, 1, 6, 7] as [UInt32] {
                device.authenticator.signatureCount = count
                #expect(try await Case.logIn(there, device).isRefusal(403...403))
            }
            device.authenticator.signatureCount = 8
            #expect(try await Case.logIn(there, device).status == 200)
            try await second.close()
            try await engine.close()
        }
    }

    @Test("where a second factor is due, a passkey that did not verify its user gets no tokens, at sign-up and login")
    func userVerification() async throws {
        let server = try await Case.server { $0.multifactor.policy = .always }
        var device = PasskeyDevice()
        device.asksForPIN = false
        let begun = try await Case.register(server)
        let signup = try await Case.token(server, begun.member("auth_session"), device.create(try Case.parameters(begun)))
        #expect(signup.isRefusal(403...403) && signup.error == "mfa_required")
        let login = try await Case.logIn(server, device)
        #expect(login.isRefusal(403...403) && login.error == "mfa_required")
        device.asksForPIN = true
        #expect(try await Case.logIn(server, device).status == 200)
    }

    // MARK: Malformed

    @Test("an answer that is none, is too long or comes twice is refused, and costs the ceremony nothing")
    func malformed() async throws {
        let server = try await Case.server()
        let device = try await Case.enrolled(server)
        let (session, parameters) = try await Self.challenge(server)
        let good = try device.get(parameters)
        var wrong: [JSONObject] = [[:], ["type": "public-key"], ["id": "x", "rawId": "x", "type": "public-key", "response": .object([:])]]
        for (name, value) in [
            ("type", "password"), ("rawId", "+/+/"), ("rawId", JSONValue.string(Base64URL.encode(Array(repeating: 1, count: 1024)))),
            ("response", .array([])), ("response", "x"),
        ] as [(String, JSONValue)] {
            var changed = good
            changed[name] = value
            if name == "rawId" { changed["id"] = value }
            wrong.append(changed)
        }
        for response in wrong {
            let refused = try await Case.token(server, session, response)
            #expect(refused.isRefusal(400...400) && refused.error == "invalid_request")
        }
        var body = Case.credentials(of: server.fixture.web)
        body["grant_type"] = .string(GrantType.webauthn.rawValue)
        body["auth_session"] = .string(session)
        for _ in 0..<2 { body.append("authn_response", .object(good)) }
        #expect(try await server.send(.json("/oauth/token", body)).isRefusal(400...400))
        var huge = good
        huge["padding"] = .string(String(repeating: "x", count: 100_000))
        #expect(try await Case.token(server, session, huge).isRefusal(400...413))
        #expect(try await Case.token(server, session, good).status == 200)
    }
}

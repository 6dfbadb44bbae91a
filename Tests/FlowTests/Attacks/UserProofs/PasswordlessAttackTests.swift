import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Codes without passwords: stolen, old, guessed, and mixed up with codes for something else (contract 7.6, 20).
@Suite struct PasswordlessAttackTests {
    private typealias Case = PasswordlessCase

    private static func session(
        _ server: TestServer, _ changes: JSONObject = [:], from client: Client? = nil
    ) async throws -> (handle: String, code: String) {
        var body: JSONObject = ["connection": "Username-Password-Authentication", "email": .string(EngineFixture.email)]
        for (name, value) in Case.credentials(client ?? server.fixture.web) { body[name] = .string(value) }
        for member in changes.members { body[member.name] = member.value }
        let answer = try await server.send(.json("/otp/challenge", body))
        return (try #require(answer.member("auth_session")), try #require(server.fixture.mailedCode))
    }

    private static func answer(
        _ server: TestServer, _ session: String, _ code: String, _ more: [(String, String)] = [], from client: Client? = nil
    ) async throws -> WireAnswer {
        let pairs = [("grant_type", Case.grant), ("auth_session", session), ("otp", code), ("scope", "openid")]
        return try await server.send(.json("/oauth/token", Case.credentials(client ?? server.fixture.web) + pairs + more))
    }

    // MARK: Theft

    @Test("a stolen auth_session is nothing at another client, with the code too, and stays its owner's")
    func otherClient() async throws {
        let server = try await Case.server()
        let thief = try await server.thief()
        let (handle, code) = try await Self.session(server)
        for client in [thief, server.fixture.native] {
            #expect(try await Self.answer(server, handle, code, from: client).isRefusal(400...400))
        }
        let unproved = [("client_id", server.fixture.web.clientID), ("grant_type", Case.grant), ("auth_session", handle), ("otp", code)]
        #expect(try await server.send(.json("/oauth/token", unproved)).isRefusal(401...401))
        let named = try await Self.answer(server, handle, code, [("username", "x@example.test"), ("realm", "email")])
        #expect(Journey.claims(of: named.member("id_token"))?["sub"]?.string == server.fixture.user.userID, "the session decides")
        #expect(try await Self.answer(server, handle, code).isRefusal(400...400), "used")
    }

    @Test("codes are for what they were sent for: sign-in, auth_session, second factor and link do not stand in for each other")
    func purposes() async throws {
        let server = try await Case.server()
        let mail = [("username", EngineFixture.email), ("realm", "email")]
        let signIn = try await Case.startEmail(server, EngineFixture.email)
        let (handle, sessionCode) = try await Self.session(server)
        try #require(signIn != sessionCode)
        #expect(try await Self.answer(server, handle, signIn).isRefusal(400...400))
        #expect(try await Case.redeem(server, sessionCode, mail).isRefusal(403...403))
        _ = try await Case.start(server, [("connection", "email"), ("email", EngineFixture.email), ("send", "link")])
        let link = TestURL.parameters(of: try #require(server.fixture.mailedLink))["verification_code"] ?? ""
        #expect(!link.isEmpty)
        #expect(try await Case.redeem(server, link, mail).isRefusal(400...403))
        var query = TestURL.parameters(of: try #require(server.fixture.mailedLink))
        query["verification_code"] = signIn
        query["connection"] = "sms"
        let opened = try await server.send(.get("/passwordless/verify_redirect", query.map { ($0.key, $0.value) }))
        #expect(opened.redirectParameters["code"] == nil && opened.header("Set-Cookie")?.contains("auth0=") != true)
        #expect(try await Case.redeem(server, signIn, mail).status == 200)
        #expect(try await Self.answer(server, handle, sessionCode).status == 200)
    }

    @Test("a code of an older start is over, at every way to present it")
    func olderStart() async throws {
        let server = try await Case.server()
        let old = try await Case.startEmail(server)
        let new = try await Case.startEmail(server)
        try #require(old != new)
        #expect(try await Case.redeem(server, old).isRefusal(403...403))
        let verify = [("connection", "email"), ("email", Case.email)]
        let stale = try await server.send(.json("/passwordless/verify", verify + [("verification_code", old)]))
        #expect(stale.isRefusal())
        #expect(try await Case.redeem(server, new).status == 200)
        #expect(try await Case.redeem(server, old).isRefusal(403...403))
    }

    @Test("one tenant's codes and sessions are nothing at another with the same clients and users")
    func tenants() async throws {
        let server = try await Case.server()
        let name = try #require(TenantID("neighbour"))
        var theirs = try await EngineFixture.make(engine: server.fixture.engine, tenant: name)
        try await theirs.allowProofs()
        func there(_ pairs: [(String, String)]) async throws -> WireAnswer {
            var request = WireRequest.json("/oauth/token", Case.credentials(theirs.web) + [("grant_type", Case.grant)] + pairs)
            request.host = "neighbour.test"
            return try await server.send(request)
        }
        let code = try await Case.startEmail(server)
        #expect(try await there([("username", Case.email), ("realm", "email"), ("otp", code)]).isRefusal(403...403))
        let (handle, sessionCode) = try await Self.session(server)
        #expect(try await there([("auth_session", handle), ("otp", sessionCode)]).isRefusal(400...400))
        #expect(try await Case.redeem(server, code).status == 200)
        #expect(try await Self.answer(server, handle, sessionCode).status == 200)
    }

    @Test("a connection that was taken from the client meanwhile signs nobody in")
    func closedConnection() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        let (handle, sessionCode) = try await Self.session(server, ["connection": "email", "email": .string(Case.email), "allow_signup": true])
        var connection = try #require(try await server.fixture.stores.connections.find(name: "email"))
        connection.enabledClients = [server.fixture.native.clientID]
        #expect(try await server.fixture.stores.connections.update(connection))
        #expect(try await Case.redeem(server, code).isRefusal(400...403))
        #expect(try await Self.answer(server, handle, sessionCode).isRefusal(400...403))
    }

    @Test("an auth_session ends with its code", arguments: [(179_999 as Int64, 200), (180_000, 400)])
    func expiry(_ milliseconds: Int64, _ status: Int) async throws {
        let server = try await Case.server()
        let (handle, code) = try await Self.session(server)
        server.fixture.clock.advance(milliseconds: milliseconds)
        #expect(try await Self.answer(server, handle, code).status == status)
    }

    @Test("the code gives what the request may have, and no scope that the API does not define")
    func scopes() async throws {
        let server = try await Case.server()
        let wanted = [("scope", "openid read:items admin enroll offline_access"), ("audience", EngineFixture.audience)]
        let answer = try await Case.redeem(server, try await Case.startEmail(server), wanted)
        #expect(answer.member("scope") == "openid read:items offline_access")
    }

    // MARK: Guessing

    @Test("of fifty guesses at once three are looked at, and then the right one is not", arguments: [true, false])
    func fifty(_ isSession: Bool) async throws {
        let server = try await Case.server()
        try await server.withSettings { $0.attackProtection.attemptsPerAccount.capacity = 1000 }
        var handle: String?, code: String
        if isSession { (handle, code) = try await Self.session(server) } else { code = try await Case.startEmail(server) }
        let (session, right) = (handle, code)
        @Sendable func send(_ guess: String) async throws -> WireAnswer {
            guard let session else { return try await Case.redeem(server, guess) }
            return try await Self.answer(server, session, guess)
        }
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 {
                let guess = String(String(1_000_000 + ((Int(right) ?? 0) + 1 + number) % 1_000_000).dropFirst())
                group.addTask { try await send(guess).status }
            }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.allSatisfy { [400, 403].contains($0) })
        #expect(try await send(right).status != 200)
    }

    @Test("starting again gives no new guesses: another code, client, address, spelling, session or endpoint")
    func startingAgain() async throws {
        let server = try await Case.server()
        try await server.withSettings { $0.attackProtection.attemptsPerAccount = Bucket(capacity: 6, refillInterval: 60) }
        for _ in 0..<2 {
            let code = try await Case.startEmail(server)
            for _ in 0..<3 { #expect(try await Case.redeem(server, EngineFixture.otherCode(than: code)).status == 403) }
        }
        let code = try await Case.startEmail(server)
        #expect(try await Case.redeem(server, code).status == 429)
        #expect(try await Case.redeem(server, code, [("username", " NEW@Example.TEST ")]).status == 429)
        let native = server.fixture.native
        #expect(try await Case.redeem(server, try await Case.startEmail(server, Case.email, native), [], native).status == 429)
        let (handle, sessionCode) = try await Self.session(
            server, ["connection": "email", "email": .string(Case.email), "allow_signup": true])
        #expect(try await Self.answer(server, handle, sessionCode).status == 429)
        let pairs = [("username", Case.email), ("realm", "email"), ("otp", code), ("grant_type", Case.grant)]
        var far = WireRequest.json("/oauth/token", Case.credentials(server.fixture.web) + pairs)
        far.peer = "198.51.100.77"
        #expect(try await server.send(far).status == 429)
        let verify = [("connection", "email"), ("email", Case.email), ("verification_code", code)]
        #expect(try await server.send(.json("/passwordless/verify", verify)).status == 429)
        server.fixture.clock.advance(by: 60)
        #expect(try await Case.redeem(server, code).status == 200)
    }

    @Test("one account's wrong guesses do not keep others out")
    func otherAccounts() async throws {
        let server = try await Case.server()
        try await server.withSettings { $0.attackProtection.attemptsPerAccount = Bucket(capacity: 3, refillInterval: 60) }
        let code = try await Case.startEmail(server)
        for _ in 0..<3 { _ = try await Case.redeem(server, EngineFixture.otherCode(than: code)) }
        #expect(try await Case.redeem(server, code).status == 429)
        let other = try await Case.startEmail(server, "other@example.test")
        #expect(try await Case.redeem(server, other, [("username", "other@example.test")]).status == 200)
    }

    @Test("a code counts once, whichever of two nodes it comes to, also at both at once")
    func acrossNodes() async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let (engine, second): (any StorageEngine, any StorageEngine) = (
                try await database.open(), try await database.open()
            )
            var fixture = try await EngineFixture.make(engine: engine)
            try await fixture.allowProofs()
            let here = try await TestServer.make(fixture)
            let there = try await TestServer.make(fixture, over: second, in: fixture.otherNode(over: second).environment)
            let code = try await Case.startEmail(here)
            #expect(try await Case.redeem(there, code).status == 200)
            #expect(try await Case.redeem(here, code).isRefusal(403...403))
            let (handle, sessionCode) = try await Self.session(here)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for node in [here, there, here, there] {
                    group.addTask { try await Self.answer(node, handle, sessionCode).status }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count == 1)
            try await second.close()
            try await engine.close()
        }
    }

    // MARK: Malformed

    /// Endpoints, and a value for each parameter that they read.
    static let calls: [(path: String, parameters: [(String, String)])] = [
        ("/oauth/token", [("grant_type", PasswordlessCase.grant), ("username", "a@b.test"), ("realm", "email"), ("otp", "1")]),
        ("/oauth/token", [("grant_type", PasswordlessCase.grant), ("auth_session", "x"), ("otp", "1")]),
        ("/oauth/token", [("grant_type", GrantType.mfaOTP.rawValue), ("mfa_token", "x"), ("otp", "1")]),
        ("/oauth/token", [("grant_type", GrantType.mfaOOB.rawValue), ("mfa_token", "x"), ("oob_code", "x"), ("binding_code", "1")]),
        ("/oauth/token", [("grant_type", GrantType.mfaRecoveryCode.rawValue), ("mfa_token", "x"), ("recovery_code", "x")]),
        ("/mfa/challenge", [("mfa_token", "x"), ("challenge_type", "otp"), ("authenticator_id", "x"), ("oob_channel", "sms")]),
        ("/passwordless/start", [("connection", "email"), ("email", "a@b.test"), ("send", "code")]),
        ("/otp/challenge", [("connection", "sms"), ("phone_number", "+491511"), ("delivery_method", "text"), ("allow_signup", "true")]),
    ]

    @Test("each parameter, twice or beyond all length, is refused, and nothing is sent", arguments: 0..<calls.count)
    func repeated(_ index: Int) async throws {
        let server = try await Case.server()
        let call = Self.calls[index]
        let all = Case.credentials(server.fixture.web) + call.parameters
        for (name, value) in all {
            for second in [value, "other", ""] {
                for request in [
                    WireRequest.form(call.path, all + [(name, second)]), .json(call.path, all + [(name, second)]),
                    .form(call.path, [(name, second)] + all),
                ] {
                    #expect(try await server.send(request).isRefusal(400...401), "\(call.path) \(name)")
                }
            }
            let long = all.map { $0.0 == name ? (name, String(repeating: "a", count: 20_000)) : $0 }
            #expect(try await server.send(.json(call.path, long)).isRefusal(400...403), "\(call.path) \(name)")
        }
        #expect(server.fixture.mail.messages.isEmpty && server.fixture.outside.texts.messages.isEmpty)
    }
}

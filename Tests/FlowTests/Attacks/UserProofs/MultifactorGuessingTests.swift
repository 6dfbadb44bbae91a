import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Guessing second factors: one at a time, all at once, on two nodes, from everywhere, after starting again (contract 1.5, 17.5).
@Suite struct MultifactorGuessingTests {
    private typealias Case = MultifactorCase

    /// Statuses of `count` requests that are sent at once.
    private static func atOnce(
        _ count: Int, _ send: @escaping @Sendable (Int) async throws -> WireAnswer
    ) async throws -> [Int] {
        try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<count { group.addTask { try await send(number).status } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    private static func number(_ statuses: [Int], _ status: Int) -> Int { statuses.filter { $0 == status }.count }

    /// The same tenant on another node over the same database.
    private static func onTwoNodes(_ body: (Case, TestServer) async throws -> Void) async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let (engine, second): (any StorageEngine, any StorageEngine) = (
                try await database.open(), try await database.open()
            )
            var fixture = try await EngineFixture.make(engine: engine)
            try await fixture.allowProofs()
            try await fixture.changeSettings { $0.multifactor.policy = .always }
            fixture.user.emailVerified = false
            _ = try await fixture.stores.users.update(fixture.user)
            let here = Case(server: try await TestServer.make(fixture), client: fixture.web)
            let there = try await TestServer.make(fixture, over: second, in: fixture.otherNode(over: second).environment)
            try await body(here, there)
            try await second.close()
            try await engine.close()
        }
    }

    private static func request(_ mfa: Case, _ token: String, otp: String) -> WireRequest {
        let pairs = Case.credentials(of: mfa.client) + [("grant_type", GrantType.mfaOTP.rawValue), ("mfa_token", token), ("otp", otp)]
        return .json("/oauth/token", pairs)
    }

    @Test("a code of an application counts once in its step, whichever of two nodes it comes to")
    func replayAcrossNodes() async throws {
        try await Self.onTwoNodes { mfa, there in
            let (secret, _) = try await mfa.enroll()
            for (first, next) in [(mfa.server, there), (there, mfa.server)] {
                let code = mfa.code(secret)
                #expect(try await first.send(Self.request(mfa, try await mfa.mfaToken(), otp: code)).status == 200)
                let replay = try await next.send(Self.request(mfa, try await mfa.mfaToken(), otp: code))
                #expect(replay.isRefusal(403...403) && replay.errorDescription == "Invalid otp_code.")
                mfa.fixture.clock.advance(by: 30)
            }
        }
    }

    @Test("of the same code at both nodes at once one wins")
    func concurrentNodes() async throws {
        try await Self.onTwoNodes { mfa, there in
            let (secret, _) = try await mfa.enroll()
            let code = mfa.code(secret)
            var tokens: [String] = []
            for _ in 0..<8 { tokens.append(try await mfa.mfaToken()) }
            let all = tokens
            let statuses = try await Self.atOnce(all.count) { number in
                try await (number.isMultiple(of: 2) ? mfa.server : there).send(Self.request(mfa, all[number], otp: code))
            }
            #expect(Self.number(statuses, 200) == 1 && Self.number(statuses, 403) == 7)
        }
    }

    @Test("guesses at both nodes are counted together")
    func limitAcrossNodes() async throws {
        try await Self.onTwoNodes { mfa, there in
            let (secret, _) = try await mfa.enroll()
            let (token, wrong) = (try await mfa.mfaToken(), EngineFixture.otherCode(than: mfa.code(secret)))
            for number in 0..<10 {
                let node = number.isMultiple(of: 2) ? mfa.server : there
                #expect(try await node.send(Self.request(mfa, token, otp: wrong)).status == 403)
            }
            for node in [mfa.server, there] {
                #expect(try await node.send(Self.request(mfa, token, otp: mfa.code(secret))).status == 429)
            }
        }
    }

    @Test("of fifty guesses at once ten are looked at, whatever is guessed", arguments: MultifactorTheftTests.grants)
    func fifty(_ grant: GrantType) async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        var factor = Authenticator(id: "totp|dev_1", userID: mfa.fixture.user.userID, kind: .totp, createdAt: mfa.fixture.now)
        (factor.secret, factor.isActive) = (SecretBytes(Array(repeating: 7, count: 20)), true)
        try await mfa.fixture.stores.authenticators.insert(factor)
        let token = try await mfa.mfaToken()
        let asked = try await mfa.challenge(token, [("challenge_type", "oob")])
        let (oob, code) = (try #require(asked.member("oob_code")), try #require(mfa.fixture.mailedCode))
        let right = mfa.code(Array(repeating: 7, count: 20))
        let statuses = try await Self.atOnce(50) { number in
            // Every one another guess, and none the right one.
            let guess = String(String(1_000_000 + ((Int(grant == .mfaOTP ? right : code) ?? 0) + 1 + number) % 1_000_000).dropFirst())
            return switch grant {
            case .mfaOTP: try await mfa.answer(token, otp: guess == right ? "x" : guess)
            case .mfaOOB: try await mfa.answer(token, oob: oob, binding: guess == code ? "x" : guess)
            default: try await mfa.token(grant, [("mfa_token", token), ("recovery_code", String(repeating: "A", count: 18) + guess)])
            }
        }
        #expect(Self.number(statuses, 403) == 10 && Self.number(statuses, 429) == 40)
        #expect(try await mfa.answer(token, otp: right).status == 429)
        #expect(try await mfa.answer(token, oob: oob, binding: code).status == 429)
    }

    @Test("a message's code has three tries, however many come at once")
    func threeTries() async throws {
        let mfa = try await Case.make(isEmailVerified: true) { $0.wrongCodesPerUser.capacity = 1000 }
        let token = try await mfa.mfaToken()
        let asked = try await mfa.challenge(token, [("challenge_type", "oob")])
        let (oob, code) = (try #require(asked.member("oob_code")), try #require(mfa.fixture.mailedCode))
        let texts = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<50 {
                let guess = "9\(10_000 + number)" == code ? "x" : "9\(10_000 + number)"
                group.addTask { try await mfa.answer(token, oob: oob, binding: guess).errorDescription }
            }
            return try await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(texts.filter { $0 == "Invalid binding_code." }.count == 3)
        #expect(texts.filter { $0 == "MFA Authorization rejected." }.count == 47)
        #expect(try await mfa.answer(token, oob: oob, binding: code).isRefusal(403...403))
    }

    @Test("starting again gives no new guesses: another login, client, address, challenge or kind of factor")
    func startingAgain() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        var factor = Authenticator(id: "totp|dev_1", userID: mfa.fixture.user.userID, kind: .totp, createdAt: mfa.fixture.now)
        let secret = [UInt8](repeating: 7, count: 20)
        (factor.secret, factor.isActive) = (SecretBytes(secret), true)
        try await mfa.fixture.stores.authenticators.insert(factor)
        let wrong = EngineFixture.otherCode(than: mfa.code(secret))
        for _ in 0..<10 { #expect(try await mfa.answer(try await mfa.mfaToken(), otp: wrong).status == 403) }
        let token = try await mfa.mfaToken()
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 429)
        let native = mfa.fixture.native
        let elsewhere = try await mfa.mfaToken(from: native)
        #expect(try await mfa.answer(elsewhere, otp: mfa.code(secret), from: native).status == 429)
        var far = Self.request(mfa, token, otp: mfa.code(secret))
        far.peer = "198.51.100.77"
        #expect(try await mfa.server.send(far).status == 429)
        let asked = try await mfa.challenge(token, [("challenge_type", "oob")])
        let code = try #require(mfa.fixture.mailedCode)
        #expect(try await mfa.answer(token, oob: asked.member("oob_code") ?? "", binding: code).status == 429)
        #expect(try await mfa.token(.mfaRecoveryCode, [("mfa_token", token), ("recovery_code", "x")]).status == 429)
        mfa.fixture.clock.advance(by: .minutes(6))
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 200)
    }

    @Test("starting again sends no more messages: another login, channel or enrolment")
    func messages() async throws {
        let mfa = try await Case.make { $0.textMessagesPerUser.capacity = 3 }
        let token = try await mfa.mfaToken()
        for body in [Case.sms, Case.voice, Case.sms] { #expect(try await mfa.associate(body, with: token).status == 200) }
        for other in [token, try await mfa.mfaToken(), try await mfa.mfaToken(from: mfa.fixture.native)] {
            for body in [Case.sms, Case.voice, Case.mail] {
                let refused = try await mfa.associate(body, with: other)
                #expect(refused.status == 429 && refused.error == "too_many_attempts" && refused.member("oob_code") == nil)
            }
        }
        #expect(mfa.fixture.outside.texts.messages.count == 3 && mfa.fixture.mail.messages.isEmpty)
    }

    @Test("a guess that is no six digits costs an attempt as well", arguments: [
        "", " ", "12345", "1234567", "12 34 56", "１２３４５６", "-12345", "0x1234", "000000\u{0}", String(repeating: "0", count: 64),
    ])
    func malformed(_ guess: String) async throws {
        let mfa = try await Case.make { $0.wrongCodesPerUser.capacity = 1 }
        let (secret, _) = try await mfa.enroll()
        let token = try await mfa.mfaToken()
        let refused = try await mfa.answer(token, otp: guess)
        let isMissing = refused.status == 400 && refused.error == "invalid_request"
        #expect(refused.isRefusal() && (isMissing || refused.errorDescription == "Invalid otp_code."))
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == (isMissing ? 200 : 429))
    }

    @Test("what is too long is refused before it is looked at", arguments: [
        ("mfa_token", 20_000), ("otp", 65), ("oob_code", 20_000), ("binding_code", 65), ("recovery_code", 129),
    ])
    func oversized(_ name: String, _ length: Int) async throws {
        let mfa = try await Case.make { $0.wrongCodesPerUser.capacity = 1 }
        let (secret, _) = try await mfa.enroll()
        let token = try await mfa.mfaToken()
        let grant: GrantType = name == "otp" || name == "mfa_token" ? .mfaOTP : name == "recovery_code" ? .mfaRecoveryCode : .mfaOOB
        var pairs = [("mfa_token", token), ("otp", "1"), ("oob_code", "1"), ("binding_code", "1"), ("recovery_code", "1")]
        pairs = pairs.map { $0.0 == name ? (name, String(repeating: "A", count: length)) : $0 }
        let refused = try await mfa.token(grant, pairs)
        #expect(refused.isRefusal(400...400) && refused.error == "invalid_request")
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 200)
    }
    @Test("a parameter that comes twice is refused, with the same value too, and spends neither token nor code")
    func repeated() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let token = try await mfa.mfaToken()
        let pairs =
            Case.credentials(of: mfa.client) + [
                ("grant_type", GrantType.mfaOTP.rawValue), ("mfa_token", token), ("otp", mfa.code(secret)),
            ]
        for (name, value) in pairs {
            for second in [value, "other", ""] {
                for request in [
                    WireRequest.form("/oauth/token", pairs + [(name, second)]), .json("/oauth/token", pairs + [(name, second)]),
                    .form("/oauth/token", [(name, second)] + pairs),
                ] {
                    #expect(try await mfa.server.send(request).isRefusal(400...401), "\(name)")
                }
            }
        }
        #expect(try await mfa.server.send(.form("/oauth/token", pairs)).status == 200)
    }
}

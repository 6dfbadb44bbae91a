import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 7.7 and 17.1 over HTTP: which login needs a second factor, and what proves it.
@Suite struct MultifactorTests {
    private typealias Case = MultifactorCase

    @Test("a login that needs a factor is told so, and with what")
    func required() async throws {
        let mfa = try await Case.make()
        let answer = try await mfa.logIn()
        #expect(answer.status == 403 && answer.error == "mfa_required")
        #expect(answer.errorDescription == "Multifactor authentication required")
        let enroll = answer.json?["mfa_requirements"]?.object?["enroll"]?.array?.compactMap { $0.object?["type"]?.string }
        #expect(enroll == ["otp", "phone", "email"])
        _ = try await mfa.enroll()
        let again = try await mfa.logIn()
        let challenge = again.json?["mfa_requirements"]?.object?["challenge"]?.array?.compactMap { $0.object?["type"]?.string }
        #expect(challenge == ["otp", "recovery-code"])
        #expect(again.json?["mfa_requirements"]?.object?["enroll"] == nil)
    }

    @Test("policy never asks nobody, enrolled asks those who have a factor")
    func policies() async throws {
        #expect(try await Case.make(policy: .never, isEmailVerified: true).logIn().status == 200)
        var mfa = try await Case.make(policy: .enrolled, isEmailVerified: true)
        #expect(try await mfa.logIn().status == 200)
        var factor = Authenticator(
            id: "totp|dev_1", userID: mfa.fixture.user.userID, kind: .totp, createdAt: mfa.fixture.now)
        try await mfa.fixture.stores.authenticators.insert(factor)
        #expect(try await mfa.logIn().status == 200)
        (factor.id, factor.isActive) = ("totp|dev_2", true)
        try await mfa.fixture.stores.authenticators.insert(factor)
        #expect(try await mfa.logIn().error == "mfa_required")
        mfa = try await Case.make(policy: .never)
        #expect(try await mfa.logIn(audience: "https://default.test/mfa/").error == "mfa_required")
    }

    @Test("the right code gives the tokens of the first request, with amr, once")
    func success() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let token = try await mfa.mfaToken()
        #expect(try await mfa.challenge(token, [("challenge_type", "otp")]).text == #"{"challenge_type":"otp"}"#)
        let answer = try await mfa.answer(token, otp: mfa.code(secret))
        #expect(answer.status == 200 && answer.member("refresh_token") != nil)
        #expect(answer.member("scope") == "openid offline_access")
        #expect(Journey.claims(of: answer.member("access_token"))?["gty"] == "password")
        let amr = Journey.claims(of: answer.member("id_token"))?["amr"]?.array?.compactMap(\.string)
        #expect(amr == ["mfa", "pwd", "otp"])
        mfa.fixture.clock.advance(by: 30)
        let again = try await mfa.answer(token, otp: mfa.code(secret))
        #expect(again.status == 401 && again.error == "expired_token" && again.errorDescription == "mfa_token is expired")
    }

    @Test("a code of one step counts once, and no older step after it")
    func replay() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let (previous, current) = (mfa.code(secret), mfa.code(secret))
        #expect(try await mfa.answer(try await mfa.mfaToken(), otp: current).status == 200)
        let refused = try await mfa.answer(try await mfa.mfaToken(), otp: current)
        #expect(refused.status == 403 && refused.error == "invalid_grant" && refused.errorDescription == "Invalid otp_code.")
        mfa.fixture.clock.advance(by: 30)
        let token = try await mfa.mfaToken()
        let newest = mfa.code(secret)
        try #require(newest != previous)
        #expect(try await mfa.answer(token, otp: previous).status == 403)
        #expect(try await mfa.answer(token, otp: newest).status == 200)
    }

    @Test("a step that was skipped cannot be used once a newer one was")
    func olderStep() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let skipped = mfa.code(secret)
        mfa.fixture.clock.advance(by: 30)
        let newer = mfa.code(secret)
        try #require(skipped != newer)
        #expect(try await mfa.answer(try await mfa.mfaToken(), otp: newer).status == 200)
        #expect(try await mfa.answer(try await mfa.mfaToken(), otp: skipped).errorDescription == "Invalid otp_code.")
    }

    @Test("of many right codes at once one wins")
    func concurrency() async throws {
        let mfa = try await Case.make { $0.wrongCodesPerUser.capacity = 100 }
        let (secret, _) = try await mfa.enroll()
        let tokens = [try await mfa.mfaToken(), try await mfa.mfaToken()]
        let code = mfa.code(secret)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<12 { group.addTask { try await mfa.answer(tokens[number % 2], otp: code).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
        #expect(statuses.allSatisfy { [200, 401, 403].contains($0) })
    }

    @Test("wrong codes are counted per user, right ones are not")
    func limit() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        for _ in 0..<3 {
            #expect(try await mfa.answer(try await mfa.mfaToken(), otp: mfa.code(secret)).status == 200)
            mfa.fixture.clock.advance(by: 30)
        }
        let wrong = EngineFixture.otherCode(than: mfa.code(secret))
        for _ in 0..<10 { #expect(try await mfa.answer(try await mfa.mfaToken(), otp: wrong).status == 403) }
        let token = try await mfa.mfaToken()
        let refused = try await mfa.answer(token, otp: mfa.code(secret))
        #expect(refused.status == 429 && refused.error == "too_many_attempts" && refused.header("Retry-After") != nil)
        mfa.fixture.clock.advance(by: .minutes(6))
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 200)
    }

    @Test("an mfa_token is its client's alone, lives ten minutes to the instant, and cannot be made up")
    func tokens() async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let token = try await mfa.mfaToken()
        let stolen = try await mfa.answer(token, otp: mfa.code(secret), from: mfa.fixture.native)
        #expect(stolen.status == 401 && stolen.error == "invalid_grant" && stolen.errorDescription == "Malformed mfa_token")
        #expect(try await mfa.challenge(token, from: mfa.fixture.native).errorDescription == "Malformed mfa_token")
        for text in ["x", token + "A", String(token.reversed()), "a.b.c"] {
            #expect(try await mfa.answer(text, otp: mfa.code(secret)).errorDescription == "Malformed mfa_token")
        }
        mfa.fixture.clock.advance(milliseconds: 599_999)
        #expect(try await mfa.answer(token, otp: "000000").errorDescription == "Invalid otp_code.")
        mfa.fixture.clock.advance(milliseconds: 1)
        let expired = try await mfa.answer(token, otp: mfa.code(secret))
        #expect(expired.status == 401 && expired.errorDescription == "mfa_token is expired")
    }

    @Test("a recovery code works once, in any spelling, and is replaced")
    func recovery() async throws {
        let mfa = try await Case.make()
        let (_, code) = try await mfa.enroll()
        #expect(code.utf8.count == 24 && code.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) })
        let token = try await mfa.mfaToken()
        let wrong = try await mfa.token(.mfaRecoveryCode, [("mfa_token", token), ("recovery_code", "A" + code.dropFirst())])
        if !code.hasPrefix("A") {
            #expect(wrong.status == 403 && wrong.errorDescription == "MFA Authorization rejected.")
        }
        let typed = code.lowercased().prefix(12) + "-" + code.dropFirst(12)
        let answer = try await mfa.token(.mfaRecoveryCode, [("mfa_token", token), ("recovery_code", String(typed))])
        #expect(answer.status == 200)
        let new = try #require(answer.member("recovery_code"))
        #expect(new != code && new.utf8.count == 24)
        let second = try await mfa.mfaToken()
        #expect(try await mfa.token(.mfaRecoveryCode, [("mfa_token", second), ("recovery_code", code)]).status == 403)
        #expect(try await mfa.token(.mfaRecoveryCode, [("mfa_token", second), ("recovery_code", new)]).status == 200)
    }

    @Test("a blocked or deleted user gets no tokens for a right code", arguments: [true, false])
    func lostUser(isBlocked: Bool) async throws {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let (token, id) = (try await mfa.mfaToken(), mfa.fixture.user.userID)
        if isBlocked {
            _ = try await mfa.fixture.stores.users.setBlocked(id, true, at: mfa.fixture.now)
        } else {
            _ = try await mfa.fixture.stores.users.delete(id, at: mfa.fixture.now)
        }
        #expect(try await mfa.answer(token, otp: mfa.code(secret)).status == 401)
    }

    @Test("a login by mailed code needs another channel for its second factor")
    func passwordlessThenFactor() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let credentials = Case.credentials(of: mfa.client)
        let body = credentials + [("connection", "email"), ("email", "m@example.test"), ("send", "code")]
        _ = try await mfa.server.send(.json("/passwordless/start", body))
        let answer = try await mfa.token(
            .passwordlessOTP,
            [
                ("username", "m@example.test"), ("realm", "email"), ("otp", try #require(mfa.fixture.mailedCode)),
                ("scope", "openid"),
            ])
        #expect(answer.status == 403 && answer.error == "mfa_required")
        let enroll = answer.json?["mfa_requirements"]?.object?["enroll"]?.array?.compactMap { $0.object?["type"]?.string }
        #expect(enroll == ["otp", "phone"])
        let token = try #require(answer.member("mfa_token"))
        let made = try await mfa.associate(Case.otp, with: token)
        let secret = try #require(made.member("secret").flatMap { Base32.decode($0) })
        let done = try await mfa.answer(token, otp: mfa.code(secret))
        #expect(Journey.claims(of: done.member("id_token"))?["amr"]?.array?.compactMap(\.string) == ["mfa", "otp"])
    }
}

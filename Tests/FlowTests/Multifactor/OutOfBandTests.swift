import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 17.3 and the `mfa-oob` grant over HTTP.
@Suite struct OutOfBandTests {
    private typealias Case = MultifactorCase

    private static func challenged(_ mfa: Case, _ token: String) async throws -> (oob: String, code: String) {
        let answer = try await mfa.challenge(token, [("challenge_type", "oob")])
        #expect(answer.json?.members.map(\.name) == ["challenge_type", "oob_code", "binding_method"])
        return (try #require(answer.member("oob_code")), try #require(mfa.fixture.mailedCode))
    }

    @Test("a verified address is a factor without enrolment: a mailed code proves it once")
    func impliedEmail() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let token = try await mfa.mfaToken()
        let entries = try await mfa.list(with: token)
        #expect(entries.map { $0["type"]?.string } == ["email"])
        #expect(entries.first?["active"]?.bool == true && entries.first?["name"]?.string == "us****@ex****")
        let (oob, code) = try await Self.challenged(mfa, token)
        let wrong = try await mfa.answer(token, oob: oob, binding: EngineFixture.otherCode(than: code))
        #expect(wrong.status == 403 && wrong.error == "invalid_grant" && wrong.errorDescription == "Invalid binding_code.")
        let answer = try await mfa.answer(token, oob: oob, binding: code)
        #expect(Journey.claims(of: answer.member("id_token"))?["amr"]?.array?.compactMap(\.string) == ["mfa", "pwd", "otp"])
        let second = try await mfa.mfaToken()
        #expect(try await mfa.answer(second, oob: oob, binding: code).errorDescription == "MFA Authorization rejected.")
    }

    @Test("a factor by text message is enrolled, confirmed and asked for")
    func textMessages() async throws {
        let mfa = try await Case.make()
        let token = try await mfa.mfaToken()
        let made = try await mfa.associate(Case.sms, with: token)
        #expect(made.member("oob_channel") == "sms" && made.member("binding_method") == "prompt")
        #expect(made.json?["recovery_codes"]?.array?.count == 1)
        let oob = try #require(made.member("oob_code"))
        #expect(try await mfa.answer(token, oob: oob, binding: try #require(mfa.fixture.textedCode)).status == 200)
        let second = try await mfa.mfaToken()
        let entry = try #require(try await mfa.list(with: second).first)
        #expect(entry["name"]?.string == "XXXXXXXXXX5678" && entry["oob_channel"]?.string == "sms")
        #expect(entry["type"]?.string == "phone" && entry["id"]?.string?.hasPrefix("sms|dev_") == true)
        let id = try #require(entry["id"]?.string)
        let asked = try await mfa.challenge(second, [("challenge_type", "oob"), ("authenticator_id", id)])
        let code = try #require(mfa.fixture.textedCode)
        #expect(try await mfa.answer(second, oob: asked.member("oob_code") ?? "", binding: code).status == 200)
    }

    @Test("a challenge answers its own login alone, and its own oob_code")
    func binding() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let (mine, other) = (try await mfa.mfaToken(), try await mfa.mfaToken())
        let (first, firstCode) = try await Self.challenged(mfa, mine)
        let (second, secondCode) = try await Self.challenged(mfa, mine)
        try #require(firstCode != secondCode)
        #expect(try await mfa.answer(other, oob: first, binding: firstCode).errorDescription == "MFA Authorization rejected.")
        #expect(try await mfa.answer(mine, oob: second, binding: firstCode).errorDescription == "Invalid binding_code.")
        #expect(try await mfa.answer(mine, oob: first, binding: firstCode).status == 200)
    }

    @Test("another user's challenge is no use")
    func otherUser() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let attacker = try await mfa.addUser()
        let token = try await mfa.mfaToken()
        let attackerToken = try await mfa.mfaToken(username: try #require(attacker.email))
        let made = try await mfa.associate(Case.mail, with: attackerToken)
        let code = try #require(mfa.fixture.mailedCode)
        let stolen = try await mfa.answer(token, oob: made.member("oob_code") ?? "", binding: code)
        #expect(stolen.errorDescription == "MFA Authorization rejected.")
        #expect(try await mfa.answer(attackerToken, oob: made.member("oob_code") ?? "", binding: code).status == 200)
    }

    @Test("a code ends after five minutes to the instant", arguments: [(299_999 as Int64, 200), (300_000, 403)])
    func expiry(milliseconds: Int64, status: Int) async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let token = try await mfa.mfaToken()
        let (oob, code) = try await Self.challenged(mfa, token)
        mfa.fixture.clock.advance(milliseconds: milliseconds)
        #expect(try await mfa.answer(token, oob: oob, binding: code).status == status)
    }

    @Test("a code survives two wrong guesses and not three")
    func tries() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let token = try await mfa.mfaToken()
        let (oob, code) = try await Self.challenged(mfa, token)
        for _ in 0..<3 { _ = try await mfa.answer(token, oob: oob, binding: EngineFixture.otherCode(than: code)) }
        #expect(try await mfa.answer(token, oob: oob, binding: code).errorDescription == "MFA Authorization rejected.")
    }

    @Test("of many right answers at once one wins")
    func concurrency() async throws {
        let mfa = try await Case.make(isEmailVerified: true) { $0.wrongCodesPerUser.capacity = 100 }
        let token = try await mfa.mfaToken()
        let (oob, code) = try await Self.challenged(mfa, token)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await mfa.answer(token, oob: oob, binding: code).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.filter { $0 == 200 }.count == 1)
    }

    @Test("messages to one user are few")
    func messages() async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let token = try await mfa.mfaToken()
        for _ in 0..<10 { _ = try await Self.challenged(mfa, token) }
        let refused = try await mfa.challenge(token, [("challenge_type", "oob")])
        #expect(refused.status == 429 && refused.error == "too_many_attempts")
        #expect(mfa.fixture.mail.messages.count == 10)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pairs: [(String, String)]
        let status: Int
        let error: String
    }

    static let refused: [Refused] = [
        Refused(
            testDescription: "unknown type", pairs: [("challenge_type", "push")], status: 403,
            error: "unsupported_challenge_type"),
        Refused(
            testDescription: "a type without a factor", pairs: [("challenge_type", "otp")], status: 403,
            error: "association_required"),
        Refused(
            testDescription: "unknown factor", pairs: [("authenticator_id", "sms|dev_x")], status: 400, error: "invalid_request"),
        Refused(testDescription: "wrong secret", pairs: [("client_secret", "x")], status: 401, error: "invalid_client"),
    ]

    @Test("what is wrong with a challenge has a code of its own", arguments: refused)
    func refusals(_ refused: Refused) async throws {
        let mfa = try await Case.make(isEmailVerified: true)
        let token = try await mfa.mfaToken()
        var pairs = Case.credentials(of: mfa.client) + [("mfa_token", token)]
        pairs.removeAll { pair in refused.pairs.contains { $0.0 == pair.0 } }
        let answer = try await mfa.server.send(.json("/mfa/challenge", pairs + refused.pairs))
        #expect(answer.status == refused.status && answer.error == refused.error)
        #expect(answer.header("WWW-Authenticate") == nil && mfa.fixture.mail.messages.isEmpty)
    }

    @Test("a user without a factor is told to enrol, in the words that SDKs look for")
    func notEnrolled() async throws {
        let mfa = try await Case.make()
        let answer = try await mfa.challenge(try await mfa.mfaToken())
        #expect(answer.error == "unsupported_challenge_type" && answer.errorDescription == "User is not enrolled with guardian")
    }
}

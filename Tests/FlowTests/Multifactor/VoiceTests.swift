import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Codes that are spoken (contract 17.2 to 17.5), and push notifications, which are refused by name.
@Suite struct VoiceTests {
    private typealias Case = MultifactorCase

    @Test("a telephone is enrolled by a call, confirmed and called again")
    func journey() async throws {
        let mfa = try await Case.make()
        let token = try await mfa.mfaToken()
        let made = try await mfa.associate(Case.voice, with: token)
        #expect(made.status == 200 && made.member("authenticator_type") == "oob" && made.member("oob_channel") == "voice")
        #expect(made.member("binding_method") == "prompt" && made.json?["recovery_codes"]?.array?.count == 1)
        let first = try #require(mfa.fixture.spokenCode)
        #expect(try await mfa.answer(token, oob: made.member("oob_code") ?? "", binding: first).status == 200)
        let second = try await mfa.mfaToken()
        let entry = try #require(try await mfa.list(with: second).first)
        #expect(entry["id"]?.string?.hasPrefix("voice|dev_") == true && entry["type"]?.string == "phone")
        #expect(entry["oob_channel"]?.string == "voice" && entry["oob_channels"] == .strings(["voice"]))
        #expect(entry["name"]?.string == "XXXXXXXXXX5678" && entry["active"]?.bool == true)
        let asked = try await mfa.challenge(second, [("authenticator_id", try #require(entry["id"]?.string))])
        #expect(asked.json?.members.map(\.name) == ["challenge_type", "oob_code", "binding_method"])
        let code = try #require(mfa.fixture.spokenCode)
        try #require(code != first)
        let answer = try await mfa.answer(second, oob: asked.member("oob_code") ?? "", binding: code)
        #expect(Journey.claims(of: answer.member("id_token"))?["amr"]?.array?.compactMap(\.string) == ["mfa", "pwd", "otp"])
    }

    @Test("a call says the digits apart, and twice")
    func spoken() async throws {
        let mfa = try await Case.make()
        _ = try await mfa.associate(Case.voice, with: try await mfa.mfaToken())
        let message = try #require(mfa.fixture.outside.texts.messages.last)
        let code = try #require(mfa.fixture.spokenCode)
        #expect(message.channel == .voice && message.to == "+4915112345678" && code.utf8.count == 6)
        let digits = code.map(String.init).joined(separator: ", ")
        #expect(message.text == "Your Martlet code is: \(digits). Again, your code is: \(digits). Goodbye.")
        #expect(!message.text.contains(code))
    }

    @Test("a call needs a number, and its code is no text message's")
    func parameters() async throws {
        let mfa = try await Case.make()
        let token = try await mfa.mfaToken()
        for number in [nil, "12", "0151123", "user@example.test"] as [String?] {
            var body = Case.voice
            body["phone_number"] = number.map { .string($0) }
            let refused = try await mfa.associate(body, with: token)
            #expect(refused.status == 400 && refused.error == "invalid_request")
        }
        #expect(mfa.fixture.outside.texts.messages.isEmpty)
    }

    /// A user with text messages and calls at one number, calls at another one, and a token for their factors.
    private func pair() async throws -> (Case, bearer: String, listed: [JSONObject]) {
        let mfa = try await Case.make()
        let (secret, _) = try await mfa.enroll()
        let bearer = try await mfa.apiToken(secret)
        var foreign = Case.voice
        foreign["phone_number"] = "+4915187654321"
        for body in [Case.sms, Case.voice, foreign] {
            let made = try await mfa.associate(body, with: bearer)
            let code = made.member("oob_channel") == "voice" ? mfa.fixture.spokenCode : mfa.fixture.textedCode
            let oob = made.member("oob_code") ?? ""
            #expect(try await mfa.answer(try await mfa.mfaToken(), oob: oob, binding: code ?? "").status == 200)
        }
        let listed = try await mfa.list(with: bearer)
        #expect(listed.count == 5)
        return (mfa, bearer, listed)
    }

    private static func id(_ prefix: String, in listed: [JSONObject]) throws -> String {
        let entry = listed.first { $0["id"]?.string?.hasPrefix(prefix) == true && $0["name"]?.string == "XXXXXXXXXX5678" }
        return try #require(entry?["id"]?.string)
    }

    @Test("text messages and calls to one number are removed together, either way", arguments: ["sms|", "voice|"])
    func removedTogether(_ prefix: String) async throws {
        let (mfa, bearer, listed) = try await pair()
        #expect(try await mfa.remove(try Self.id(prefix, in: listed), with: bearer).status == 204)
        let left = try await mfa.list(with: bearer)
        #expect(left.count == 3 && left.contains { $0["name"]?.string == "XXXXXXXXXX4321" })
        #expect(!left.contains { $0["name"]?.string == "XXXXXXXXXX5678" })
        let removals = try await mfa.fixture.stores.logs.list(after: nil, limit: 100).filter { $0.event.type == .mfaUnenrolled }
        #expect(removals.count == 2)
    }

    @Test("a number that another user has too stays with that user")
    func othersNumber() async throws {
        let (mfa, bearer, listed) = try await pair()
        var factor = Authenticator(
            id: "voice|dev_other", userID: try await mfa.addUser().userID, kind: .voice, createdAt: mfa.fixture.now)
        (factor.isActive, factor.name) = (true, "+4915112345678")
        try await mfa.fixture.stores.authenticators.insert(factor)
        #expect(try await mfa.remove(try Self.id("sms|", in: listed), with: bearer).status == 204)
        #expect(try await mfa.fixture.stores.authenticators.find(factor.id) != nil)
    }

    @Test("a challenge may insist on a channel")
    func channels() async throws {
        let (mfa, _, _) = try await pair()
        let token = try await mfa.mfaToken()
        for (name, channel) in [("sms", PhoneChannel.text), ("voice", .voice)] {
            let asked = try await mfa.challenge(token, [("challenge_type", "oob"), ("oob_channel", name)])
            #expect(asked.member("challenge_type") == "oob" && mfa.fixture.outside.texts.messages.last?.channel == channel)
        }
        let none = try await mfa.challenge(token, [("oob_channel", "email")])
        #expect(none.status == 403 && none.error == "association_required")
        #expect(try await mfa.challenge(token, [("oob_channel", "pigeon")]).error == "invalid_request")
    }

    @Test("push notifications are refused by name, at enrolment and challenge")
    func push() async throws {
        let mfa = try await Case.make()
        let token = try await mfa.mfaToken()
        let body: JSONObject = ["authenticator_types": .strings(["oob"]), "oob_channels": .strings(["auth0"])]
        let enrolment = try await mfa.associate(body, with: token)
        #expect(enrolment.status == 400 && enrolment.error == "invalid_request")
        #expect(enrolment.errorDescription?.hasPrefix("Push notifications are not offered") == true)
        let challenge = try await mfa.challenge(token, [("challenge_type", "oob"), ("oob_channel", "auth0")])
        #expect(challenge.status == 403 && challenge.error == "unsupported_challenge_type")
        #expect(challenge.errorDescription?.hasPrefix("Push notifications are not offered") == true)
        #expect(try await mfa.fixture.stores.authenticators.list(of: mfa.fixture.user.userID).isEmpty)
    }

    @Test("a login by a code for the number needs another factor than a call to it")
    func sharedChannel() async throws {
        let mfa = try await Case.make()
        let phone = "+4915112345678"
        let credentials = Case.credentials(of: mfa.client)
        _ = try await mfa.server.send(
            .json("/passwordless/start", credentials + [("connection", "sms"), ("phone_number", phone)]))
        let code = try #require(mfa.fixture.textedCode)
        let answer = try await mfa.token(
            .passwordlessOTP, [("username", phone), ("realm", "sms"), ("otp", code), ("scope", "openid")])
        let token = try #require(answer.member("mfa_token"))
        for body in [Case.voice, Case.sms] {
            let refused = try await mfa.associate(body, with: token)
            #expect(refused.status == 403 && refused.error == "access_denied")
        }
    }
}

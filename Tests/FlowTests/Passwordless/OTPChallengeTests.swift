import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 20.3 over HTTP.
@Suite struct OTPChallengeTests {
    private typealias Case = PasswordlessCase

    private static func challenge(_ server: TestServer, _ changes: JSONObject = [:]) async throws -> WireAnswer {
        var body: JSONObject = ["connection": "Username-Password-Authentication", "email": .string(EngineFixture.email)]
        for (name, value) in Case.credentials(server.fixture.web) { body[name] = .string(value) }
        for member in changes.members { body[member.name] = member.value }
        return try await server.send(.json("/otp/challenge", body))
    }

    private static func answer(
        _ server: TestServer, _ session: String?, _ code: String, _ client: Client? = nil
    ) async throws -> WireAnswer {
        let pairs = [("grant_type", Case.grant), ("auth_session", session ?? ""), ("otp", code), ("scope", "openid")]
        return try await server.send(.json("/oauth/token", Case.credentials(client ?? server.fixture.web) + pairs))
    }

    @Test("a database user signs in by a code for an auth_session, once")
    func session() async throws {
        let server = try await Case.server()
        let session = try await Self.challenge(server).member("auth_session")
        let code = try #require(server.fixture.mailedCode)
        let wrong = try await Self.answer(server, session, EngineFixture.otherCode(than: code))
        #expect(wrong.status == 400 && wrong.error == "invalid_request")
        #expect(try await Self.answer(server, session, code, server.fixture.native).status == 400)
        let tokens = try await Self.answer(server, session, code)
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string == server.fixture.user.userID)
        #expect(try await Self.answer(server, session, code).status == 400)
    }

    @Test("codes and sessions do not mix: each code answers its own auth_session")
    func mixedSessions() async throws {
        let server = try await Case.server()
        let first = try await Self.challenge(server).member("auth_session")
        let firstCode = try #require(server.fixture.mailedCode)
        let second = try await Self.challenge(server).member("auth_session")
        let secondCode = try #require(server.fixture.mailedCode)
        try #require(firstCode != secondCode)
        #expect(try await Self.answer(server, first, secondCode).status == 400)
        #expect(try await Self.answer(server, second, firstCode).status == 400)
        #expect(try await Self.answer(server, first, firstCode).status == 200)
    }

    @Test("an unknown user gets the same answer and no mail; with allow_signup a mail and an account")
    func unknownUsers() async throws {
        let server = try await Case.server()
        let quiet = try await Self.challenge(server, ["email": .string(Case.email)])
        #expect(quiet.status == 200 && quiet.member("auth_session")?.utf8.count == 43)
        #expect(server.fixture.mail.messages.isEmpty)
        let opened = try await Self.challenge(server, ["email": .string(Case.email), "allow_signup": true])
        let session = opened.member("auth_session")
        let tokens = try await Self.answer(server, session, try #require(server.fixture.mailedCode))
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string?.hasPrefix("auth0|") == true)
    }

    @Test("a name that looks like a number is nobody's telephone")
    func numberAsName() async throws {
        let server = try await Case.server()
        var user = User(
            userID: "auth0|phone", connection: "Username-Password-Authentication", email: "p@example.test",
            createdAt: server.fixture.now)
        user.username = Case.phone
        try await server.fixture.stores.users.insert(user, passwordHash: nil)
        let answer = try await Self.challenge(server, ["email": .null, "phone_number": .string(Case.phone)])
        #expect(answer.status == 200 && server.fixture.outside.texts.messages.isEmpty)
    }

    @Test("a code for a number is spoken where the request asks for a call, and texted otherwise", arguments: ["voice", "text", nil])
    func deliveryMethod(_ method: String?) async throws {
        let server = try await Case.server()
        var changes: JSONObject = ["connection": "sms", "email": .null, "phone_number": .string(Case.phone), "allow_signup": true]
        changes["delivery_method"] = method.map { .string($0) }
        let opened = try await Self.challenge(server, changes)
        let message = try #require(server.fixture.outside.texts.messages.last)
        #expect(message.to == Case.phone && message.channel == (method == "voice" ? .voice : .text))
        let code = try #require(method == "voice" ? server.fixture.spokenCode : server.fixture.textedCode)
        let tokens = try await Self.answer(server, opened.member("auth_session"), code)
        #expect(Journey.claims(of: tokens.member("id_token"))?["sub"]?.string?.hasPrefix("sms|") == true)
        #expect(server.fixture.mail.messages.isEmpty)
    }

    static let malformed: [(JSONObject, String)] = [
        (["email": "nobody"], "email"), (["email": .null], "email"),
        (["phone_number": "+491511"], "email"), (["email": .null, "phone_number": "12"], "phone_number"),
        (["delivery_method": "voice"], "delivery_method"), (["allow_signup": "yes"], "allow_signup"),
        (["delivery_method": "pigeon"], "delivery_method"), (["delivery_method": "Text"], "delivery_method"),
        (["email": .null, "phone_number": "+491511", "delivery_method": "sms"], "delivery_method"),
    ]

    @Test("a malformed challenge names the field", arguments: malformed)
    func malformedChallenge(_ changes: JSONObject, _ field: String) async throws {
        let server = try await Case.server()
        let answer = try await Self.challenge(server, changes)
        #expect(answer.status == 400 && answer.error == "invalid_request")
        #expect(answer.json?["validation_errors"]?.array?.first?.object?["field"]?.string == field)
        #expect(try await Self.challenge(server, ["connection": "nothing"]).error == "invalid_connection")
    }
}

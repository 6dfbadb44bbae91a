import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 7.6 and 20.1 over HTTP.
@Suite struct PasswordlessTests {
    private typealias Case = PasswordlessCase

    @Test("a mailed code signs a new user in, who is the same user the next time")
    func email() async throws {
        let server = try await Case.server()
        let first = try await Case.redeem(server, try await Case.startEmail(server))
        #expect(first.status == 200)
        let claims = try #require(Journey.claims(of: first.member("id_token")))
        #expect(claims["sub"]?.string?.hasPrefix("email|") == true)
        #expect(claims["sub"]?.string?.utf8.count == 30)
        let id = try #require(claims["sub"]?.string)
        let user = try #require(try await server.fixture.stores.users.find(id))
        #expect(user.email == Case.email && user.emailVerified)
        let second = try await Case.redeem(server, try await Case.startEmail(server, "NEW@example.test"))
        #expect(Journey.claims(of: second.member("id_token"))?["sub"] == claims["sub"])
    }

    @Test("a code by text message signs in with the number as the name")
    func textMessage() async throws {
        let server = try await Case.server()
        let started = try await Case.start(server, [("connection", "sms"), ("phone_number", Case.phone)])
        #expect(started.status == 200)
        #expect(started.json?.members.map(\.name) == ["_id", "phone_number", "phone_verified", "request_language"])
        let code = try #require(server.fixture.textedCode)
        let wrong = EngineFixture.otherCode(than: code)
        let identity = [("username", Case.phone), ("realm", "sms"), ("scope", "openid phone")]
        let refused = try await Case.redeem(server, wrong, identity)
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        #expect(refused.errorDescription == "Wrong phone number or verification code.")
        let answer = try await Case.redeem(server, code, identity)
        #expect(answer.status == 200)
        let id = try #require(Journey.claims(of: answer.member("id_token"))?["sub"]?.string)
        #expect(id.hasPrefix("sms|"))
        let user = try #require(try await server.fixture.stores.users.find(id))
        #expect(user.username == Case.phone && user.profile.phoneNumber == Case.phone)
        #expect(user.profile.phoneNumberVerified == true)
    }

    @Test("a code works once, and the newest alone")
    func singleUse() async throws {
        let server = try await Case.server()
        let old = try await Case.startEmail(server)
        let new = try await Case.startEmail(server)
        #expect(old != new)
        #expect(try await Case.redeem(server, old).status == 403)
        #expect(try await Case.redeem(server, new).status == 200)
        let again = try await Case.redeem(server, new)
        #expect(again.status == 403 && again.errorDescription == "Wrong email or verification code.")
    }

    @Test("after three wrong codes the right one is refused too")
    func threeTries() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        for _ in 0..<3 { #expect(try await Case.redeem(server, EngineFixture.otherCode(than: code)).status == 403) }
        #expect(try await Case.redeem(server, code).errorDescription == "Wrong email or verification code.")
    }

    @Test("a code ends at the instant it says", arguments: [(179_999 as Int64, 200), (180_000, 403)])
    func expiry(milliseconds: Int64, status: Int) async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        server.fixture.clock.advance(milliseconds: milliseconds)
        #expect(try await Case.redeem(server, code).status == status)
    }

    @Test("a code is good for its client, address and connection alone", arguments: ["client", "username", "realm"])
    func binding(_ what: String) async throws {
        let server = try await Case.server()
        let other = Connection(id: "con_000000000000other", name: "other-mail", strategy: "email")
        try await server.fixture.stores.connections.insert(other)
        let code = try await Case.startEmail(server)
        let refused = switch what {
        case "client": try await Case.redeem(server, code, [], server.fixture.native)
        case "username": try await Case.redeem(server, code, [("username", "other@example.test")])
        default: try await Case.redeem(server, code, [("realm", "other-mail")])
        }
        #expect(refused.status == 403 && refused.error == "invalid_grant")
        #expect(try await Case.redeem(server, code).status == 200)
    }

    @Test("of many right codes at once one wins")
    func concurrentCodes() async throws {
        let server = try await Case.server()
        let code = try await Case.startEmail(server)
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<12 { group.addTask { try await Case.redeem(server, code).status } }
            return try await group.reduce(into: [Int]()) { $0.append($1) }
        }
        #expect(statuses.sorted() == [200] + Array(repeating: 403, count: 11))
    }

    @Test("guessing over many codes is stopped for the account")
    func longGuessing() async throws {
        let server = try await Case.server()
        var last = 403
        for _ in 0..<18 {
            let code = try await Case.startEmail(server)
            for _ in 0..<3 { last = try await Case.redeem(server, EngineFixture.otherCode(than: code)).status }
        }
        #expect(last == 429)
    }

    @Test("the answer to a start says nothing of whether there is such a user")
    func uniformStart() async throws {
        let server = try await Case.server()
        let pairs = [("connection", "email"), ("email", Case.email), ("send", "code")]
        let before = try await Case.start(server, pairs)
        _ = try await Case.redeem(server, try #require(server.fixture.mailedCode))
        let after = try await Case.start(server, pairs)
        #expect(before.body == after.body)
        #expect(before.json?.members.map(\.name) == ["_id", "email", "email_verified"])
    }

    @Test("a blocked user gets no message, and no tokens for an older code")
    func blocked() async throws {
        let server = try await Case.server()
        let first = try await Case.redeem(server, try await Case.startEmail(server))
        let id = try #require(Journey.claims(of: first.member("id_token"))?["sub"]?.string)
        let code = try await Case.startEmail(server)
        _ = try await server.fixture.stores.users.setBlocked(id, true, at: server.fixture.now)
        let sent = server.fixture.mail.messages.count
        let refused = try await Case.redeem(server, code)
        #expect(refused.status == 401 && refused.errorDescription == "user is blocked")
        let answer = try await Case.start(server, [("connection", "email"), ("email", Case.email), ("send", "code")])
        #expect(answer.status == 200 && server.fixture.mail.messages.count == sent)
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let pairs: [(String, String)]
        var status = 400
        let error: String
    }

    private static let address = ("email", PasswordlessCase.email)

    static let refused: [Refused] = [
        Refused(
            testDescription: "unknown property", pairs: [("connection", "email"), address, ("x", "1")], error: "bad.request"),
        Refused(testDescription: "no connection", pairs: [address], error: "bad.connection"),
        Refused(testDescription: "unknown connection", pairs: [("connection", "no"), address], error: "bad.connection"),
        Refused(
            testDescription: "a database", pairs: [("connection", "Username-Password-Authentication"), address],
            error: "bad.connection"),
        Refused(testDescription: "no address", pairs: [("connection", "email")], error: "bad.email"),
        Refused(
            testDescription: "header injection", pairs: [("connection", "email"), ("email", "a@b.test\r\nBcc: c@d.test")],
            error: "bad.email"),
        Refused(testDescription: "no number", pairs: [("connection", "sms"), address], error: "bad.phone_number"),
        Refused(
            testDescription: "a national number", pairs: [("connection", "sms"), ("phone_number", "0151123")],
            error: "bad.phone_number"),
        Refused(
            testDescription: "authParams that are no object", pairs: [("connection", "email"), address, ("authParams", "x")],
            error: "bad.authParams"),
    ]

    @Test("what is wrong with a start has a code of its own", arguments: refused)
    func refusals(_ refused: Refused) async throws {
        let server = try await Case.server()
        let answer = try await Case.start(server, refused.pairs)
        #expect(answer.status == refused.status && answer.error == refused.error)
        #expect(server.fixture.mail.messages.isEmpty && server.fixture.outside.texts.messages.isEmpty)
    }

    @Test("a start without a client, with a wrong secret, without the grant")
    func startClients() async throws {
        let server = try await Case.server()
        let pairs = [("connection", "email"), ("email", Case.email), ("send", "code")]
        #expect(try await server.send(.json("/passwordless/start", pairs)).error == "bad.client_id")
        let wrong = [("client_id", server.fixture.web.clientID), ("client_secret", "wrong")]
        let refused = try await server.send(.json("/passwordless/start", wrong + pairs))
        #expect(refused.status == 401 && refused.error == "invalid_client")
        let machine = try await Case.start(server, pairs, server.fixture.machine)
        #expect(machine.status == 403 && machine.error == "unauthorized_client")
    }

    @Test("starts from one address are few")
    func startLimit() async throws {
        let server = try await Case.server()
        for number in 0..<50 { _ = try await Case.startEmail(server, "user\(number)@example.test") }
        let answer = try await Case.start(server, [("connection", "email"), ("email", Case.email), ("send", "code")])
        #expect(answer.status == 429 && answer.error == "too_many_requests" && answer.header("Retry-After") != nil)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// `/passwordless/verify` (contract 20.4).
@Suite struct PasswordlessVerifyTests {
    private static let email = "new@example.test"
    private static let phone = "+4915112345678"

    private static func fixture() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.allowProofs()
        return fixture
    }

    /// The code that a client asked for.
    private static func startCode(_ fixture: EngineFixture, _ client: Client? = nil) async throws -> String {
        let pairs = [("connection", "email"), ("email", email), ("send", "code")]
        _ = try await PasswordlessStart(fixture.context).respond(
            to: FormParameters(fixture.form(pairs, of: client ?? fixture.web, [])), authorization: nil, in: fixture.request())
        return try #require(fixture.mailedCode)
    }

    private static func verify(_ fixture: EngineFixture, _ code: String, _ changes: [String: String?] = [:]) async throws {
        var pairs = [("connection", "email"), ("email", email), ("verification_code", code)]
        for (name, value) in changes.sorted(by: { $0.key < $1.key }) {
            pairs.removeAll { $0.0 == name }
            if let value { pairs.append((name, value)) }
        }
        try await PasswordlessVerify(fixture.context).respond(to: FormParameters(pairs), in: fixture.request())
    }

    private static func refusal(
        _ fixture: EngineFixture, _ code: String, _ changes: [String: String?] = [:], _ location: SourceLocation = #_sourceLocation
    ) async throws -> OAuthError {
        let error = await #expect(throws: OAuthError.self, sourceLocation: location) {
            try await verify(fixture, code, changes)
        }
        return try #require(error, sourceLocation: location)
    }

    @Test("a right code is right each time, and still good for a login", arguments: [true, false])
    func right(namesClient: Bool) async throws {
        let fixture = try await Self.fixture()
        let code = try await Self.startCode(fixture)
        let client: [String: String?] = namesClient ? ["client_id": fixture.web.clientID] : [:]
        for _ in 0..<5 { try await Self.verify(fixture, code, client) }
        let pairs = [
            ("grant_type", GrantType.passwordlessOTP.rawValue), ("username", Self.email), ("realm", "email"), ("otp", code),
        ]
        #expect(try await fixture.token(fixture.form(pairs, of: fixture.web, [])).accessToken.isEmpty == false)
        #expect(try await Self.refusal(fixture, code, client).kind == .invalidGrant)
    }

    @Test("a number is verified as an address is")
    func telephone() async throws {
        let fixture = try await Self.fixture()
        let pairs = [("connection", "sms"), ("phone_number", Self.phone)]
        _ = try await PasswordlessStart(fixture.context).respond(
            to: FormParameters(fixture.form(pairs, of: fixture.web, [])), authorization: nil, in: fixture.request())
        let code = try #require(fixture.textedCode)
        let number: [String: String?] = ["connection": "sms", "email": nil, "phone_number": Self.phone]
        try await Self.verify(fixture, code, number)
        let wrong = try await Self.refusal(fixture, EngineFixture.otherCode(than: code), number)
        #expect(wrong.kind == .invalidGrant && wrong.description == "Wrong phone number or verification code.")
    }

    @Test("three wrong codes end the right one, for the login too")
    func tries() async throws {
        let fixture = try await Self.fixture()
        let code = try await Self.startCode(fixture)
        for _ in 0..<3 {
            let wrong = try await Self.refusal(fixture, EngineFixture.otherCode(than: code))
            #expect(wrong.kind == .invalidGrant && wrong.description == "Wrong email or verification code.")
        }
        #expect(try await Self.refusal(fixture, code).kind == .invalidGrant)
    }

    @Test("the account's brake stops guesses beyond the tries of single codes, known or unknown")
    func brake() async throws {
        for isKnown in [true, false] {
            let fixture = try await Self.fixture()
            var refused: OAuthError?
            for number in 0..<51 {
                if isKnown, number < 50 { _ = try await Self.startCode(fixture) }
                refused = try await Self.refusal(fixture, "x")
                if refused?.kind == .tooManyAttempts { break }
            }
            #expect(refused?.kind == .tooManyAttempts && refused?.retryAfter != nil, "\(isKnown)")
        }
    }

    @Test("without a client the newest code to the address is meant, with one that client's own")
    func newest() async throws {
        let fixture = try await Self.fixture()
        let first = try await Self.startCode(fixture, fixture.web)
        let second = try await Self.startCode(fixture, fixture.native)
        try #require(first != second)
        try await Self.verify(fixture, second)
        #expect(try await Self.refusal(fixture, first).kind == .invalidGrant)
        try await Self.verify(fixture, first, ["client_id": fixture.web.clientID])
        #expect(try await Self.refusal(fixture, first, ["client_id": fixture.native.clientID]).kind == .invalidGrant)
    }

    @Test("an address that no code was sent to is told what a wrong code is told")
    func nobody() async throws {
        let fixture = try await Self.fixture()
        let refused = try await Self.refusal(fixture, "123456")
        #expect(refused.kind == .invalidGrant && refused.description == "Wrong email or verification code.")
    }

    @Test("a code ends at the instant it says", arguments: [(179_999 as Int64, true), (180_000, false)])
    func expiry(milliseconds: Int64, isGood: Bool) async throws {
        let fixture = try await Self.fixture()
        let code = try await Self.startCode(fixture)
        fixture.clock.advance(milliseconds: milliseconds)
        if isGood {
            try await Self.verify(fixture, code)
        } else {
            #expect(try await Self.refusal(fixture, code).kind == .invalidGrant)
        }
    }

    static let malformed: [[String: String?]] = [
        ["connection": nil], ["connection": "nothing"], ["connection": "Username-Password-Authentication"],
        ["verification_code": nil], ["email": nil], ["email": "nobody"], ["phone_number": "+491511"],
        ["email": nil, "phone_number": "+491511"], ["client_id": "nobody"],
    ]

    @Test("a malformed call spends no try", arguments: 0..<malformed.count)
    func malformedCall(index: Int) async throws {
        let fixture = try await Self.fixture()
        let code = try await Self.startCode(fixture)
        for _ in 0..<4 {
            #expect(try await Self.refusal(fixture, code, Self.malformed[index]).kind == .invalidRequest)
        }
        try await Self.verify(fixture, code)
    }

    @Test("a connection that was taken from the client verifies nothing")
    func disabledConnection() async throws {
        let fixture = try await Self.fixture()
        let code = try await Self.startCode(fixture)
        var connection = try #require(try await fixture.stores.connections.find(name: "email"))
        connection.enabledClients = [fixture.native.clientID]
        _ = try await fixture.stores.connections.update(connection)
        #expect(try await Self.refusal(fixture, code).kind == .invalidGrant)
    }
}

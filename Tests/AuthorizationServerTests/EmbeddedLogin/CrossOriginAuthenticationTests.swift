import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Contract 21.3.
@Suite struct CrossOriginAuthenticationTests {
    private typealias Case = CrossOriginCase

    @Test("a right password gets a ticket, a verifier and an id, none of which the next one gets")
    func ticket() async throws {
        let fixture = try await Case.fixture()
        let (first, second) = (try await Case.authenticate(fixture), try await Case.authenticate(fixture))
        #expect(first.json.members.map(\.name) == ["login_ticket", "co_verifier", "co_id"])
        #expect(first.ticket.revealed.utf8.count == 43 && first.verifier.revealed.utf8.count == 43)
        #expect(first.ticket.revealed != second.ticket.revealed && first.verifier.revealed != second.verifier.revealed)
        #expect(first.id != second.id)
        #expect(first.changes.crossOriginVerifier?.id == first.id)
        #expect(first.changes.crossOriginVerifier?.value == first.verifier.revealed)
        #expect(try await fixture.logTypes() == ["scoa", "scoa"])
    }

    @Test("neither the ticket nor the verifier is printed or kept in the clear")
    func secrets() async throws {
        let fixture = try await Case.fixture()
        let login = try await Case.authenticate(fixture)
        for secret in [login.ticket.revealed, login.verifier.revealed] {
            #expect(!"\(login.ticket) \(login.verifier)".contains(secret))
            for record in try await fixture.stores.logs.list(after: nil, limit: 100) {
                #expect(!"\(record.event)".contains(secret))
            }
        }
        let stored = try await fixture.stores.oneTimeCodes.find(
            .loginTicket, key: TokenHash(of: login.ticket.revealed), at: fixture.now)
        let payload = try #require(stored).payload.revealed
        #expect(!payload.contains(login.ticket.revealed) && !payload.contains(login.verifier.revealed))
    }

    @Test("without a realm the tenant's default directory is meant")
    func defaultDirectory() async throws {
        var fixture = try await Case.fixture()
        let changes = ["credential_type": "password", "realm": nil]
        _ = try await Case.authenticate(fixture, changes)
        try await fixture.changeSettings { $0.defaultDirectory = nil }
        let refused = try await Case.refusal(fixture, changes)
        #expect(refused.kind == .invalidRequest)
        #expect(refused.description == "Authorization server not configured with default connection.")
    }

    static let malformed: [(String, [String: String?])] = [
        ("an extra member", ["scope": "openid"]), ("telemetry", ["auth0Client": "e30="]),
        ("a code beside a password", ["otp": "123456"]), ("no client", ["client_id": nil]), ("no name", ["username": nil]),
        ("no password", ["password": nil]), ("no realm", ["realm": nil]), ("no type", ["credential_type": nil]),
        ("a realm that the type does not need", ["credential_type": "password"]),
        ("a password in the place of a code", ["credential_type": CrossOriginCase.passwordlessOTP]),
        ("an unknown client", ["client_id": "nobody"]), ("an unknown realm", ["realm": "nothing"]),
        ("a passwordless realm", ["realm": "email"]),
    ]

    @Test("the members are exactly those that are needed", arguments: 0..<malformed.count)
    func members(index: Int) async throws {
        let fixture = try await Case.fixture()
        let refused = try await Case.refusal(fixture, Self.malformed[index].1)
        #expect(refused.kind == .invalidRequest, "\(Self.malformed[index].0)")
        #expect(refused.members.isEmpty)
        #expect(fixture.hasher.verifications == 0)
    }

    @Test("only plain names of extra members are repeated")
    func hostileNames() async throws {
        let fixture = try await Case.fixture()
        let refused = try await Case.refusal(fixture, ["plain": "1", "<script>\u{e9}": "1"])
        #expect(refused.description == "the following properties are not allowed: plain")
    }

    @Test(
        "an unknown credential type has a code of its own",
        arguments: ["Password", "http://auth0.com/oauth/grant-type/mfa-otp", "x"])
    func credentialType(type: String) async throws {
        let fixture = try await Case.fixture()
        let refused = try await Case.refusal(fixture, ["credential_type": type])
        #expect(refused.kind == .invalidRequest)
        #expect(refused.members.first?.value == "unsupported_credential_type")
    }

    @Test("a client without the switch, or one of a third party, is not allowed", arguments: [true, false])
    func notAllowed(hasSwitch: Bool) async throws {
        let fixture = try await Case.fixture()
        try await fixture.changed(fixture.web) { ($0.crossOriginAuthentication, $0.isFirstParty) = (hasSwitch, !hasSwitch) }
        let refused = try await Case.refusal(fixture)
        #expect(refused.kind == .unauthorizedClient && refused.auth0Status == 401)
        #expect(refused.description == "Cross origin login not allowed")
        #expect(fixture.hasher.verifications == 0)
        #expect(try await fixture.logTypes() == ["fcoa"])
    }

    @Test("a connection that is not the client's is refused before the password is looked at")
    func foreignConnection() async throws {
        let fixture = try await Case.fixture()
        var connection = fixture.connection
        connection.enabledClients = [fixture.spa.clientID]
        _ = try await fixture.stores.connections.update(connection)
        #expect(try await Case.refusal(fixture).description == "the connection was disabled")
        #expect(fixture.hasher.verifications == 0)
    }

    @Test("unknown users and wrong passwords get one answer, for the same work")
    func wrongPassword() async throws {
        let fixture = try await Case.fixture()
        let wrong = try await Case.refusal(fixture, ["password": "wrong"])
        #expect(fixture.hasher.verifications == 1)
        let unknown = try await Case.refusal(fixture, ["username": "nobody@example.test"])
        #expect(fixture.hasher.verifications == 2)
        for error in [wrong, unknown] {
            #expect(error.kind == .accessDenied && error.description == "Wrong email or password.")
            #expect(error.members.isEmpty)
        }
        #expect(try await fixture.logTypes() == ["fp", "fcoa", "fu", "fcoa"])
    }

    @Test("a blocked user learns it with the right password only")
    func blocked() async throws {
        let fixture = try await Case.fixture()
        _ = try await fixture.stores.users.setBlocked(fixture.user.userID, true, at: fixture.now)
        #expect(try await Case.refusal(fixture, ["password": "wrong"]).description == "Wrong email or password.")
        let refused = try await Case.refusal(fixture)
        #expect(refused.kind == .accessDenied && refused.description == "user is blocked")
        #expect(refused.members.first?.value == "blocked_user")
    }

    @Test("the brakes of the login page are the same here")
    func brakes() async throws {
        let fixture = try await Case.fixture()
        for _ in 0..<10 { #expect(try await Case.refusal(fixture, ["password": "wrong"]).kind == .accessDenied) }
        let refused = try await Case.refusal(fixture)
        #expect(refused.kind == .tooManyAttempts && refused.retryAfter != nil)
        #expect(fixture.hasher.verifications == 10)
    }

    @Test("a full hashing queue is told as such, and nothing is handed out")
    func queue() async throws {
        let fixture = try await Case.fixture()
        fixture.hasher.refuseAll()
        #expect(try await Case.refusal(fixture).kind == .tooManyRequests)
    }

    // MARK: Codes

    private static func startCode(_ fixture: EngineFixture) async throws -> String {
        let pairs = [("connection", "email"), ("email", "new@example.test"), ("send", "code")]
        _ = try await PasswordlessStart(fixture.context).respond(
            to: FormParameters(fixture.form(pairs, of: fixture.web, [])), authorization: nil, in: fixture.request())
        return try #require(fixture.mailedCode)
    }

    private static func otp(_ code: String) -> [String: String?] {
        [
            "credential_type": CrossOriginCase.passwordlessOTP, "username": "new@example.test", "otp": code, "realm": "email",
            "password": nil,
        ]
    }

    @Test("a code of /passwordless/start gets a ticket once, and makes the user at the first login")
    func code() async throws {
        let fixture = try await Case.fixture()
        let code = try await Self.startCode(fixture)
        let wrong = try await Case.refusal(fixture, Self.otp(EngineFixture.otherCode(than: code)))
        #expect(wrong.kind == .accessDenied && wrong.description == "Wrong email or verification code.")
        #expect(try await fixture.stores.users.findCredential(connection: "email", identifier: "new@example.test") == nil)
        _ = try await Case.authenticate(fixture, Self.otp(code))
        let user = try await fixture.stores.users.findCredential(connection: "email", identifier: "new@example.test")
        #expect(user?.user.emailVerified == true)
        #expect(try await Case.refusal(fixture, Self.otp(code)).kind == .accessDenied)
    }

    @Test("a code needs the grant, and a name that it can be sent to")
    func codeRules() async throws {
        let fixture = try await Case.fixture()
        let code = try await Self.startCode(fixture)
        var named = Self.otp(code)
        named["username"] = "nobody"
        #expect(try await Case.refusal(fixture, named).description == "Wrong email or verification code.")
        try await fixture.changed(fixture.web) { client in client.grantTypes.removeAll { $0 == .passwordlessOTP } }
        #expect(try await Case.refusal(fixture, Self.otp(code)).description == "Cross origin login not allowed")
    }

    @Test("three wrong codes end the right one")
    func codeTries() async throws {
        let fixture = try await Case.fixture()
        let code = try await Self.startCode(fixture)
        for _ in 0..<3 { _ = try await Case.refusal(fixture, Self.otp(EngineFixture.otherCode(than: code))) }
        #expect(try await Case.refusal(fixture, Self.otp(code)).kind == .accessDenied)
    }
}

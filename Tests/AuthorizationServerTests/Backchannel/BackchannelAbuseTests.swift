import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Backchannel requests flood nobody and tell nothing of who has an account (contract 15.3, CIBA 15).
@Suite struct BackchannelAbuseTests {
    private func make(
        isFirstParty: Bool = true, _ change: (inout BackchannelSettings) -> Void = { _ in }
    ) async throws -> BackchannelCase {
        var ciba = try await BackchannelCase.make {
            ($0.isFirstParty, $0.thirdPartySecurityMode) = (isFirstParty, .permissive)
        }
        change(&ciba.fixture.tenant.settings.backchannel)
        return ciba
    }

    @Test("one client cannot message one user without end; another client, and another user, still can")
    func messages() async throws {
        let ciba = try await make { $0.messagesPerUserAndClient = Bucket(capacity: 2, refillInterval: 60) }
        for hint in [EngineFixture.email, ciba.fixture.user.userID] { _ = try await ciba.begin([("login_hint", hint)]) }
        let error = try await ciba.refusal([])
        #expect(error.kind == .tooManyRequests && error.retryAfter == 60)
        #expect(ciba.fixture.mail.messages.count == 2)
        var other = ciba
        other.client = try await ciba.fixture.changed(ciba.fixture.machine) { ($0.grantTypes, $0.wireProfile) = ([.ciba], .standard) }
        _ = try await other.begin()
        let friend = User(
            userID: "auth0|ffffffffffffffffffffffff", connection: ciba.fixture.connection.name, email: "friend@example.test",
            createdAt: ciba.fixture.now)
        try await ciba.fixture.stores.users.insert(friend, passwordHash: nil)
        _ = try await ciba.begin([("login_hint", friend.userID)])
        ciba.fixture.clock.advance(by: 60)
        _ = try await ciba.begin()
        #expect(ciba.fixture.mail.messages.count == 5)
    }

    @Test("only so many requests wait for one user, whichever clients they are of; answering one makes room")
    func waiting() async throws {
        let ciba = try await make { $0.pendingPerUser = 2 }
        var other = ciba
        other.client = try await ciba.fixture.changed(ciba.fixture.machine) { ($0.grantTypes, $0.wireProfile) = ([.ciba], .standard) }
        _ = try await other.begin()
        _ = try await ciba.begin()
        for asking in [ciba, other] {
            #expect(try await asking.refusal([]).kind == .tooManyRequests)
        }
        #expect(ciba.fixture.mail.messages.count == 2, "and there is no message about what does not wait")
        _ = try await ciba.decide(false)
        _ = try await other.begin()
    }

    @Test("one address cannot try out names without end, right or wrong")
    func addresses() async throws {
        let ciba = try await make { $0.requestsPerAddress = Bucket(capacity: 3, refillInterval: 10) }
        for hint in ["nobody@example.test", "somebody@example.test", "anybody@example.test"] {
            #expect(try await ciba.refusal([("login_hint", hint)]).kind == .unknownUserID)
        }
        let error = try await ciba.refusal([])
        #expect(error.kind == .tooManyRequests && error.retryAfter == 10)
        #expect(ciba.fixture.mail.messages.isEmpty)
    }

    static let strangers: [String] = [
        "nobody@example.test", "auth0|nobody", "{", #"{"format":"iss_sub","iss":"https://default.test/","sub":"auth0|x"}"#,
    ]

    @Test("a client that is not the tenant's own gets the same answer for nobody as for somebody, and nobody a message", arguments: strangers)
    func noOracle(_ hint: String) async throws {
        let ciba = try await make(isFirstParty: false)
        let (known, unknown) = (try await ciba.begin(), try await ciba.begin([("login_hint", hint)]))
        #expect(known.members.map(\.name) == unknown.members.map(\.name))
        for name in ["expires_in", "interval"] { #expect(known[name] == unknown[name]) }
        #expect(ciba.fixture.mail.messages.map(\.to) == [EngineFixture.email])
        let id = try #require(unknown["auth_req_id"]?.string)
        #expect(try await ciba.pollRefusal(id).kind == .authorizationPending)
        #expect(try await ciba.pollRefusal(id, waiting: 300).kind == .expiredToken)
    }

    @Test("a blocked user, too, is nobody")
    func blocked() async throws {
        let ciba = try await make(isFirstParty: false)
        _ = try await ciba.fixture.stores.users.setBlocked(ciba.fixture.user.userID, true, at: ciba.fixture.now)
        #expect(try await ciba.begin()["auth_req_id"] != nil)
        #expect(ciba.fixture.mail.messages.isEmpty)
    }

    @Test("the limits count the same for nobody as for somebody", arguments: [EngineFixture.email, "nobody@example.test"])
    func equalLimits(_ hint: String) async throws {
        let messages = try await make(isFirstParty: false) { $0.messagesPerUserAndClient = Bucket(capacity: 1, refillInterval: 60) }
        _ = try await messages.begin([("login_hint", hint)])
        #expect(try await messages.refusal([("login_hint", hint.uppercased())]).kind == .tooManyRequests)
        let waiting = try await make(isFirstParty: false) { $0.pendingPerUser = 1 }
        _ = try await waiting.begin([("login_hint", hint)])
        #expect(try await waiting.refusal([("login_hint", hint)]).kind == .tooManyRequests)
    }

    @Test("a client of the tenant's own is told")
    func firstParty() async throws {
        #expect(try await make().refusal([("login_hint", "nobody@example.test")]).onTheWire == "400 unknown_user_id")
    }

    // MARK: Words

    @Test("messages that break, hide or reorder a line, or hold an address, are refused outside Auth0's profile", arguments: [
        "two\nlines", "tab\there", "nul\u{0}", "\u{202E}reversed", "\u{2066}isolated", "zero\u{200B}width", "\u{2028}", "\u{E000}",
        "see https://evil.test/", "HTTPS://EVIL", "x\u{7F}", String(repeating: "\u{301}", count: 257),
    ])
    func unsafeMessages(_ text: String) async throws {
        let ciba = try await make()
        let error = try await ciba.refusal([("binding_message", text)])
        #expect(error.kind == .invalidBindingMessage || error.kind == .invalidRequest)
        #expect(ciba.fixture.mail.messages.isEmpty)
    }

    @Test("what people write is fine", arguments: [
        "Pay 12.50 € to Müller & Söhne (№ 7)?", "支払い 5,000円", "می\u{200C}خواهم", "👩\u{200D}💻 logs in", "50% / 12/05/2026", "a@b <c>",
    ])
    func safeMessages(_ text: String) async throws {
        let ciba = try await make()
        _ = try await ciba.begin([("binding_message", text)])
        #expect(ciba.fixture.mail.messages.count == 1)
    }

    @Test("nothing that a client says becomes a link in the mail", arguments: [WireProfile.auth0, .standard])
    func links(_ profile: WireProfile) async throws {
        let ciba = try await BackchannelCase.make(profile) { $0.name = "Visit https://evil.test/now\nor mail a@evil.test" }
        _ = try await ciba.begin([("binding_message", "www.evil.test or evil.com: 1.99")])
        let mail = try #require(ciba.fixture.mail.messages.last)
        #expect(mail.subject == "Please confirm: Visit https: //evil. test/now or mail a@ evil. test")
        #expect(mail.text.contains("It says: www. evil. test or evil. com: 1.99\n"))
        let words = mail.text.split(whereSeparator: \.isWhitespace)
        #expect(words.filter { $0.contains("://") }.allSatisfy { $0.hasPrefix("https://default.test/u/approve?") })
    }
}

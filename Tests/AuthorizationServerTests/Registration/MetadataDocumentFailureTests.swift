import AuthorizationServer
import JOSE
import Logging
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What a client is whose document cannot be had, or is no good any more.
@Suite struct MetadataDocumentFailureTests {
    private static let id = "https://agent.example.test/client.json"
    private static let sector = "https://agent.example.test/sector.json"

    private func make() async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.configure { $0.registration.metadataDocuments = true }
        return fixture
    }

    private func document(_ changes: [(String, JSONValue?)] = []) -> String {
        var document: JSONObject = [
            "client_id": .string(Self.id), "client_name": "Agent", "redirect_uris": .strings([EngineFixture.callback]),
            "grant_types": .strings(["authorization_code", "refresh_token"]),
        ]
        for (name, value) in changes { document[name] = value }
        return document.serializedString
    }

    /// How the client is found now: its name, `nil`, or "unavailable".
    private func state(_ fixture: EngineFixture) async throws -> String? {
        do {
            return try await fixture.context.client(Self.id)?.name
        } catch let error as OAuthError {
            #expect(error.kind == .temporarilyUnavailable && error.retryAfter == 30)
            return "unavailable"
        }
    }

    @Test("what never was known: no such client when the address says no, and not now when it does not answer", arguments: [
        (OutboundError.forbidden, nil), (.redirected, nil), (.tooLarge, nil), (.unreachable, "unavailable"), (.timeout, "unavailable"),
    ] as [(OutboundError, String?)])
    func unknown(_ failure: OutboundError, _ expected: String?) async throws {
        let fixture = try await make()
        fixture.outbound.fail(Self.id, with: failure)
        for _ in 0..<3 { #expect(try await state(fixture) == expected) }
        #expect(fixture.outbound.gets.count == 1)
        fixture.outbound.serve(document(), at: Self.id)
        fixture.clock.advance(milliseconds: 29_999)
        #expect(try await state(fixture) == expected)
        fixture.clock.advance(milliseconds: 1)
        #expect(try await state(fixture) == "Agent")
    }

    @Test("statuses: the server's own trouble passes, everything else is an answer", arguments: [
        (500, "unavailable"), (503, "unavailable"), (429, "unavailable"), (408, "unavailable"), (404, nil), (410, nil), (403, nil),
        (204, nil), (301, nil),
    ] as [(Int, String?)])
    func statuses(_ status: Int, _ expected: String?) async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id, status: status)
        #expect(try await state(fixture) == expected)
    }

    @Test("a known client stays while its server is away, for a day, and not a moment longer", arguments: [
        OutboundError.unreachable, .timeout,
    ])
    func staleIfError(_ failure: OutboundError) async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id)
        #expect(try await state(fixture) == "Agent")
        fixture.outbound.fail(Self.id, with: failure)
        fixture.clock.advance(by: .hours(2))
        for _ in 0..<3 { #expect(try await state(fixture) == "Agent") }
        #expect(fixture.outbound.gets.count == 2, "asked again once in half a minute")
        fixture.clock.advance(milliseconds: 22 * 3_600_000 - 1)
        #expect(try await state(fixture) == "Agent")
        fixture.clock.advance(milliseconds: 1)
        #expect(try await state(fixture) == "unavailable")
        fixture.outbound.serve(document([("client_name", "Back")]), at: Self.id)
        fixture.clock.advance(by: 30)
        #expect(try await state(fixture) == "Back")
    }

    @Test("a document that was withdrawn or spoilt ends the client at its next reading, and later failures do not bring it back", arguments: [
        "404", "invalid", "another's",
    ])
    func withdrawn(_ how: String) async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id)
        #expect(try await state(fixture) == "Agent")
        fixture.clock.advance(by: .hours(1))
        switch how {
        case "404": fixture.outbound.serve("", at: Self.id, status: 404)
        case "invalid": fixture.outbound.serve(document([("redirect_uris", "none")]), at: Self.id)
        default: fixture.outbound.serve(document([("client_id", "https://evil.test/client.json")]), at: Self.id)
        }
        #expect(try await state(fixture) == nil)
        fixture.outbound.fail(Self.id)
        fixture.clock.advance(by: 30)
        #expect(try await state(fixture) == "unavailable")
    }

    @Test("a bad document is read again after half a minute, a good one after an hour")
    func repaired() async throws {
        let fixture = try await make()
        fixture.outbound.serve(document([("client_secret", "public")]), at: Self.id)
        for _ in 0..<3 { #expect(try await state(fixture) == nil) }
        #expect(fixture.outbound.gets.count == 1)
        fixture.outbound.serve(document(), at: Self.id)
        fixture.clock.advance(by: 30)
        #expect(try await state(fixture) == "Agent")
    }

    @Test("what one tenant makes of a document says nothing to another")
    func tenants() async throws {
        let fixture = try await make()
        var other = fixture
        other.tenant = Tenant(id: try #require(TenantID("other")), settings: fixture.tenant.settings, createdAt: fixture.now)
        fixture.outbound.serve(document([("id_token_signed_response_alg", "PS256")]), at: Self.id)
        other.tenant.settings.signingAlgorithms = ["RS256"]
        #expect(try await state(other) == nil)
        #expect(try await state(fixture) == "Agent")
    }

    @Test("however many addresses fail, a known client stays known")
    func eviction() async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id)
        #expect(try await state(fixture) == "Agent")
        fixture.clock.advance(by: 1)
        let freshness = DocumentFreshness(now: fixture.now, maximumAge: 60)
        for number in 0..<2200 {
            _ = try? await fixture.environment.remoteDocuments.document(
                at: "https://dead.test/\(number)", accepting: "application/json", through: fixture.outbound, freshness: freshness)
        }
        fixture.outbound.fail(Self.id)
        fixture.clock.advance(by: .hours(2))
        #expect(try await state(fixture) == "Agent")
    }

    // MARK: Where it shows

    @Test("at the token endpoint: 503 and no invalid_client; at /authorize: a page with the same")
    func endpoints() async throws {
        let fixture = try await make()
        fixture.outbound.fail(Self.id)
        let error = try await fixture.refusal(of: [
            ("grant_type", "refresh_token"), ("client_id", Self.id), ("refresh_token", "x"),
        ])
        #expect(error.onTheWire == "503 temporarily_unavailable" && error.retryAfter == 30)
        var browser = EngineBrowser(fixture)
        do {
            _ = try await browser.authorize(FormParameters([("client_id", Self.id), ("response_type", "code")]))
            Issue.record("accepted")
        } catch AuthorizeFailure.shownToUser(let error, _) {
            #expect(error.kind == .temporarilyUnavailable)
        }
    }

    @Test("refresh, logout and its messages go on with the last good document")
    func goesOn() async throws {
        let fixture = try await make()
        let told = "https://agent.example.test/logout"
        fixture.outbound.serve(document([("backchannel_logout_uri", .string(told))]), at: Self.id)
        let client = try #require(try await fixture.context.client(Self.id))
        var browser = EngineBrowser(fixture)
        let code = try #require(try await fixture.consented(client, ["scope": "openid offline_access"], &browser)["code"])
        let tokens = try await fixture.token(fixture.codeForm(code, from: client))
        fixture.outbound.fail(Self.id)
        fixture.clock.advance(by: .hours(3))
        let refreshed = try await fixture.token(fixture.refreshForm(try #require(tokens.refreshToken), from: client))
        #expect(refreshed.refreshToken != nil)
        _ = try await LogoutEndpoint(fixture.context).respond(to: FormParameters(), browser: browser.cookies, in: fixture.request())
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        _ = try await DeliveryWorker(engine: fixture.engine, environment: fixture.environment, logger: logger)
            .runDue { [now = fixture.now] in now }
        #expect(fixture.outbound.posts.map(\.url) == [told])
    }

    @Test("a logout ends the session although the document of one of its clients is nowhere to be had")
    func logoutWithout() async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(), at: Self.id)
        let client = try #require(try await fixture.context.client(Self.id))
        var browser = EngineBrowser(fixture)
        _ = try await fixture.consented(client, [:], &browser)
        fixture.outbound.fail(Self.id)
        fixture.clock.advance(by: .hours(25))
        #expect(try await state(fixture) == "unavailable")
        for pairs in [[], [("client_id", Self.id)]] {
            _ = try await LogoutEndpoint(fixture.context).respond(
                to: FormParameters(pairs), browser: browser.cookies, in: fixture.request())
        }
        let hash = TokenHash(of: try #require(browser.cookies.session))
        #expect(try await fixture.stores.sessions.find(hash, at: fixture.now) == nil)
    }

    // MARK: Sectors

    private let pairwise: [(String, JSONValue?)] = [
        ("subject_type", "pairwise"), ("sector_identifier_uri", .string(sector)),
    ]

    @Test("a document joins a sector only if the sector's list has its callbacks", arguments: [
        (#"["https://app.example.test/callback"]"#, true), (#"["https://other.test/"]"#, false), ("{}", false), ("", false),
    ])
    func sectors(_ list: String, _ isGood: Bool) async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(pairwise), at: Self.id)
        fixture.outbound.serve(list, at: Self.sector)
        for _ in 0..<3 { #expect(try await state(fixture) == (isGood ? "Agent" : nil)) }
        let asked = fixture.outbound.gets.count { $0 == Self.sector }
        #expect(asked == (isGood ? 1 : 2), "it is not asked with each request")
    }

    @Test("several hosts without a list, and a list that is not there")
    func withoutList() async throws {
        let fixture = try await make()
        let hosts: JSONValue = .strings(["https://one.test/cb", "https://two.test/cb"])
        fixture.outbound.serve(document([("subject_type", "pairwise"), ("redirect_uris", hosts)]), at: Self.id)
        #expect(try await state(fixture) == nil)
        let other = try await make()
        other.outbound.serve(document(pairwise), at: Self.id)
        other.outbound.serve("", at: Self.sector, status: 404)
        #expect(try await state(other) == nil)
        let third = try await make()
        third.outbound.serve(document(pairwise), at: Self.id)
        third.outbound.fail(Self.sector)
        #expect(try await state(third) == "unavailable")
    }

    @Test("a list that grew with the document is read again")
    func grown() async throws {
        let fixture = try await make()
        fixture.outbound.serve(document(pairwise), at: Self.id, maxAge: 60)
        fixture.outbound.serve(#"["https://app.example.test/callback"]"#, at: Self.sector)
        #expect(try await state(fixture) == "Agent")
        let callbacks = ["https://app.example.test/callback", "https://app.example.test/new"]
        fixture.outbound.serve(document(pairwise + [("redirect_uris", .strings(callbacks))]), at: Self.id)
        fixture.outbound.serve(JSONValue.strings(callbacks).serializedString, at: Self.sector)
        fixture.clock.advance(by: 60)
        #expect(try await state(fixture) == "Agent")
    }
}

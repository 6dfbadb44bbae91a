import OAuthProtocol
import Storage
import TestSupport
import Testing

/// The flows over every engine: what SQLite in memory does, the others do.
@Suite struct BackendFlowTests {
    private static let scopes: [String: String?] = ["scope": "openid offline_access", "audience": EngineFixture.audience]
    private static let unknown = "Unknown or invalid refresh token."

    private static func withServer(_ backend: Backend, _ body: (TestServer) async throws -> Void) async throws {
        try await backend.withFreshDatabase { database in
            let engine: any StorageEngine = try await database.open(masterKeys: EngineFixture.masterKeys)
            do {
                try await body(try await TestServer.make(try await EngineFixture.make(engine: engine)))
                try await engine.close()
            } catch {
                try? await engine.close()
                throw error
            }
        }
    }

    @Test("Signing in, exchanging, refreshing with rotation, reuse", arguments: Backend.available)
    func refreshing(backend: Backend) async throws {
        try await Self.withServer(backend) { server in
            var journey = Journey(server, server.fixture.spa)
            let first = try await journey.tokens(Self.scopes).member("refresh_token")
            let second = try await journey.refresh(first)
            #expect(second.status == 200)
            #expect(try await journey.refresh(first).member("refresh_token") == second.member("refresh_token"))
            server.fixture.clock.advance(by: 31)
            #expect(try await journey.refresh(first).errorDescription == Self.unknown)
            #expect(try await journey.refresh(second.member("refresh_token")).errorDescription == Self.unknown)
        }
    }

    @Test("Of many exchanges of one code at once exactly one wins", arguments: Backend.available)
    func oneRedemption(backend: Backend) async throws {
        try await Self.withServer(backend) { server in
            var journey = Journey(server, server.fixture.native)
            let code = try await journey.signIn(Self.scopes)["code"]
            let statuses = try await Self.atOnce(20, journey) { try await $0.exchange(code: code).status }
            #expect(statuses.filter { $0 == 200 }.count == 1)
            #expect(statuses.filter { $0 == 403 }.count == 19)
        }
    }

    @Test("Many refreshes of one token at once get one successor", arguments: Backend.available)
    func oneLineage(backend: Backend) async throws {
        try await Self.withServer(backend) { server in
            var journey = Journey(server, server.fixture.spa)
            let token = try await journey.tokens(Self.scopes).member("refresh_token")
            let answers = try await Self.atOnce(20, journey) { try await $0.refresh(token) }
            #expect(answers.allSatisfy { $0.status == 200 })
            let successors = Set(answers.map { $0.member("refresh_token") })
            #expect(successors.count == 1)
            #expect(try await journey.refresh(try #require(successors.first)).status == 200)
        }
    }

    @Test("A revocation among refreshes wins for good", arguments: Backend.available)
    func revocationWins(backend: Backend) async throws {
        try await Self.withServer(backend) { server in
            var journey = Journey(server, server.fixture.spa)
            let token = try #require(try await journey.tokens(Self.scopes).member("refresh_token"))
            let pairs = [("client_id", journey.client.clientID), ("token", token)]
            let answers = try await Self.atOnce(12, journey) { journey in
                let refreshed = try await journey.refresh(token)
                _ = try await server.send(.form("/oauth/revoke", pairs))
                return refreshed
            }
            for answer in answers where answer.status == 200 {
                #expect(try await journey.refresh(answer.member("refresh_token")).errorDescription == Self.unknown)
            }
            #expect(try await journey.refresh(token).errorDescription == Self.unknown)
        }
    }

    @Test("Consent, a second application, logout", arguments: Backend.available)
    func sessions(backend: Backend) async throws {
        try await Self.withServer(backend) { server in
            var web = server.fixture.web
            (web.isFirstParty, web.thirdPartySecurityMode) = (false, .permissive)
            _ = try await server.fixture.stores.clients.update(web)
            var first = Journey(server, server.fixture.spa)
            _ = try await first.signIn(Self.scopes)
            var second = Journey(server, web, browser: first.browser)
            let page = try await second.authorize(Self.scopes).page()
            #expect(page.path.hasPrefix("/u/consent?"))
            let callback = try await second.browser.submit(page, pressing: ("decision", "accept")).callback()
            #expect(try await second.exchange(code: callback["code"]).status == 200)
            _ = try await second.browser.open("/v2/logout", [("client_id", web.clientID)])
            #expect(try await second.authorize(["prompt": "none"]).callback()["error"] == "login_required")
        }
    }

    /// Runs the call `count` times at once.
    private static func atOnce<Value: Sendable>(
        _ count: Int, _ journey: Journey, _ call: @escaping @Sendable (Journey) async throws -> Value
    ) async throws -> [Value] {
        try await withThrowingTaskGroup(of: Value.self) { group in
            for _ in 0..<count { group.addTask { try await call(journey) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}

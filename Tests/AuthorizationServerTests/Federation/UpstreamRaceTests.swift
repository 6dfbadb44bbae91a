import AuthorizationServer
import OAuthProtocol
import SQLStorage
import Storage
import TestSupport
import Testing

/// Many who need the same token of an identity provider at once: its refresh token is good for one use.
@Suite struct UpstreamRaceTests {
    @Test("of many requests at once one asks the provider, and all have its answer")
    func sameNode() async throws {
        let test = try await FederationCase.makeWithTokens()
        let form = test.form(try await test.refreshToken())
        let tokens = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<12 { group.addTask { try await test.fixture.token(form).accessToken } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(tokens == Array(repeating: "access-2", count: 12))
        #expect(test.provider.uses == 1 && test.provider.reuses == 0)
    }

    /// Two nodes over one database; the first one's request is at the provider while `body` runs.
    private func withTwoNodes(
        _ body: (FederationCase, TenantContext, _ release: Gate, _ first: Task<String, any Error>) async throws -> Void
    ) async throws {
        try await Backend.sqliteFile.withFreshDatabase { database in
            let engines = [
                try await database.open(masterKeys: EngineFixture.masterKeys),
                try await database.open(masterKeys: EngineFixture.masterKeys),
            ]
            let test = try await FederationCase.make(engine: engines[0])
            try await test.fixture.storeFederatedTokens(of: test.fixture.user)
            let (arrived, release) = (Gate(), Gate())
            test.provider.beforeAnswering {
                arrived.open()
                await release.wait()
            }
            let form = test.form(try await test.refreshToken())
            let first = Task { try await test.fixture.token(form).accessToken }
            await arrived.wait()
            try await body(test, test.fixture.otherNode(over: engines[1]), release, first)
            for engine in engines { try await engine.close() }
        }
    }

    private func ask(_ node: TenantContext, _ test: FederationCase) async throws -> String {
        let form = FormParameters(test.form(try await test.refreshToken()))
        return try await TokenEndpoint(node).respond(to: form, authorization: nil, in: test.fixture.request()).accessToken
    }

    @Test("a request on another node looks again until the first has its answer")
    func otherNode() async throws {
        try await withTwoNodes { test, other, release, first in
            var node = other
            node.environment.pause = { _ in
                release.open()
                _ = try? await first.value
            }
            let (second, firstToken) = (try await ask(node, test), try await first.value)
            #expect(second == "access-2" && firstToken == "access-2")
            #expect(test.provider.uses == 1 && test.provider.reuses == 0)
        }
    }

    @Test("who waits too long is told to come back, and the token is spent once all the same")
    func tooLong() async throws {
        try await withTwoNodes { test, node, release, first in
            let error = await #expect(throws: OAuthError.self) { try await ask(node, test) }
            #expect(error?.kind == .temporarilyUnavailable && error?.retryAfter == 1)
            release.open()
            let token = try await first.value
            #expect(token == "access-2")
            #expect(test.provider.uses == 1 && test.provider.reuses == 0)
        }
    }

    @Test("a request that is given up does not lose what the provider answers")
    func givenUp() async throws {
        try await withTwoNodes { test, node, release, first in
            first.cancel()
            release.open()
            _ = try? await first.value
            let token = try await ask(node, test)
            #expect(token == "access-2")
            #expect(test.provider.uses == 1 && test.provider.reuses == 0)
        }
    }

    @Test("an account that was connected again meanwhile keeps its new tokens, whatever the provider says of the old ones")
    func connectedAgain() async throws {
        for scripted in [nil, #"{"error":"invalid_grant"}"#] {
            try await withTwoNodes { test, _, release, first in
                try await test.fixture.storeFederatedTokens(of: test.fixture.user) { tokens in
                    (tokens.accessToken, tokens.refreshToken) = (SecretString("newer"), SecretString("newer refresh"))
                    tokens.accessExpiresAt = test.fixture.now + 600
                }
                test.provider.script(scripted, status: scripted == nil ? 200 : 400)
                release.open()
                let (token, stored) = (try await first.value, try await test.stored())
                #expect(token == "newer" && stored.first?.refreshToken == SecretString("newer refresh"))
            }
        }
    }

    @Test("a node that took the right to ask and died holds the others up for twenty seconds")
    func deadNode() async throws {
        let test = try await FederationCase.makeWithTokens()
        let set = try #require(try await test.stored().first)
        #expect(try await test.fixture.stores.federatedTokens.lease(set, until: test.fixture.now + 20, at: test.fixture.now))
        #expect(try await test.refusal().kind == .temporarilyUnavailable)
        test.fixture.clock.advance(by: 20)
        #expect(try await test.exchange().accessToken == "access-2")
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct RefreshTokenConcurrencyTests {
    /// What each of `count` simultaneous refreshes of one token was answered; `nil` for a refusal.
    private func refreshAtOnce(_ token: String, _ client: Client, _ fixture: EngineFixture, count: Int = 50) async
        -> [TokenResponse?]
    {
        await withTaskGroup(of: TokenResponse?.self) { group in
            for _ in 0..<count { group.addTask { try? await fixture.token(fixture.refreshForm(token, from: client)) } }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }

    @Test("50 refreshes at once with leeway: all succeed with one and the same successor")
    func withLeeway() async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        let answers = await refreshAtOnce(first, fixture.spa, fixture)
        let successors = answers.map { $0?.refreshToken }
        #expect(successors.count == 50 && Set(successors).count == 1)
        let successor = try #require(successors.compactMap(\.self).first)
        #expect(try await fixture.family(of: successor)?.generation == 2)
        #expect(try await fixture.snapshot().families.count == 1)
        #expect(try await fixture.token(fixture.refreshForm(successor, from: fixture.spa)).refreshToken != nil)
    }

    @Test("50 refreshes at once without leeway: one success and a breach")
    func withoutLeeway() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.spa
        client.refreshToken.leeway = 0
        #expect(try await fixture.stores.clients.update(client))
        let first = try await fixture.refreshToken(for: client)
        let answers = await refreshAtOnce(first, client, fixture)
        #expect(answers.compactMap(\.self).count == 1)
        #expect(try await fixture.family(of: first)?.revokedAt != nil)
        #expect(try await fixture.logTypes().filter { $0 == "ferrt" }.count == 1)
    }

    @Test("50 refreshes at once of a non-rotating token all succeed")
    func nonRotating() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        let answers = await refreshAtOnce(token, fixture.native, fixture)
        #expect(answers.compactMap(\.self).count == 50)
        #expect(try await fixture.family(of: token)?.generation == 1)
    }

    @Test("a revocation between read and write beats the refresh", arguments: [false, true])
    func revocationWins(isRepeat: Bool) async throws {
        let fixture = try await EngineFixture.make()
        let first = try await fixture.refreshToken(for: fixture.spa)
        if isRepeat { _ = try await fixture.token(fixture.refreshForm(first, from: fixture.spa)) }
        var stores = fixture.stores
        stores.resourceServers = MeanwhileResourceServers(wrapped: fixture.stores.resourceServers) {
            let family = try #require(try await fixture.family(of: first))
            _ = try await fixture.stores.refreshTokens.revoke(
                family.id, at: fixture.now, recording: fixture.request().event(.refreshTokenRevoked))
        }
        let context = TenantContext(tenant: fixture.tenant, stores: stores, environment: fixture.environment)
        let error = await #expect(throws: OAuthError.self) {
            try await TokenEndpoint(context).respond(
                to: FormParameters(fixture.refreshForm(first, from: fixture.spa)), authorization: nil, in: fixture.request())
        }
        #expect(error?.description == "Unknown or invalid refresh token.")
    }
}

/// Lets something happen between the read of a family and the write.
private struct MeanwhileResourceServers: ResourceServerStore {
    let wrapped: any ResourceServerStore
    let meanwhile: @Sendable () async throws -> Void

    func find(identifier: String) async throws -> ResourceServer? {
        try await meanwhile()
        return try await wrapped.find(identifier: identifier)
    }

    func insert(_ api: ResourceServer) async throws { try await wrapped.insert(api) }
    func find(id: String) async throws -> ResourceServer? { try await wrapped.find(id: id) }
    func list() async throws -> [ResourceServer] { try await wrapped.list() }
    func update(_ api: ResourceServer) async throws -> Bool { try await wrapped.update(api) }
    func delete(id: String) async throws -> Bool { try await wrapped.delete(id: id) }
}

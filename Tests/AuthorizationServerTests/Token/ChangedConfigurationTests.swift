import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What administrators change between a grant and its use counts at the use (contract 8.1, 8.5, 9.2).
@Suite struct ChangedConfigurationTests {
    private func change(_ fixture: EngineFixture, _ change: (inout ResourceServer) -> Void) async throws {
        var api = fixture.api
        change(&api)
        #expect(try await fixture.stores.resourceServers.update(api))
    }

    @Test("a scope that the API no longer defines is not in refreshed tokens, and comes back with its definition")
    func scopeRemoved() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native, scopes: ["read:items", "write:items", "offline_access"])
        try await change(fixture) { $0.scopes.removeAll { $0.value == "write:items" } }
        let refreshed = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
        #expect(refreshed.scope == "read:items offline_access")
        #expect(try await fixture.verified(refreshed.accessToken).payload["scope"] == "read:items offline_access")
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.native, [("scope", "write:items")]))
        #expect(error.kind == .accessDenied)
        try await change(fixture) { _ in }
        let again = try await fixture.token(fixture.refreshForm(token, from: fixture.native))
        #expect(again.scope == "read:items write:items offline_access")
    }

    @Test("a scope that the API no longer defines is not in exchanged tokens")
    func scopeRemovedBeforeExchange() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["openid", "read:items", "write:items"])
        try await change(fixture) { $0.scopes.removeAll { $0.value == "write:items" } }
        #expect(try await fixture.token(fixture.codeForm(code, from: fixture.native)).scope == "openid read:items")
        #expect(try await fixture.lastEvent().scope == "openid read:items")
    }

    @Test("an API whose policy refuses now gives no refreshed token, and the family is as it was")
    func policyRefuses() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        let before = try await fixture.snapshot()
        for policy in [ResourceServer.UserPolicy.denyAll, .requireClientGrant] {
            try await change(fixture) { $0.userPolicy = policy }
            #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa)).kind == .accessDenied)
        }
        #expect(try await fixture.snapshot() == before)
        try await fixture.stores.clientGrants.insert(
            ClientGrant(id: "cgr_0000000000000002", clientID: fixture.spa.clientID, audience: EngineFixture.audience, scope: []))
        let refreshed = try await fixture.token(fixture.refreshForm(token, from: fixture.spa))
        #expect(refreshed.scope == "openid profile offline_access")
    }

    @Test("a deleted API: access_denied, and the family is as it was")
    func apiDeleted() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        let before = try await fixture.snapshot()
        #expect(try await fixture.stores.resourceServers.delete(id: fixture.api.id))
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.spa))
        #expect(error.kind == .accessDenied && error.description == "Service not found: \(EngineFixture.audience)")
        #expect(try await fixture.snapshot() == before)
    }

    @Test("a single-page application whose rotation was switched off gets nothing more: it must rotate and expire")
    func unsafeSinglePageApplication() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.spa)
        let before = try await fixture.snapshot()
        var client = fixture.spa
        for change in [{ $0.rotationType = .nonRotating }, { $0.expirationType = .nonExpiring }]
            as [(inout RefreshTokenSettings) -> Void]
        {
            client.refreshToken = fixture.spa.refreshToken
            change(&client.refreshToken)
            #expect(try await fixture.stores.clients.update(client))
            let error = try await fixture.refusal(of: fixture.refreshForm(token, from: client))
            #expect(error.kind == .invalidGrant && error.description == "Unknown or invalid refresh token.")
        }
        #expect(try await fixture.snapshot() == before)
        #expect(try await fixture.stores.clients.update(fixture.spa))
        #expect(try await fixture.token(fixture.refreshForm(token, from: fixture.spa)).refreshToken != nil)
    }

    @Test("what the audit log says was granted is what the answer says, without the offline access that fell away")
    func loggedScope() async throws {
        let fixture = try await EngineFixture.make()
        let code = try await fixture.insertCode(for: fixture.native, scopes: ["openid", "offline_access"])
        try await change(fixture) { $0.allowOfflineAccess = false }
        let response = try await fixture.token(fixture.codeForm(code, from: fixture.native))
        #expect(response.scope == "openid" && response.refreshToken == nil)
        #expect(try await fixture.lastEvent().scope == "openid")
    }

    @Test("an absurd lifetime in a setting neither stops the process nor gives tokens that began to expire")
    func absurdLifetimes() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.spa
        (client.refreshToken.tokenLifetime, client.refreshToken.leeway) = (Lifetime(seconds: .max), Lifetime(seconds: .max))
        client.refreshToken.idleTokenLifetime = Lifetime(seconds: .max)
        client.jwtConfiguration.lifetime = Lifetime(seconds: .max)
        #expect(try await fixture.stores.clients.update(client))
        try await change(fixture) { $0.tokenLifetime = Lifetime(seconds: .max) }
        let first = try await fixture.refreshToken(for: client)
        let second = try await fixture.token(fixture.refreshForm(first, from: client))
        #expect(try await fixture.verified(second.accessToken).payload["exp"]?.integer == Int64.max / 1000)
        #expect(try await fixture.token(fixture.refreshForm(first, from: client)).refreshToken == second.refreshToken)
    }
}

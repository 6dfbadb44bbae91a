import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct AudienceResolutionTests {
    private func resolve(_ fixture: EngineFixture, _ pairs: [(String, String)], client: Client? = nil) async throws
        -> RequestedAudience
    {
        try await AudienceResolution(fixture.context).resolve(
            FormParameters(pairs), for: client ?? fixture.spa, in: fixture.request())
    }

    private func refusal(_ fixture: EngineFixture, _ pairs: [(String, String)]) async throws -> OAuthError {
        try #require(await #expect(throws: OAuthError.self) { try await resolve(fixture, pairs) })
    }

    @Test("audience and resource name the API, and both the same one")
    func named() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await resolve(fixture, [("audience", EngineFixture.audience)]) == .api(fixture.api))
        #expect(try await resolve(fixture, [("resource", EngineFixture.audience)]) == .api(fixture.api))
        let same = [("resource", EngineFixture.audience), ("audience", EngineFixture.audience)]
        #expect(try await resolve(fixture, same) == .api(fixture.api))
    }

    @Test("an audience and a resource that differ are invalid_target, unless resource means nothing here", arguments: [
        "https://unknown.test/", "https://api.example.test", "https://default.test/userinfo",
    ])
    func conflict(other: String) async throws {
        var fixture = try await EngineFixture.make()
        let both = [("resource", other), ("audience", EngineFixture.audience)]
        #expect(try await refusal(fixture, both).kind == .invalidTarget)
        let turned = [("audience", other), ("resource", EngineFixture.audience)]
        #expect(try await refusal(fixture, turned).kind == .invalidTarget)
        fixture.tenant.settings.resourceParameterCompatibility = false
        #expect(try await resolve(fixture, both) == .api(fixture.api))
    }

    @Test("every grant that names an API refuses two", arguments: ["client_credentials", "password", "refresh_token"])
    func conflictingGrants(grant: String) async throws {
        let fixture = try await EngineFixture.make()
        var pairs = [("grant_type", grant), ("audience", EngineFixture.audience), ("resource", "https://other.test/")]
        pairs += [("username", EngineFixture.email), ("password", EngineFixture.password.revealed)]
        if grant == "refresh_token" { pairs.append(("refresh_token", try await fixture.refreshToken(for: fixture.web))) }
        let client = grant == "client_credentials" ? fixture.machine : fixture.web
        #expect(try await fixture.refusal(of: fixture.form(pairs, of: client, [])).kind == .invalidTarget)
        _ = try await fixture.token(fixture.form(pairs, of: client, [("resource", EngineFixture.audience)]))
    }

    @Test(
        "nothing, an empty audience and the address of /userinfo mean /userinfo alone",
        arguments: [[], [("audience", "")], [("audience", "https://default.test/userinfo")]] as [[(String, String)]])
    func userinfo(pairs: [(String, String)]) async throws {
        #expect(try await resolve(try await EngineFixture.make(), pairs) == .userinfo)
    }

    @Test("the tenant's default audience serves when none is named, not when /userinfo is")
    func defaultAudience() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultAudience = EngineFixture.audience
        #expect(try await resolve(fixture, []) == .api(fixture.api))
        #expect(try await resolve(fixture, [("audience", "https://default.test/userinfo")]) == .userinfo)
    }

    @Test(
        "identifiers compare byte by byte",
        arguments: ["https://api.example.test", "HTTPS://api.example.test/", "https://api.example.test/ "])
    func unknown(audience: String) async throws {
        let error = try await refusal(try await EngineFixture.make(), [("audience", audience)])
        #expect(error.kind == .accessDenied && error.description == "Service not found: \(audience)")
    }

    @Test("a user policy of deny_all refuses")
    func denyAll() async throws {
        let fixture = try await EngineFixture.make()
        var api = fixture.api
        api.userPolicy = .denyAll
        #expect(try await fixture.stores.resourceServers.update(api))
        #expect(try await refusal(fixture, [("audience", EngineFixture.audience)]).kind == .accessDenied)
    }

    @Test("a user policy of require_client_grant leaves the scopes of the client's grant")
    func requireClientGrant() async throws {
        let fixture = try await EngineFixture.make()
        var api = fixture.api
        api.userPolicy = .requireClientGrant
        #expect(try await fixture.stores.resourceServers.update(api))
        let pairs = [("audience", EngineFixture.audience)]
        #expect(try await refusal(fixture, pairs).kind == .accessDenied)
        let granted = try await resolve(fixture, pairs, client: fixture.machine)
        #expect(granted.api?.definedScopes == ["read:items"])
    }

    @Test(
        "row 10 of contract 8.1: the Management API allows no offline access under any host of the tenant, whatever its record says",
        arguments: ["https://default.test/api/v2/", "https://login.example.test/api/v2/", "http://localhost:3000/api/v2/"])
    func managementAPI(identifier: String) async throws {
        let (fixture, api) = try await withAPI(identifier)
        var context = fixture.context
        context.tenant.customDomains.append("login.example.test")
        context.isConfiguredHost = { $0 == "localhost:3000" }
        let form = FormParameters([("audience", api.identifier)])
        let resolved = try await AudienceResolution(context).resolve(form, for: fixture.spa, in: fixture.request()).api
        #expect(resolved?.allowOfflineAccess == false)
        let scopes = ScopeDecision.decide(
            requested: ["openid", "offline_access"], flow: .authorizationCode, client: fixture.spa, api: resolved)
        #expect(scopes.description == "openid")
    }

    @Test(
        "another API under a host of ours, and the same path elsewhere, are not the Management API",
        arguments: [
            "https://default.test/api/v2", "https://default.test/api/v3/", "https://other.test/api/v2/",
            "https://default.test:8443/api/v2/", "https://DEFAULT.test/api/v2/", "urn:default.test/api/v2/", "https:/default.test/api/v2/",
        ])
    func otherAPI(identifier: String) async throws {
        let (fixture, api) = try await withAPI(identifier)
        #expect(try await resolve(fixture, [("audience", api.identifier)]).api?.allowOfflineAccess == true)
    }

    /// With a further API that allows offline access.
    private func withAPI(_ identifier: String) async throws -> (EngineFixture, ResourceServer) {
        let fixture = try await EngineFixture.make()
        var api = ResourceServer(id: "89abcdef0123456701234567", identifier: identifier, name: "M", createdAt: fixture.now)
        api.allowOfflineAccess = true
        try await fixture.stores.resourceServers.insert(api)
        return (fixture, api)
    }
}

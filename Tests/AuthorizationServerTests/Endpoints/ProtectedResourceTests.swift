import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// What MCP clients read of an API (RFC 9728), and the switch that makes an API one of theirs.
@Suite struct ProtectedResourceTests {
    private func make(_ change: (inout ResourceServer) -> Void = { _ in }) async throws -> EngineFixture {
        var fixture = try await EngineFixture.make()
        try await fixture.changeAPI { api in
            api.isMCPServer = true
            change(&api)
        }
        return fixture
    }

    private func document(_ fixture: EngineFixture, _ resource: String = EngineFixture.audience) async throws -> JSONObject? {
        try await ProtectedResourceDocument(fixture.context).document(of: resource, in: fixture.request())
    }

    @Test("the document names the API and its authorization server")
    func content() async throws {
        let document = try #require(try await document(try await make()))
        #expect(
            document.serializedString == #"{"resource":"https://api.example.test/","authorization_servers":["https://default.test/"],"#
                + #""bearer_methods_supported":["header"],"resource_name":"Example API","scopes_supported":["read:items","write:items"]}"#)
    }

    @Test("what the API demands beyond that is told")
    func extras() async throws {
        let fixture = try await make { ($0.authorizationDetailsTypes, $0.proofOfPossession, $0.scopes) = (["payment"], .required, []) }
        let document = try #require(try await document(fixture))
        #expect(document["authorization_details_types_supported"] == .strings(["payment"]))
        #expect(document["dpop_bound_access_tokens_required"] == true && document["scopes_supported"] == nil)
    }

    @Test("nobody learns of an API that is no MCP server, or of the spelling of one", arguments: [
        "https://api.example.test", "https://API.example.test/", "", "https://nobody.test/",
    ])
    func unknown(_ resource: String) async throws { #expect(try await document(try await make(), resource) == nil) }

    @Test("other APIs have no document")
    func notMCP() async throws { #expect(try await document(try await make { $0.isMCPServer = false }) == nil) }

    @Test("the challenge points to the document")
    func challenge() async throws {
        let fixture = try await make()
        let issuer = fixture.request().issuer
        #expect(
            ProtectedResourceDocument.challenge(of: fixture.api, issuer: issuer)
                == "Bearer resource_metadata=\"https://default.test/.well-known/oauth-protected-resource"
                + "?resource=https%3A%2F%2Fapi.example.test%2F\"")
    }

    @Test("one switch sets all that an MCP client needs, and keeps permissions where they were listed")
    func enabling() async throws {
        let fixture = try await EngineFixture.make()
        for (dialect, expected) in [
            (ResourceServer.TokenDialect.accessToken, ResourceServer.TokenDialect.rfc9068), (.accessTokenAuthz, .rfc9068Authz),
            (.rfc9068, .rfc9068), (.rfc9068Authz, .rfc9068Authz),
        ] {
            var (api, settings) = (fixture.api, TenantSettings())
            (api.tokenDialect, api.allowOfflineAccess, settings.resourceParameterCompatibility) = (dialect, false, false)
            MCPServer.enable(&api, in: &settings)
            #expect(api.isMCPServer && api.allowOfflineAccess && api.tokenDialect == expected)
            #expect(settings.registration.enabled && settings.registration.metadataDocuments && settings.resourceParameterCompatibility)
        }
    }

    @Test("self-registered clients may ask for MCP servers and default audiences, and for nothing else that needs a grant")
    func openToRegistered() async throws {
        var fixture = try await make { $0.userPolicy = .requireClientGrant }
        var stranger = fixture.web
        stranger.registration = ClientRegistration(origin: .dynamic)
        let form = FormParameters([("resource", EngineFixture.audience)])
        func resolves(_ client: Client) async -> Bool {
            (try? await AudienceResolution(fixture.context).resolve(form, for: client, in: fixture.request())) != nil
        }
        #expect(await resolves(stranger))
        #expect(await !resolves(fixture.web))
        try await fixture.changeAPI { $0.isMCPServer = false }
        #expect(await !resolves(stranger))
        fixture.tenant.settings.registration.defaultAudiences = [EngineFixture.audience]
        #expect(await resolves(stranger))
        try await fixture.changeAPI { $0.userPolicy = .denyAll }
        #expect(await !resolves(stranger))
    }
}

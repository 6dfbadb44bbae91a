import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

@Suite struct ClientCredentialsGrantTests {
    private func form(_ fixture: EngineFixture, _ changes: [(String, String?)] = []) -> [(String, String)] {
        fixture.form(
            [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.machine, changes)
    }

    @Test("a token for the client itself, with all scopes of its grant")
    func success() async throws {
        let fixture = try await EngineFixture.make()
        let response = try await fixture.token(form(fixture))
        #expect(response.json.members.map(\.name) == ["access_token", "scope", "expires_in", "token_type"])
        #expect(response.scope == "read:items")
        let token = try await fixture.verified(response.accessToken)
        let names = ["iss", "sub", "aud", "iat", "exp", "scope", "gty", "azp"]
        #expect(token.payload.members.map(\.name) == names)
        #expect(token.payload["sub"]?.string == "\(fixture.machine.clientID)@clients")
        #expect(token.payload["aud"] == .string(EngineFixture.audience))
        #expect(token.payload["gty"] == "client-credentials")
        let event = try await fixture.lastEvent()
        #expect(event.type == .clientCredentialsExchanged && event.userID == nil && event.clientID == fixture.machine.clientID)
    }

    @Test("openid and offline_access are ignored: no ID token, no refresh token, aud a string")
    func userScopesIgnored() async throws {
        let fixture = try await EngineFixture.make()
        let response = try await fixture.token(form(fixture, [("scope", "openid offline_access read:items")]))
        #expect(response.scope == "read:items" && response.idToken == nil && response.refreshToken == nil)
        #expect(try await fixture.verified(response.accessToken).payload["aud"] == .string(EngineFixture.audience))
    }

    @Test("only user scopes asked for: a token without scope")
    func onlyUserScopes() async throws {
        let fixture = try await EngineFixture.make()
        #expect(try await fixture.token(form(fixture, [("scope", "openid")])).scope == nil)
    }

    @Test("resource names the API too, unless the tenant switched that off")
    func resource() async throws {
        var fixture = try await EngineFixture.make()
        let changed = form(fixture, [("audience", nil), ("resource", EngineFixture.audience)])
        #expect(try await fixture.token(changed).scope == "read:items")
        fixture.tenant.settings.resourceParameterCompatibility = false
        #expect(try await fixture.refusal(of: changed).kind == .accessDenied)
    }

    @Test("the tenant's default audience serves when none is named")
    func defaultAudience() async throws {
        var fixture = try await EngineFixture.make()
        fixture.tenant.settings.defaultAudience = EngineFixture.audience
        #expect(try await fixture.token(form(fixture, [("audience", nil)])).scope == "read:items")
    }

    struct Refused: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: [(String, String?)]
        let text: String
    }

    static let refused = [
        Refused(
            testDescription: "no audience", change: [("audience", nil)],
            text: "No audience parameter was provided, and no default audience has been configured"),
        Refused(
            testDescription: "unknown API", change: [("audience", "https://unknown.test/")],
            text: "Service not enabled within domain: https://unknown.test/"),
        Refused(
            testDescription: "/userinfo", change: [("audience", "https://default.test/userinfo")],
            text: "Service not enabled within domain: https://default.test/userinfo"),
        Refused(
            testDescription: "scopes outside the grant", change: [("scope", "read:items write:items delete:items")],
            text: "Client has not been granted scopes: write:items, delete:items"),
    ]

    @Test("refusals are access_denied with their texts, logged as feccft", arguments: refused)
    func refusals(row: Refused) async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(of: form(fixture, row.change))
        #expect(error.kind == .accessDenied && error.description == row.text)
        #expect(try await fixture.logTypes() == ["feccft"])
    }

    @Test("no client grant: the text names the API and the way out")
    func noClientGrant() async throws {
        let fixture = try await EngineFixture.make()
        let error = try await fixture.refusal(
            of: fixture.form(
                [("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: fixture.web, []))
        #expect(error.kind == .accessDenied)
        #expect(
            error.description.hasPrefix(
                "Client is not authorized to access \"https://api.example.test/\". You need to create a \"client-grant\""))
    }

    @Test("an API whose policy denies clients refuses even with a grant")
    func denyAll() async throws {
        let fixture = try await EngineFixture.make()
        var api = fixture.api
        api.clientPolicy = .denyAll
        #expect(try await fixture.stores.resourceServers.update(api))
        #expect(try await fixture.refusal(of: form(fixture)).kind == .accessDenied)
    }

    @Test("a scope that the API no longer defines is not granted")
    func removedScope() async throws {
        let fixture = try await EngineFixture.make()
        var api = fixture.api
        api.scopes = []
        #expect(try await fixture.stores.resourceServers.update(api))
        #expect(try await fixture.token(form(fixture)).scope == nil)
    }

    @Test("a public client may not, whatever its grant types say")
    func publicClient() async throws {
        let fixture = try await EngineFixture.make()
        var client = fixture.native
        client.grantTypes.append(.clientCredentials)
        #expect(try await fixture.stores.clients.update(client))
        let error = try await fixture.refusal(
            of: fixture.form([("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: client, []))
        #expect(error.kind == .unauthorizedClient)
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// An API is open to a stranger by a client grant alone (contract 4.7).
@Suite struct APIGrantTests {
    enum Kind: String, CaseIterable, Sendable { case own, permissive, strict, registered }

    /// One row: who asks, under which policy, with which grant, and which scopes are left; `nil`: refused.
    struct Row: Sendable, CustomTestStringConvertible {
        var kind: Kind
        var policy: ResourceServer.UserPolicy
        var granted: Scopes?
        /// The tenant's default grant: by the list of audiences, or because the API is an MCP server.
        var isListed = false
        var isMCPServer = false
        var left: Scopes?
        var refusal = OAuthError.Kind.unauthorizedClient

        var testDescription: String {
            "\(kind) \(policy.rawValue) grant=\(granted?.description ?? "none") listed=\(isListed) mcp=\(isMCPServer)"
        }
    }

    static let whole: Scopes = ["read:items", "write:items"]

    static let rows: [Row] = [
        Row(kind: .own, policy: .allowAll, left: whole), Row(kind: .permissive, policy: .allowAll, left: whole),
        Row(kind: .strict, policy: .allowAll), Row(kind: .registered, policy: .allowAll),
        Row(kind: .strict, policy: .requireClientGrant), Row(kind: .registered, policy: .requireClientGrant),
        Row(kind: .own, policy: .requireClientGrant, refusal: .accessDenied),
        Row(kind: .permissive, policy: .requireClientGrant, refusal: .accessDenied),
        Row(kind: .strict, policy: .allowAll, granted: ["read:items"], left: ["read:items"]),
        Row(kind: .registered, policy: .allowAll, granted: ["read:items"], left: ["read:items"]),
        Row(kind: .strict, policy: .requireClientGrant, granted: ["read:items"], left: ["read:items"]),
        Row(kind: .own, policy: .allowAll, granted: ["read:items"], left: whole),
        Row(kind: .strict, policy: .allowAll, granted: [], left: []),
        Row(kind: .strict, policy: .allowAll, isListed: true, left: whole),
        Row(kind: .registered, policy: .requireClientGrant, isListed: true, left: whole),
        Row(kind: .strict, policy: .allowAll, isMCPServer: true, left: whole),
        Row(kind: .registered, policy: .requireClientGrant, isMCPServer: true, left: whole),
        Row(kind: .strict, policy: .allowAll, granted: ["read:items"], isMCPServer: true, left: ["read:items"]),
        Row(kind: .registered, policy: .allowAll, granted: ["read:items"], isListed: true, left: ["read:items"]),
        Row(kind: .own, policy: .requireClientGrant, isListed: true, isMCPServer: true, refusal: .accessDenied),
        Row(kind: .permissive, policy: .requireClientGrant, isListed: true, isMCPServer: true, refusal: .accessDenied),
        Row(kind: .strict, policy: .denyAll, granted: whole, isListed: true, isMCPServer: true, refusal: .accessDenied),
        Row(kind: .registered, policy: .denyAll, granted: whole, isMCPServer: true, refusal: .accessDenied),
    ]

    private func make(_ row: Row) async throws -> (EngineFixture, Client) {
        var fixture = try await EngineFixture.make()
        if row.isListed { fixture.tenant.settings.registration.defaultAudiences = [EngineFixture.audience] }
        try await fixture.changeAPI { ($0.userPolicy, $0.isMCPServer) = (row.policy, row.isMCPServer) }
        let client = try await fixture.changed(fixture.web) { client in
            client.isFirstParty = row.kind == .own
            client.thirdPartySecurityMode = row.kind == .strict ? .strict : .permissive
            if row.kind == .registered { client.registration = ClientRegistration(origin: .dynamic) }
        }
        if let granted = row.granted { try await fixture.grant(granted, to: client) }
        return (fixture, client)
    }

    @Test("who may ask for an API in a user's name, and for which scopes", arguments: rows)
    func userFlows(_ row: Row) async throws {
        let (fixture, client) = try await make(row)
        let form = FormParameters([("audience", EngineFixture.audience)])
        if let left = row.left {
            let audience = try await AudienceResolution(fixture.context).resolve(form, for: client, in: fixture.request())
            #expect(audience.api?.definedScopes == left)
        } else {
            let error = await #expect(throws: OAuthError.self) {
                try await AudienceResolution(fixture.context).resolve(form, for: client, in: fixture.request())
            }
            #expect(error?.kind == row.refusal)
        }
    }

    @Test("in its own name a stranger needs a grant of its own: the default one is for users' flows", arguments: [Kind.strict, .registered])
    func ownName(_ kind: Kind) async throws {
        let (fixture, client) = try await make(Row(kind: kind, policy: .allowAll, isListed: true, isMCPServer: true))
        let form = fixture.form([("grant_type", "client_credentials"), ("audience", EngineFixture.audience)], of: client, [])
        let error = try await fixture.refusal(of: form)
        #expect(error.onTheWire == "403 unauthorized_client" && error.description.contains("client-grant"))
        try await fixture.grant(["read:items"], to: client)
        let tokens = try await fixture.token(form)
        #expect(tokens.scope == "read:items" && tokens.expiresIn == (kind == .strict ? 3600 : 86_400))
    }

    @Test("the tenant's default audience is no way around it")
    func defaultAudience() async throws {
        var (fixture, client) = try await make(Row(kind: .strict, policy: .allowAll))
        fixture.tenant.settings.defaultAudience = EngineFixture.audience
        #expect(try await fixture.refusal(of: client, [:])?.kind == .unauthorizedClient)
        try await fixture.grant([], to: client)
        #expect(try await fixture.refusal(of: client, [:]) == nil)
    }

    @Test("a grant that is taken back ends what was built on it, at the next refresh")
    func takenBack() async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.stranger(fixture.spa)
        try await fixture.grant(["read:items"], to: client)
        let token = try await fixture.refreshToken(for: client, scopes: ["openid", "read:items", "offline_access"])
        _ = try await fixture.stores.clientGrants.delete("cgr_00000000stranger")
        #expect(try await fixture.refusal(of: fixture.refreshForm(token, from: client)).kind == .unauthorizedClient)
    }
}

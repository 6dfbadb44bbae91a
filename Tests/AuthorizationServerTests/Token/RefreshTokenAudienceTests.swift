import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage
import TestSupport
import Testing

/// Multi-resource refresh tokens (contract 8.5), and what the profiles refuse.
@Suite struct RefreshTokenAudienceTests {
    private static let second = "https://second.example.test/"

    /// The fixture with a second API that defines `read:more` and `write:more`; the native client's policy names it with
    /// `read:more` and the first API with `write:items`.
    private func make(
        _ changeAPI: (inout ResourceServer) -> Void = { _ in }, _ changeClient: (inout Client) -> Void = { _ in }
    ) async throws -> (EngineFixture, Client) {
        let fixture = try await EngineFixture.make()
        var api = ResourceServer(id: "0123456789abcdef01234568", identifier: Self.second, name: "Second", createdAt: fixture.now)
        api.scopes = [.init(value: "read:more"), .init(value: "write:more")]
        changeAPI(&api)
        try await fixture.stores.resourceServers.insert(api)
        let client = try await fixture.update(
            { client in
                client.refreshToken.policies = [
                    RefreshTokenPolicyEntry(audience: Self.second, scope: ["read:more", "undefined:scope"]),
                    RefreshTokenPolicyEntry(audience: EngineFixture.audience, scope: ["write:items"]),
                    RefreshTokenPolicyEntry(audience: "https://gone.example.test/", scope: ["x"]),
                    RefreshTokenPolicyEntry(audience: "https://default.test/api/v2/", scope: ["read:users"]),
                ]
                changeClient(&client)
            }, fixture.native)
        return (fixture, client)
    }

    private func refresh(
        _ fixture: EngineFixture, _ token: String, _ client: Client, _ extra: [(String, String)]
    ) async throws -> (audience: JSONValue?, scope: String?) {
        let response = try await fixture.token(fixture.refreshForm(token, from: client) + extra)
        return (try await fixture.verified(response.accessToken).payload["aud"], response.scope)
    }

    @Test("another API of the policy: its scopes, the user's claims, and an ID token as before")
    func otherAPI() async throws {
        let (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client)
        let response = try await fixture.token(fixture.refreshForm(token, from: client, [("audience", Self.second)]))
        #expect(Scopes(parsing: response.scope ?? "") == ["openid", "profile", "offline_access", "read:more"])
        #expect(response.idToken != nil)
        let audience = try await fixture.verified(response.accessToken).payload["aud"]
        #expect(audience == .strings([Self.second, "https://default.test/userinfo"]))
    }

    @Test("requested scopes narrow; what the policy lacks is ignored")
    func narrowed() async throws {
        let (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client)
        let answer = try await refresh(
            fixture, token, client, [("audience", Self.second), ("scope", "openid read:more write:more read:items")])
        #expect(Scopes(parsing: answer.scope ?? "") == ["openid", "offline_access", "read:more"])
    }

    @Test(
        "the grant's own API, named or not: what was granted and what the policy adds", arguments: [nil, EngineFixture.audience])
    func ownAPI(audience: String?) async throws {
        let (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client)
        let answer = try await refresh(fixture, token, client, audience.map { [("audience", $0)] } ?? [])
        #expect(Scopes(parsing: answer.scope ?? "")?.contains("write:items") == true)
        #expect(Scopes(parsing: answer.scope ?? "")?.contains("read:items") == true)
    }

    @Test("resource means the same, unless the tenant switched that off")
    func resource() async throws {
        var (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client)
        #expect(try await refresh(fixture, token, client, [("resource", Self.second)]).scope?.contains("read:more") == true)
        fixture.tenant.settings.resourceParameterCompatibility = false
        #expect(try await refresh(fixture, token, client, [("resource", Self.second)]).scope?.contains("read:more") == false)
    }

    @Test(
        "an API outside the policy, one that is gone, and the Management API are refused",
        arguments: [
            "https://other.example.test/", "https://gone.example.test/", "https://default.test/api/v2/",
            "https://default.test/userinfo",
        ])
    func outside(audience: String) async throws {
        let (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client)
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: client, [("audience", audience)]))
        #expect(error.kind == .accessDenied && error.description == "Service not found: \(audience)")
    }

    @Test("an API that does not let consent be skipped does not count")
    func consentNeeded() async throws {
        let (fixture, client) = try await make({ $0.skipConsentForVerifiableFirstPartyClients = false })
        let token = try await fixture.refreshToken(for: client)
        #expect(
            try await fixture.refusal(of: fixture.refreshForm(token, from: client, [("audience", Self.second)])).kind
                == .accessDenied)
    }

    @Test("a third party's policy counts for nothing: the original API")
    func thirdParty() async throws {
        let (fixture, client) = try await make({ _ in }, { ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, .permissive) })
        let token = try await fixture.refreshToken(for: client)
        let answer = try await refresh(fixture, token, client, [("audience", Self.second)])
        #expect(answer.audience == .strings([EngineFixture.audience, "https://default.test/userinfo"]))
        #expect(answer.scope?.contains("more") == false)
    }

    @Test("without a policy another audience is ignored, but not outside Auth0's profile")
    func withoutPolicy() async throws {
        let (fixture, client) = try await make({ _ in }, { $0.refreshToken.policies = [] })
        let token = try await fixture.refreshToken(for: client)
        let answer = try await refresh(fixture, token, client, [("audience", Self.second)])
        #expect(answer.audience == .strings([EngineFixture.audience, "https://default.test/userinfo"]))
        let strict = try await fixture.update({ $0.wireProfile = .standard }, client)
        let error = try await fixture.refusal(of: fixture.refreshForm(token, from: strict, [("resource", Self.second)]))
        #expect(error.onTheWire == "400 invalid_target")
    }

    @Test("a grant without an API may be refreshed for one of the policy")
    func fromUserinfo() async throws {
        let (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client, scopes: ["openid", "offline_access"], audience: nil)
        #expect(try await refresh(fixture, token, client, [("audience", Self.second)]).scope?.contains("read:more") == true)
        let own = try await fixture.token(
            fixture.refreshForm(token, from: client, [("audience", "https://default.test/userinfo")]))
        #expect(!own.accessToken.contains("."))
    }

    @Test("the family keeps what it stands for")
    func familyUnchanged() async throws {
        let (fixture, client) = try await make()
        let token = try await fixture.refreshToken(for: client)
        let before = try #require(try await fixture.family(of: token)).access
        _ = try await refresh(fixture, token, client, [("audience", Self.second)])
        #expect(try await fixture.family(of: token)?.access == before)
    }

    // MARK: Profiles

    @Test("a scope beyond the grant: dropped as Auth0 does, invalid_scope elsewhere", arguments: [WireProfile.auth0, .standard])
    func excess(profile: WireProfile) async throws {
        let fixture = try await EngineFixture.make()
        let client = try await fixture.update({ $0.wireProfile = profile }, fixture.web)
        let token = try await fixture.refreshToken(for: client)
        let form = fixture.refreshForm(token, from: client, [("scope", "openid write:items")])
        if profile == .auth0 {
            #expect(try await fixture.token(form).scope == "openid offline_access")
        } else {
            #expect(try await fixture.refusal(of: form).onTheWire == "400 invalid_scope")
        }
    }

    @Test("a refusal names the user in the audit log")
    func auditedUser() async throws {
        let fixture = try await EngineFixture.make()
        let token = try await fixture.refreshToken(for: fixture.native)
        fixture.clock.advance(by: 1)
        _ = try await fixture.refusal(of: fixture.refreshForm(token, from: fixture.native, [("scope", "nothing")]))
        let event = try await fixture.lastEvent()
        #expect(event.type == .refreshTokenExchangeFailed && event.userID == fixture.user.userID)
    }
}

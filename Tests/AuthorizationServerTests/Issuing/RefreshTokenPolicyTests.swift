import AuthorizationServer
import OAuthProtocol
import Storage
import Testing

/// The restriction list of contract 8.1, one test per row that the engine decides. Row 9 is consent, row 11 the store's cap,
/// row 13 a check of `/authorize`; their tests stand with those.
@Suite struct RefreshTokenPolicyTests {
    private let now = Timestamp(seconds: 1_000_000)
    private let requested: Scopes = ["openid", "offline_access"]

    private func client(_ change: (inout Client) -> Void = { _ in }) -> Client {
        var client = Client(
            clientID: "c", name: "c", tokenEndpointAuthMethod: .none, grantTypes: [.authorizationCode, .refreshToken],
            createdAt: now)
        client.appType = .native
        change(&client)
        return client
    }

    private func api(_ change: (inout ResourceServer) -> Void = { _ in }) -> ResourceServer {
        var api = ResourceServer(id: "1", identifier: "https://api.example.test/", name: "API", createdAt: now)
        api.allowOfflineAccess = true
        change(&api)
        return api
    }

    private func isGranted(
        _ scopes: Scopes? = nil, flow: GrantFlow = .authorizationCode, client: Client? = nil, api: ResourceServer?? = nil
    ) -> Bool {
        let decided = ScopeDecision.decide(
            requested: scopes ?? requested, flow: flow, client: client ?? self.client(), api: api ?? self.api())
        return decided.contains(Scopes.offlineAccess)
    }

    @Test("all rules hold: offline_access is granted")
    func allHold() { #expect(isGranted()) }

    @Test("row 1: not without offline_access in the scope")
    func row1() { #expect(!isGranted(["openid"])) }

    @Test(
        "row 2: the code flow and the password grants give refresh tokens",
        arguments: [.authorizationCode, .password] as [GrantFlow])
    func row2(flow: GrantFlow) { #expect(isGranted(flow: flow)) }

    @Test(
        "row 3: client credentials and the front channel never do", arguments: [.clientCredentials, .frontChannel] as [GrantFlow])
    func row3(flow: GrantFlow) { #expect(!isGranted(flow: flow)) }

    @Test("row 4: not when the API does not allow offline access")
    func row4() { #expect(!isGranted(api: api { $0.allowOfflineAccess = false })) }

    @Test("row 4: without an API the rule does not apply")
    func row4WithoutAPI() { #expect(isGranted(api: .some(nil))) }

    @Test("row 5: not when the client lacks the refresh_token grant")
    func row5() { #expect(!isGranted(client: client { $0.grantTypes = [.authorizationCode] })) }

    @Test("row 6: a SPA needs rotation")
    func row6() {
        #expect(!isGranted(client: client { $0.appType = .spa }))
        #expect(isGranted(client: client { ($0.appType, $0.refreshToken) = (.spa, .rotatingDefaults) }))
    }

    @Test("row 6: a SPA's refresh tokens must expire")
    func row6Expiring() {
        let endless = client {
            ($0.appType, $0.refreshToken) = (.spa, .rotatingDefaults)
            $0.refreshToken.expirationType = .nonExpiring
        }
        #expect(!isGranted(client: endless))
    }

    @Test("row 6: a SPA's family has an absolute end even when the setting is endless")
    func row6AbsoluteEnd() {
        let spa = client {
            ($0.appType, $0.refreshToken) = (.spa, .rotatingDefaults)
            $0.refreshToken.infiniteTokenLifetime = true
        }
        #expect(RefreshTokenLifetimes.absoluteEnd(for: spa, from: now) == now + 2_592_000)
    }

    @Test("row 7: a client that is not OIDC conformant must name an API")
    func row7() {
        let legacy = client { $0.oidcConformant = false }
        #expect(!isGranted(client: legacy, api: .some(nil)))
        #expect(isGranted(client: legacy))
    }

    @Test("row 8: a strict third party's refresh tokens must expire")
    func row8() {
        #expect(!isGranted(client: client { $0.isFirstParty = false }))
        #expect(isGranted(client: client { ($0.isFirstParty, $0.refreshToken) = (false, .rotatingDefaults) }))
        #expect(isGranted(client: client { ($0.isFirstParty, $0.thirdPartySecurityMode) = (false, .permissive) }))
    }

    @Test("row 13: online_access is never granted beside it")
    func row13() {
        let decided = ScopeDecision.decide(
            requested: ["online_access", "offline_access"], flow: .authorizationCode, client: client(), api: api())
        #expect(!decided.contains(Scopes.onlineAccess))
    }
}

@Suite struct ScopeDecisionTests {
    private let now = Timestamp(seconds: 1_000_000)

    private func decide(_ requested: Scopes, _ flow: GrantFlow = .authorizationCode, withAPI: Bool = true) -> String {
        let client = Client(clientID: "c", name: "c", tokenEndpointAuthMethod: .none, grantTypes: [], createdAt: now)
        var api = ResourceServer(id: "1", identifier: "urn:api", name: "API", createdAt: now)
        api.scopes = [.init(value: "read:items"), .init(value: "write:items")]
        return ScopeDecision.decide(requested: requested, flow: flow, client: client, api: withAPI ? api : nil).description
    }

    @Test("scopes that the API does not define are dropped, order is kept")
    func unknownDropped() {
        #expect(decide(["write:items", "openid", "delete:items", "read:items"]) == "write:items openid read:items")
    }

    @Test("without an API only the user's scopes remain")
    func withoutAPI() { #expect(decide(["openid", "read:items", "email"], withAPI: false) == "openid email") }

    @Test("client credentials get no scope about a user")
    func clientCredentials() { #expect(decide(["openid", "read:items", "profile"], .clientCredentials) == "read:items") }

    @Test("the password grant without scope gets all of the API's and no refresh token")
    func passwordWithoutScope() { #expect(decide([], .password) == "read:items write:items") }

    @Test("the code flow without scope gets none")
    func codeWithoutScope() { #expect(decide([]).isEmpty) }

    @Test("openid alone expands for the password grant only")
    func openidAlone() {
        #expect(decide(["openid"], .password) == "openid profile email address phone")
        #expect(decide(["openid"]) == "openid")
        #expect(decide(["openid", "email"], .password) == "openid email")
    }
}

import OAuthProtocol
import Storage

/// The records of an `EngineFixture`.
struct EngineSeed {
    let now: Timestamp

    func tenant(_ id: TenantID) -> Tenant {
        var tenant = Tenant(id: id, customDomains: ["\(id).test"], createdAt: now)
        tenant.settings.confirmNonVerifiableCallbacks = false
        return tenant
    }

    var spa: Client {
        var client = publicClient("spa00000000000000000000000000000", .spa)
        client.refreshToken = .rotatingDefaults
        return client
    }

    var native: Client { publicClient("native00000000000000000000000000", .native) }

    var web: Client {
        confidentialClient(
            "web00000000000000000000000000000", .regularWeb,
            grants: [.authorizationCode, .implicit, .refreshToken, .clientCredentials, .password, .passwordRealm])
    }

    var machine: Client {
        confidentialClient("machine0000000000000000000000000", .nonInteractive, grants: [.clientCredentials])
    }

    var api: ResourceServer {
        var api = ResourceServer(
            id: "0123456789abcdef01234567", identifier: EngineFixture.audience, name: "Example API", createdAt: now)
        api.scopes = [.init(value: "read:items"), .init(value: "write:items")]
        api.allowOfflineAccess = true
        return api
    }

    var grant: ClientGrant {
        ClientGrant(id: "cgr_0000000000000001", clientID: machine.clientID, audience: api.identifier, scope: ["read:items"])
    }

    var connection: Connection {
        var connection = Connection(id: "con_0000000000000001", name: "Username-Password-Authentication")
        connection.isDomainConnection = true
        return connection
    }

    var user: User {
        var user = User(
            userID: "auth0|0123456789abcdef01234567", connection: connection.name, email: EngineFixture.email, createdAt: now)
        user.emailVerified = true
        user.profile.name = "Example User"
        user.profile.nickname = "user"
        return user
    }

    func insert(into stores: Stores) async throws {
        for client in [spa, native, web, machine] { try await stores.clients.insert(client) }
        try await stores.resourceServers.insert(api)
        try await stores.clientGrants.insert(grant)
        try await stores.connections.insert(connection)
        try await stores.users.insert(user, passwordHash: SecretString("fake$" + EngineFixture.password.revealed))
        _ = try await stores.signingKeys.bootstrap(current: FixtureKeys.current(at: now), next: FixtureKeys.next(at: now))
    }

    private func publicClient(_ id: String, _ type: ApplicationType) -> Client {
        client(id, type, .none, grants: [.authorizationCode, .implicit, .refreshToken])
    }

    private func confidentialClient(_ id: String, _ type: ApplicationType, grants: [GrantType]) -> Client {
        var client = client(id, type, .clientSecretPost, grants: grants)
        client.clientSecret = EngineFixture.secret
        return client
    }

    private func client(
        _ id: String, _ type: ApplicationType, _ method: ClientAuthenticationMethod, grants: [GrantType]
    ) -> Client {
        var client = Client(clientID: id, name: id, tokenEndpointAuthMethod: method, grantTypes: grants, createdAt: now)
        client.appType = type
        client.callbacks = [EngineFixture.callback]
        client.allowedLogoutURLs = ["https://app.example.test/bye"]
        client.webOrigins = ["https://app.example.test"]
        return client
    }
}

import AuthorizationServer
import Connections
import OAuthProtocol
import Storage

/// What `martlet dev` finds or makes in its database: one of each kind of application, an API, a user.
struct DevTenant {
    let context: TenantContext
    let spa: Client
    let native: Client
    let web: Client
    let machine: Client
    let api: ResourceServer

    static let audience = "https://api.example.test/"
    static let email = "user@example.test"
    /// Fixed, and shown on the first screen: the tenant is reachable from this machine only.
    static let password = SecretString("Martlet-dev-1")

    /// Marks the seeded clients, whatever a developer renames.
    static let mark = "martlet_dev"

    static let settings: TenantSettings = {
        var settings = TenantSettings()
        settings.friendlyName = "Martlet (development)"
        settings.isDevelopment = true
        settings.confirmNonVerifiableCallbacks = false
        return settings
    }()

    /// Finds what an earlier start seeded, and makes what is missing. Throws `CommandFailure` when the database belongs to
    /// a tenant that is not for development.
    static func open(in installation: Installation) async throws -> DevTenant {
        try await FreshDatabase.seed(installation, settings: settings)
        guard let tenant = try await installation.engine.tenants.find(.default), tenant.settings.isDevelopment else {
            throw CommandFailure("the database is not a development one; run martlet dev with another --data directory")
        }
        let context = TenantContext(
            tenant: tenant, stores: installation.engine.stores(for: tenant.id), environment: installation.environment)
        let seed = DevSeed(context: context, now: installation.now())
        let api = try await seed.api()
        let clients = try await context.stores.clients.list()
        let found = { (name: String) in clients.first { $0.clientMetadata[mark] == name } }
        let isFirstStart = clients.allSatisfy { $0.clientMetadata[mark] == nil }
        let dev = DevTenant(
            context: context, spa: try await seed.client("spa", found("spa")),
            native: try await seed.client("native", found("native")),
            web: try await seed.client("regular_web", found("regular_web")),
            machine: try await seed.client("machine_to_machine", found("machine_to_machine")), api: api)
        try await seed.grant(dev.machine, api)
        // A developer who deletes the user wants to be without it.
        if isFirstStart { try await seed.user() }
        return dev
    }
}

/// Makes the records of a development tenant, one by one.
private struct DevSeed {
    let context: TenantContext
    let now: Timestamp

    func api() async throws -> ResourceServer {
        if let api = try await context.stores.resourceServers.find(identifier: DevTenant.audience) { return api }
        var api = APIRecord.template(DevTenant.audience, name: "Example API", context.environment.randomness, now: now)
        api.scopes = [
            .init(value: "read:items", description: "Read your items"),
            .init(value: "write:items", description: "Change your items"),
        ]
        api.allowOfflineAccess = true
        try await context.stores.resourceServers.insert(api)
        return api
    }

    func client(_ kind: String, _ found: Client?) async throws -> Client {
        if let found { return found }
        var client = template(kind)
        client.clientMetadata = [DevTenant.mark: kind]
        client.acceptsAnyLoopback = true
        ClientRecord.settleSecret(&client, context.environment.randomness)
        try await context.stores.clients.insert(client)
        return client
    }

    func grant(_ client: Client, _ api: ResourceServer) async throws {
        guard try await context.stores.clientGrants.find(clientID: client.clientID, audience: api.identifier) == nil else {
            return
        }
        let id = "cgr_" + context.environment.randomness.alphanumeric(16)
        try await context.stores.clientGrants.insert(
            ClientGrant(id: id, clientID: client.clientID, audience: api.identifier, scope: api.definedScopes))
    }

    func user() async throws {
        let name = context.settings.defaultDirectory ?? FreshDatabase.connectionName
        guard let connection = try await context.stores.connections.find(name: name) else { return }
        var profile = UserProfile()
        (profile.name, profile.givenName, profile.familyName, profile.nickname) = ("Uma Example", "Uma", "Example", "uma")
        let signup = SignupRequest(email: DevTenant.email, username: nil, password: DevTenant.password, profile: profile)
        var user = try await DatabaseConnection().signUp(
            signup, in: ConnectionCall(connection: connection, context: context, now: now))
        user.emailVerified = true
        _ = try await context.stores.users.update(user)
    }

    private func template(_ kind: String) -> Client {
        switch kind {
        case "spa": client("Example SPA", .spa, port: 5173, path: "")
        case "native": native
        case "regular_web": web
        default: ClientRecord.template(.nonInteractive, name: "Example machine", context.environment.randomness, now: now)
        }
    }

    private var native: Client {
        var client = client("Example native app", .native, port: 8400, path: "/callback")
        client.callbacks.append("com.example.app:/callback")
        return client
    }

    private var web: Client {
        var client = client("Example web app", .regularWeb, port: 8401, path: "/callback")
        client.grantTypes += [.password, .passwordRealm]
        return client
    }

    private func client(_ name: String, _ type: ApplicationType, port: Int, path: String) -> Client {
        var client = ClientRecord.template(type, name: name, context.environment.randomness, now: now)
        client.callbacks = ["http://localhost:\(port)\(path)"]
        client.allowedLogoutURLs = ["http://localhost:\(port)"]
        client.webOrigins = ["http://localhost:\(port)"]
        return client
    }
}

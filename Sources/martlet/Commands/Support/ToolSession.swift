import AuthorizationServer
import OAuthProtocol
import Storage

/// An open database and one tenant of it, for the length of a command.
struct ToolSession {
    let installation: Installation
    let context: TenantContext
    let now: Timestamp

    var stores: Stores { context.stores }
    var randomness: Randomness { context.environment.randomness }
    var connectionName: String { context.settings.defaultDirectory ?? "Username-Password-Authentication" }

    /// Opens, runs the body, closes. Throws `CommandFailure` when there is no such tenant.
    static func with(_ options: TenantPlaceOptions, _ body: (ToolSession) async throws -> Void) async throws {
        try await Installation.with(options.place) { installation in
            guard let id = TenantID(options.tenant), let tenant = try await installation.engine.tenants.find(id) else {
                throw CommandFailure("there is no tenant \"\(options.tenant)\"; see: martlet tenants list")
            }
            try await body(ToolSession(installation, tenant))
        }
    }

    init(_ installation: Installation, _ tenant: Tenant) {
        self.installation = installation
        context = TenantContext(
            tenant: tenant, stores: installation.engine.stores(for: tenant.id), environment: installation.environment)
        now = installation.now()
    }

    /// Notes in the audit log what an administrator did (`sapi`).
    func record(_ description: String, target: String) async throws {
        var event = LogEvent(.managementSucceeded, date: now, ip: "127.0.0.1", userAgent: "martlet command line", hostname: "")
        event.description = description
        event.details = ["channel": "command line", "target": .string(target)]
        try await stores.logs.record(event)
    }

    func connection(_ name: String?) async throws -> Connection {
        let name = name ?? connectionName
        if let connection = try await stores.connections.find(name: name) { return connection }
        let known = try await stores.connections.list().map(\.name).joined(separator: ", ")
        throw CommandFailure("there is no connection \"\(name)\"; the tenant has: \(known.isEmpty ? "none" : known)")
    }
}

/// A command about one tenant.
protocol TenantCommand {
    var place: TenantPlaceOptions { get }
    func run(in session: ToolSession) async throws
}

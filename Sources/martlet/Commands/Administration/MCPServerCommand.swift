import ArgumentParser
import AuthorizationServer
import OAuthProtocol
import Storage

/// `apis mcp`: everything that an MCP client needs of the tenant, by one switch.
struct MCPServerCommand: AsyncParsableCommand, TenantCommand {
    static let configuration = CommandConfiguration(
        commandName: "mcp", abstract: "Make an API an MCP server: clients may register themselves and find it.",
        discussion: """
            Switches on dynamic registration and client ID metadata documents for the tenant, opens its default database of \
            users to third parties (is_domain_connection), and switches on refresh tokens and RFC 9068 access tokens for the \
            API. Prints what the API must answer a request without a token with, and the \
            document that it may serve at its own /.well-known/oauth-protected-resource.
            """)
    @Argument(help: "The API's identifier: the address that MCP clients connect to.") var identifier: String
    @Option(help: "The issuer as clients reach it, with its slash at the end.") var issuer: String
    @OptionGroup var place: TenantPlaceOptions

    func validate() throws {
        guard let uri = RedirectURI(issuer), uri.path == "/", uri.query == nil else {
            throw ValidationError("--issuer must be an address such as https://login.example.com/")
        }
    }

    func run() async throws { try await ToolSession.with(place, run) }

    func run(in session: ToolSession) async throws {
        guard var api = try await session.stores.resourceServers.find(identifier: identifier) else {
            throw CommandFailure("there is no API \"\(identifier)\"; see: martlet apis list")
        }
        var tenant = session.context.tenant
        MCPServer.enable(&api, in: &tenant.settings)
        _ = try await session.stores.resourceServers.update(api)
        _ = try await session.installation.engine.tenants.update(tenant)
        try await openUsers(tenant.settings, in: session)
        try await session.record("Make an API an MCP server", target: api.identifier)
        let parts = issuer.dropLast().components(separatedBy: "://")
        let shown = Issuer(scheme: parts[0], host: parts[1])
        Terminal.say("WWW-Authenticate: \(ProtectedResourceDocument.challenge(of: api, issuer: shown))")
        Terminal.show(.object(ProtectedResourceDocument.document(of: api, issuer: shown)))
    }
}

extension MCPServerCommand {
    /// Clients that register themselves are strict third parties, who sign users in by connections of the whole domain alone.
    private func openUsers(_ settings: TenantSettings, in session: ToolSession) async throws {
        let connections = session.stores.connections
        guard let name = settings.defaultDirectory, var users = try await connections.find(name: name) else { return }
        users.isDomainConnection = true
        _ = try await connections.update(users)
    }
}

extension Substring {
    /// The text before and behind the first separator.
    fileprivate func components(separatedBy separator: String) -> [String] {
        guard let range = firstRange(of: separator) else { return [String(self), ""] }
        return [String(self[..<range.lowerBound]), String(self[range.upperBound...])]
    }
}

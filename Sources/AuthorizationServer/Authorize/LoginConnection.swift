import OAuthProtocol
import Storage

/// Which connection users of a request sign in with (contract 4.1 `connection`).
struct LoginConnection: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// The named connection, or the tenant's default directory, or else the first one that the client may use.
    /// Throws `.invalidRequest` when there is none.
    func resolve(named name: String?, for client: Client) async throws -> Connection {
        if let name { return try await named(name, for: client) }
        if let directory = context.settings.defaultDirectory,
            let connection = try await context.stores.connections.find(name: directory), mayUse(connection, client)
        {
            return connection
        }
        guard let first = try await context.stores.connections.list().first(where: { mayUse($0, client) }) else {
            throw OAuthError(.invalidRequest, WireText.noConnections)
        }
        return first
    }

    /// Throws `.invalidRequest`, `the connection was not found` or `the connection was disabled` (contract 13.2).
    func named(_ name: String, for client: Client?) async throws -> Connection {
        guard let connection = try await context.stores.connections.find(name: name), hasPasswords(connection) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        if let client, !mayUse(connection, client) { throw OAuthError(.invalidRequest, WireText.connectionDisabled) }
        return connection
    }

    private func mayUse(_ connection: Connection, _ client: Client) -> Bool {
        connection.isEnabled(for: client) && hasPasswords(connection)
    }

    private func hasPasswords(_ connection: Connection) -> Bool {
        context.environment.connections.passwordConnection(strategy: connection.strategy) != nil
    }
}

extension Connection {
    /// `enabled_clients` names the client, or nobody in particular. A connection of the whole domain is every third party's,
    /// and the only one of a strict one (contract 4.7).
    func isEnabled(for client: Client) -> Bool {
        if client.isStrictThirdParty { return isDomainConnection }
        let isNamed = enabledClients?.contains { $0.isExactly(client.clientID) } ?? true
        return isNamed || (isDomainConnection && !client.isFirstParty)
    }
}

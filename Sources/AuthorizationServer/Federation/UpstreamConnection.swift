import OAuthProtocol
import Storage

/// A connection whose users an identity provider knows. Made only from one whose strategy says so and that names a provider.
struct UpstreamConnection: Sendable {
    let connection: Connection
    let provider: IdentityProvider
    let strategy: IdentityProvider.Strategy

    /// `nil` for a connection of another kind.
    init?(_ connection: Connection) {
        guard let strategy = IdentityProvider.Strategy(rawValue: connection.strategy), let provider = connection.provider else {
            return nil
        }
        (self.connection, self.provider, self.strategy) = (connection, provider, strategy)
    }

    /// The connection of that name; `nil` as well for a connection of another kind.
    static func find(_ name: String, in context: TenantContext) async throws -> UpstreamConnection? {
        try await context.stores.connections.find(name: name).flatMap(UpstreamConnection.init)
    }

    /// The user of ours whom the provider calls `subject`. Nobody for what no user id can be.
    func user(_ subject: String, in context: TenantContext) async throws -> User? {
        guard (1...512).contains(subject.utf8.count), !subject.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
            return nil
        }
        let user = try await context.stores.users.find(strategy.userID(of: subject, at: connection.name))
        return user.flatMap { $0.connection.isExactly(connection.name) ? $0 : nil }
    }
}

package import OAuthProtocol

/// What is kept, and what a store promises.
///
/// Owns: records (plain values), store protocols (one per family of records, methods named for intent, each guarantee in
/// its doc comment), how secrets become lookup keys (`TokenHash`) and how they are sealed at rest (`MasterKeyRing`).
/// Does not own: SQL (`SQLStorage`), engines (`SQLiteDriver`, `PostgreSQLDriver`), decisions (`AuthorizationServer`).
package enum StorageModule {}

/// The stores of one tenant. Made by a `StorageEngine` for a `TenantID`; no method of any store takes a tenant, so code
/// that holds this value cannot name another tenant's rows.
package struct Stores: Sendable {
    package var tenant: TenantID
    package var clients: any ClientStore
    package var clientGrants: any ClientGrantStore
    package var resourceServers: any ResourceServerStore
    package var connections: any ConnectionStore
    package var users: any UserStore
    package var consents: any ConsentStore
    package var signingKeys: any SigningKeyStore
    package var sessions: any SessionStore
    package var transactions: any LoginTransactionStore
    package var authorizationCodes: any AuthorizationCodeStore
    package var refreshTokens: any RefreshTokenStore
    package var tickets: any TicketStore
    package var attempts: any AttemptStore
    package var logs: any LogStore

    package init(
        tenant: TenantID, configuration: ConfigurationStores, people: PeopleStores, flows: FlowStores,
        operations: OperationStores
    ) {
        self.tenant = tenant
        (clients, clientGrants) = (configuration.clients, configuration.clientGrants)
        (resourceServers, connections) = (configuration.resourceServers, configuration.connections)
        signingKeys = configuration.signingKeys
        (users, consents, sessions) = (people.users, people.consents, people.sessions)
        (transactions, authorizationCodes) = (flows.transactions, flows.authorizationCodes)
        (refreshTokens, tickets) = (flows.refreshTokens, flows.tickets)
        (attempts, logs) = (operations.attempts, operations.logs)
    }
}

/// The stores of what an administrator configures.
package struct ConfigurationStores: Sendable {
    package var clients: any ClientStore
    package var clientGrants: any ClientGrantStore
    package var resourceServers: any ResourceServerStore
    package var connections: any ConnectionStore
    package var signingKeys: any SigningKeyStore

    package init(
        clients: any ClientStore, clientGrants: any ClientGrantStore, resourceServers: any ResourceServerStore,
        connections: any ConnectionStore, signingKeys: any SigningKeyStore
    ) {
        (self.clients, self.clientGrants) = (clients, clientGrants)
        (self.resourceServers, self.connections, self.signingKeys) = (resourceServers, connections, signingKeys)
    }
}

/// The stores of people and what they agreed to.
package struct PeopleStores: Sendable {
    package var users: any UserStore
    package var consents: any ConsentStore
    package var sessions: any SessionStore

    package init(users: any UserStore, consents: any ConsentStore, sessions: any SessionStore) {
        (self.users, self.consents, self.sessions) = (users, consents, sessions)
    }
}

/// The stores of what a flow hands out.
package struct FlowStores: Sendable {
    package var transactions: any LoginTransactionStore
    package var authorizationCodes: any AuthorizationCodeStore
    package var refreshTokens: any RefreshTokenStore
    package var tickets: any TicketStore

    package init(
        transactions: any LoginTransactionStore, authorizationCodes: any AuthorizationCodeStore,
        refreshTokens: any RefreshTokenStore, tickets: any TicketStore
    ) {
        (self.transactions, self.authorizationCodes) = (transactions, authorizationCodes)
        (self.refreshTokens, self.tickets) = (refreshTokens, tickets)
    }
}

/// The stores of operation: brakes and the audit log.
package struct OperationStores: Sendable {
    package var attempts: any AttemptStore
    package var logs: any LogStore

    package init(attempts: any AttemptStore, logs: any LogStore) { (self.attempts, self.logs) = (attempts, logs) }
}

/// A database with its schema: makes the stores of a tenant.
package protocol StorageEngine: Sendable {
    var tenants: any TenantStore { get }
    func stores(for tenant: TenantID) -> Stores
    /// Applies missing migrations under a lock. Returns the names applied. Running twice is harmless.
    func migrate() async throws -> [String]
    /// Names of migrations that this program knows and the database lacks.
    func pendingMigrations() async throws -> [String]
    /// Deletes expired rows of every tenant in bounded batches, and returns how many went.
    func sweep(at now: Timestamp, logRetention: Lifetime) async throws -> Int
    /// Answers when the database does; throws otherwise.
    func ping() async throws
    func close() async throws
}

/// A write failed because a record with the same key exists.
package struct StoreConflict: Error, Sendable, Equatable {
    /// The field that collides, by its wire name.
    package var field: String
    package init(field: String) { self.field = field }
}

/// The database cannot take the work now: too much waits, no connection is free in time, or it cannot be reached.
/// Nothing was changed. A client may try again (`temporarily_unavailable`).
package struct StorageUnavailable: Error, Sendable, Equatable {
    package var reason: String
    package init(_ reason: String) { self.reason = reason }
}

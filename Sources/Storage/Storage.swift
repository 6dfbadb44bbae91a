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
    package var signingKeys: any SigningKeyStore
    package var secrets: any TenantSecretStore
    package var users: any UserStore
    package var federatedTokens: any FederatedTokenStore
    package var consents: any ConsentStore
    package var sessions: any SessionStore
    package var authenticators: any AuthenticatorStore
    package var permissions: any PermissionStore
    package var transactions: any LoginTransactionStore
    package var authorizationCodes: any AuthorizationCodeStore
    package var pushedRequests: any PushedRequestStore
    package var deferred: any DeferredAuthorizationStore
    package var refreshTokens: any RefreshTokenStore
    package var oneTimeCodes: any OneTimeCodeStore
    package var tickets: any TicketStore
    package var attempts: any AttemptStore
    package var logs: any LogStore
    package var replays: any ReplayStore
    package var revocations: any RevocationStore
    package var deliveries: any DeliveryStore

    package init(
        tenant: TenantID, configuration: ConfigurationStores, people: PeopleStores, flows: FlowStores,
        operations: OperationStores
    ) {
        self.tenant = tenant
        (clients, clientGrants) = (configuration.clients, configuration.clientGrants)
        (resourceServers, connections) = (configuration.resourceServers, configuration.connections)
        (signingKeys, secrets) = (configuration.signingKeys, configuration.secrets)
        (users, federatedTokens) = (people.users, people.federatedTokens)
        (consents, sessions) = (people.consents, people.sessions)
        (authenticators, permissions) = (people.authenticators, people.permissions)
        (transactions, authorizationCodes) = (flows.transactions, flows.authorizationCodes)
        (pushedRequests, deferred) = (flows.pushedRequests, flows.deferred)
        (refreshTokens, tickets, oneTimeCodes) = (flows.refreshTokens, flows.tickets, flows.oneTimeCodes)
        (attempts, logs, replays) = (operations.attempts, operations.logs, operations.replays)
        (revocations, deliveries) = (operations.revocations, operations.deliveries)
    }
}

/// The stores of what an administrator configures.
package struct ConfigurationStores: Sendable {
    package let clients: any ClientStore
    package let clientGrants: any ClientGrantStore
    package let resourceServers: any ResourceServerStore
    package let connections: any ConnectionStore
    package let signingKeys: any SigningKeyStore
    package let secrets: any TenantSecretStore

    /// Made from one value that implements them all, or from several.
    package init(
        applications: (any ClientStore, any ClientGrantStore), resourceServers: any ResourceServerStore,
        connections: any ConnectionStore, keys: (any SigningKeyStore, any TenantSecretStore)
    ) {
        (clients, clientGrants) = applications
        (self.resourceServers, self.connections) = (resourceServers, connections)
        (signingKeys, secrets) = keys
    }
}

/// The stores of people and what they agreed to.
package struct PeopleStores: Sendable {
    package let users: any UserStore
    package let federatedTokens: any FederatedTokenStore
    package let consents: any ConsentStore
    package let sessions: any SessionStore
    package let authenticators: any AuthenticatorStore
    package let permissions: any PermissionStore

    package init(
        accounts: (any UserStore, any FederatedTokenStore), consents: any ConsentStore, sessions: any SessionStore,
        authenticators: any AuthenticatorStore, permissions: any PermissionStore
    ) {
        (users, federatedTokens) = accounts
        (self.consents, self.sessions) = (consents, sessions)
        (self.authenticators, self.permissions) = (authenticators, permissions)
    }
}

/// The stores of what a flow hands out.
package struct FlowStores: Sendable {
    package let transactions: any LoginTransactionStore
    package let pushedRequests: any PushedRequestStore
    package let authorizationCodes: any AuthorizationCodeStore
    package let deferred: any DeferredAuthorizationStore
    package let refreshTokens: any RefreshTokenStore
    package let tickets: any TicketStore
    package let oneTimeCodes: any OneTimeCodeStore

    package init(
        requests: (any LoginTransactionStore, any PushedRequestStore), authorizationCodes: any AuthorizationCodeStore,
        deferred: any DeferredAuthorizationStore, refreshTokens: any RefreshTokenStore,
        mailed: (any TicketStore, any OneTimeCodeStore)
    ) {
        (transactions, pushedRequests) = requests
        (self.authorizationCodes, self.deferred, self.refreshTokens) = (authorizationCodes, deferred, refreshTokens)
        (tickets, oneTimeCodes) = mailed
    }
}

/// The stores of operation: brakes, replays, revocations, deliveries and the audit log.
package struct OperationStores: Sendable {
    package let attempts: any AttemptStore
    package let logs: any LogStore
    package let replays: any ReplayStore
    package let revocations: any RevocationStore
    package let deliveries: any DeliveryStore

    package init(
        attempts: any AttemptStore, logs: any LogStore, replays: any ReplayStore, revocations: any RevocationStore,
        deliveries: any DeliveryStore
    ) {
        (self.attempts, self.logs, self.replays) = (attempts, logs, replays)
        (self.revocations, self.deliveries) = (revocations, deliveries)
    }
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
    /// Tenants that have a delivery due at `now`.
    func tenantsWithDueDeliveries(at now: Timestamp) async throws -> [TenantID]
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

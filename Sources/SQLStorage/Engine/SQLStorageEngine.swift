package import Storage
package import OAuthProtocol
import Synchronization

/// `StorageEngine` over any `Database`: what `SQLiteEngine` and `PostgreSQLEngine` open.
package final class SQLStorageEngine: StorageEngine {
    /// For tests and tools that look at raw rows.
    package let database: any Database
    private let masterKeys: MasterKeyRing
    private let logIDs: LogIDGenerator
    private let tenantCaches = TenantCaches()
    private let scopes = Mutex<[TenantID: Entry]>([:])
    private let migrations: [Migration]

    private struct Entry {
        var scope: TenantScope
        var stores: Stores
    }

    /// Bounds `scopes`; tenants come from configured hosts, so it is not reached in practice.
    private static let scopeLimit = 10_000

    /// `logSettling`: see `SQLLogStore`.
    package init(
        database: any Database, masterKeys: MasterKeyRing, logSettling: Duration, migrations: [Migration] = Migration.all
    ) {
        (self.database, self.masterKeys, self.migrations) = (database, masterKeys, migrations)
        logIDs = LogIDGenerator(settling: logSettling)
    }

    package var tenants: any TenantStore {
        SQLTenantStore(database: database, caches: tenantCaches) { [weak self] in self?.forget($0) }
    }

    package func stores(for tenant: TenantID) -> Stores {
        scopes.withLock { scopes in
            if let entry = scopes[tenant] { return entry.stores }
            if scopes.count >= Self.scopeLimit { scopes.removeAll() }
            let scope = TenantScope(tenant: tenant, database: database, masterKeys: masterKeys, logIDs: logIDs)
            let entry = Entry(scope: scope, stores: Self.makeStores(scope))
            scopes[tenant] = entry
            return entry.stores
        }
    }

    /// Forgets what is in memory of a tenant and of the list of tenants. Drivers call it when another process changed it.
    package func forgetConfiguration(of tenant: TenantID) {
        tenantCaches.invalidate()
        scope(of: tenant)?.caches.invalidate()
    }

    /// Looks at the tenant's revocations again before the next answer. Drivers call it when another process revoked something.
    package func recheckRevocations(of tenant: TenantID) { scope(of: tenant)?.revocations.markStale() }

    /// The scope of a tenant that this process has to do with.
    private func scope(of tenant: TenantID) -> TenantScope? { scopes.withLock { $0[tenant]?.scope } }

    /// A tenant of the same name that is made later shares nothing with one that was deleted.
    private func forget(_ tenant: TenantID) {
        forgetConfiguration(of: tenant)
        scope(of: tenant)?.revocations.forget()
    }

    package func migrate() async throws -> [String] {
        try await Migrator(database: database, migrations: migrations).migrate()
    }

    package func pendingMigrations() async throws -> [String] {
        try await Migrator(database: database, migrations: migrations).pending()
    }

    package func sweep(at now: Timestamp, logRetention: Lifetime) async throws -> Int {
        let sweeper = Sweeper(database: database) { [weak self] in self?.forgetConfiguration(of: $0) }
        return try await sweeper.sweep(at: now, logRetention: logRetention)
    }

    package func tenantsWithDueDeliveries(at now: Timestamp) async throws -> [TenantID] {
        let sql = "SELECT DISTINCT tenant_id FROM deliveries WHERE state = 'due' AND next_attempt_at <= $1 ORDER BY tenant_id"
        let names = try await database.read { try $0.query(sql, [.time(now)]) { try $0.text() } }
        return names.compactMap(TenantID.init)
    }

    package func ping() async throws { _ = try await database.read { try $0.exists("SELECT 1", []) } }

    package func close() async throws { try await database.close() }

    private static func makeStores(_ scope: TenantScope) -> Stores {
        Stores(
            tenant: scope.tenant, configuration: makeConfiguration(scope),
            people: PeopleStores(
                accounts: (SQLUserStore(scope: scope), SQLFederatedTokenStore(scope: scope)),
                consents: SQLConsentStore(scope: scope), sessions: SQLSessionStore(scope: scope), authenticators: SQLAuthenticatorStore(scope: scope),
                permissions: SQLPermissionStore(scope: scope)),
            flows: makeFlows(scope),
            operations: OperationStores(
                attempts: SQLAttemptStore(scope: scope), logs: SQLLogStore(scope: scope),
                replays: SQLReplayStore(scope: scope), revocations: SQLRevocationStore(scope: scope),
                deliveries: SQLDeliveryStore(scope: scope)))
    }

    private static func makeConfiguration(_ scope: TenantScope) -> ConfigurationStores {
        ConfigurationStores(
            applications: (SQLClientStore(scope: scope), SQLClientGrantStore(scope: scope)),
            resourceServers: SQLResourceServerStore(scope: scope), connections: SQLConnectionStore(scope: scope),
            keys: (SQLSigningKeyStore(scope: scope), SQLTenantSecretStore(scope: scope)))
    }

    private static func makeFlows(_ scope: TenantScope) -> FlowStores {
        FlowStores(
            requests: (SQLLoginTransactionStore(scope: scope), SQLPushedRequestStore(scope: scope)),
            authorizationCodes: SQLAuthorizationCodeStore(scope: scope),
            deferred: SQLDeferredAuthorizationStore(scope: scope), refreshTokens: SQLRefreshTokenStore(scope: scope),
            mailed: (SQLTicketStore(scope: scope), SQLOneTimeCodeStore(scope: scope)))
    }
}

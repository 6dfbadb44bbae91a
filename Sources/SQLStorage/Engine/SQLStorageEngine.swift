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
        SQLTenantStore(database: database, caches: tenantCaches) { [weak self] in self?.forgetConfiguration(of: $0) }
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
        scopes.withLock { $0[tenant]?.scope }?.caches.invalidate()
    }

    package func migrate() async throws -> [String] {
        try await Migrator(database: database, migrations: migrations).migrate()
    }

    package func pendingMigrations() async throws -> [String] {
        try await Migrator(database: database, migrations: migrations).pending()
    }

    package func sweep(at now: Timestamp, logRetention: Lifetime) async throws -> Int {
        try await Sweeper(database: database).sweep(at: now, logRetention: logRetention)
    }

    package func ping() async throws { _ = try await database.read { try $0.exists("SELECT 1", []) } }

    package func close() async throws { try await database.close() }

    private static func makeStores(_ scope: TenantScope) -> Stores {
        Stores(
            tenant: scope.tenant,
            configuration: ConfigurationStores(
                clients: SQLClientStore(scope: scope), clientGrants: SQLClientGrantStore(scope: scope),
                resourceServers: SQLResourceServerStore(scope: scope), connections: SQLConnectionStore(scope: scope),
                signingKeys: SQLSigningKeyStore(scope: scope)),
            people: PeopleStores(
                users: SQLUserStore(scope: scope), consents: SQLConsentStore(scope: scope),
                sessions: SQLSessionStore(scope: scope)),
            flows: FlowStores(
                transactions: SQLLoginTransactionStore(scope: scope),
                authorizationCodes: SQLAuthorizationCodeStore(scope: scope),
                refreshTokens: SQLRefreshTokenStore(scope: scope), tickets: SQLTicketStore(scope: scope)),
            operations: OperationStores(attempts: SQLAttemptStore(scope: scope), logs: SQLLogStore(scope: scope)))
    }
}

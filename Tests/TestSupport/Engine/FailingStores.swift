package import OAuthProtocol
package import Storage

/// An engine whose tenants cannot be read: every request to a tenant fails with `error`.
package struct FailingEngine: StorageEngine {
    private let real: any StorageEngine
    private let error: any Error

    package init(_ real: any StorageEngine, throwing error: any Error) { (self.real, self.error) = (real, error) }

    package var tenants: any TenantStore { FailingTenants(error: error) }
    package func stores(for tenant: TenantID) -> Stores { real.stores(for: tenant) }
    package func migrate() async throws -> [String] { try await real.migrate() }
    package func pendingMigrations() async throws -> [String] { try await real.pendingMigrations() }
    package func sweep(at now: Timestamp, logRetention: Lifetime) async throws -> Int {
        try await real.sweep(at: now, logRetention: logRetention)
    }
    package func tenantsWithDueDeliveries(at now: Timestamp) async throws -> [TenantID] {
        try await real.tenantsWithDueDeliveries(at: now)
    }
    package func ping() async throws { throw error }
    package func close() async throws { try await real.close() }
}

private struct FailingTenants: TenantStore {
    let error: any Error
    func insert(_ tenant: Tenant) async throws { throw error }
    func find(_ id: TenantID) async throws -> Tenant? { throw error }
    func find(customDomain host: String) async throws -> Tenant? { throw error }
    func list() async throws -> [Tenant] { throw error }
    func update(_ tenant: Tenant) async throws -> Bool { throw error }
    func delete(_ id: TenantID) async throws -> Bool { throw error }
}

/// A store of transactions that reads and cannot write.
package struct ReadOnlyTransactions: LoginTransactionStore {
    private let real: any LoginTransactionStore
    private let error: any Error

    package init(_ real: any LoginTransactionStore, throwing error: any Error) { (self.real, self.error) = (real, error) }

    package func insert(_ transaction: LoginTransaction) async throws { throw error }
    package func find(_ stateHash: TokenHash, at now: Timestamp) async throws -> LoginTransaction? {
        try await real.find(stateHash, at: now)
    }
    package func clientID(of stateHash: TokenHash) async throws -> String? { try await real.clientID(of: stateHash) }
    package func markAuthenticated(_ stateHash: TokenHash, sid: String, at now: Timestamp) async throws -> Bool { throw error }
    package func markConsented(_ stateHash: TokenHash, at now: Timestamp) async throws -> Bool { throw error }
    package func consume(_ stateHash: TokenHash) async throws -> Bool { throw error }
}

/// A store of sessions that does not answer.
package struct FailingSessions: SessionStore {
    private let error: any Error

    package init(throwing error: any Error) { self.error = error }

    package func begin(_ session: BrowserSession, replacing old: TokenHash?, recording event: LogEvent) async throws { throw error }
    package func renew(_ old: TokenHash, as session: BrowserSession, recording event: LogEvent) async throws -> Bool { throw error }
    package func begin(
        _ session: BrowserSession, from family: RefreshTokenFamilyID, replacing old: TokenHash?, recording event: LogEvent
    ) async throws -> Bool { throw error }
    package func find(_ cookieHash: TokenHash, at now: Timestamp) async throws -> BrowserSession? { throw error }
    package func find(sid: String, at now: Timestamp) async throws -> BrowserSession? { throw error }
    package func touch(
        _ cookieHash: TokenHash, idleExpiresAt: Timestamp, client clientID: String, at now: Timestamp
    ) async throws { throw error }
    package func end(_ cookieHash: TokenHash, recording event: LogEvent?) async throws -> BrowserSession? { throw error }
    package func end(
        _ cookieHash: TokenHash, effects: SessionEndEffects, at now: Timestamp,
        deliveries: @escaping @Sendable (BrowserSession) throws -> [Delivery]
    ) async throws -> BrowserSession? { throw error }
    package func endAll(
        of userID: String, at now: Timestamp, recording event: LogEvent,
        deliveries: @escaping @Sendable ([BrowserSession]) throws -> [Delivery]
    ) async throws -> [BrowserSession] { throw error }
    package func touch(sid: String, idleExpiresAt: Timestamp, at now: Timestamp) async throws -> Bool { throw error }
    package func list(of userID: String, at now: Timestamp) async throws -> [BrowserSession] { throw error }
}

import SQLStorage
package import Storage

/// The engine for several nodes over one PostgreSQL (15 or later).
package enum PostgreSQLEngine {
    /// Opens without migrating. `url` is `postgres://user:password@host:port/database?options`.
    /// `logSettling`: how long a new log record is withheld from `LogStore.list`, so that a reader misses none that is
    /// committed out of order. Throws `StorageUnavailable` when the server cannot be reached.
    package static func open(
        url: String, masterKeys: MasterKeyRing, poolSize: Int = 8, leaseTimeout: Duration = .seconds(5),
        logSettling: Duration = .seconds(2)
    ) async throws -> any StorageEngine {
        let target = ConnectionTarget(url: url)
        let pool = ConnectionPool(target: target, size: poolSize, leaseTimeout: leaseTimeout)
        let database = PostgreSQLDatabase(pool: pool, listener: ChangeListener(target: target))
        let engine = SQLStorageEngine(database: database, masterKeys: masterKeys, logSettling: logSettling)
        do {
            try await engine.ping()
        } catch {
            try? await database.close()
            throw error
        }
        database.listener.start { [weak engine] change, tenant in
            switch change {
            case .configuration: engine?.forgetConfiguration(of: tenant)
            case .revocations: engine?.recheckRevocations(of: tenant)
            }
        }
        return engine
    }
}

/// `Database` over a pool of connections.
struct PostgreSQLDatabase: Database {
    let dialect = Dialect.postgreSQL
    let pool: ConnectionPool
    let listener: ChangeListener

    func read<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await pool.perform { try Attempts.read(on: $0, body) }
    }

    func write<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        try await pool.perform { try Attempts.write(on: $0, body) }
    }

    func close() async throws {
        await listener.stop()
        await pool.close()
    }
}

import PostgreSQLDriver
package import SQLStorage
import SQLiteDriver
package import Storage

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An engine that the conformance suite runs on.
package enum Backend: String, Sendable, CaseIterable {
    case sqliteMemory, sqliteFile, postgreSQL

    /// What this run can reach: PostgreSQL when `MARTLET_TEST_POSTGRES` names a server. When `MARTLET_REQUIRE_POSTGRES` is
    /// 1 it is in the list in any case, so that its tests fail where it is missing.
    package static let available: [Backend] = {
        let hasServer = environment("MARTLET_TEST_POSTGRES") != nil || environment("MARTLET_REQUIRE_POSTGRES") == "1"
        return hasServer ? [.sqliteMemory, .sqliteFile, .postgreSQL] : [.sqliteMemory, .sqliteFile]
    }()

    /// Those whose database several engines can open at once.
    package static let shared = available.filter { $0 != .sqliteMemory }

    /// Opens a fresh, migrated database, runs the body, closes and removes the database.
    package func withFreshStorage<T>(_ body: (TestStorage) async throws -> T) async throws -> T {
        try await withFreshDatabase { database in
            let engine = try await database.open()
            do {
                _ = try await engine.migrate()
                let result = try await body(TestStorage(engine: engine, database: database))
                try await engine.close()
                return result
            } catch {
                try? await engine.close()
                throw error
            }
        }
    }

    /// Makes a fresh, empty database, runs the body and removes the database.
    package func withFreshDatabase<T>(_ body: (TestDatabase) async throws -> T) async throws -> T {
        switch self {
        case .sqliteMemory:
            return try await body(TestDatabase(place: .memory))
        case .sqliteFile:
            let folder = try TemporaryFolder()
            defer { folder.remove() }
            return try await body(TestDatabase(place: .file(folder.path + "/martlet.db")))
        case .postgreSQL:
            return try await PostgreSQLSchema.withFresh { try await body(TestDatabase(place: .postgreSQL($0))) }
        }
    }

    static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}

/// Where a test's database is.
package struct TestDatabase: Sendable {
    package enum Place: Sendable {
        case memory
        case file(String)
        case postgreSQL(String)
    }

    package let place: Place

    /// The master key of every test database, unless a test asks for another ring.
    package static let masterKeys: MasterKeyRing = {
        guard let key = MasterKeyRing.Key(bytes: Array(0..<32)) else { preconditionFailure("32 bytes make a key") }
        return MasterKeyRing(current: key)
    }()

    /// Opens without migrating.
    package func open(
        masterKeys: MasterKeyRing = TestDatabase.masterKeys, logSettling: Duration = .zero
    ) async throws -> SQLStorageEngine {
        let engine: any StorageEngine
        switch place {
        case .memory: engine = try await SQLiteEngine.open(.memory, masterKeys: masterKeys)
        case .file(let path): engine = try await SQLiteEngine.open(.file(path), masterKeys: masterKeys)
        case .postgreSQL(let url):
            engine = try await PostgreSQLEngine.open(url: url, masterKeys: masterKeys, poolSize: 4, logSettling: logSettling)
        }
        guard let engine = engine as? SQLStorageEngine else { throw MissingBackend(reason: "not an SQL engine") }
        return engine
    }
}

/// An open, migrated database of one test.
package struct TestStorage: Sendable {
    package let engine: SQLStorageEngine
    package let database: TestDatabase

    /// The stores of the default tenant.
    package var stores: Stores { engine.stores(for: .default) }
}

package struct MissingBackend: Error, CustomStringConvertible {
    package let reason: String
    package var description: String { reason }
}

import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct MigrationTests {
    @Test("migrating applies all in order, and again nothing", arguments: Backend.available)
    func twice(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engine = try await database.open()
            let names = Migration.all.map(\.name)
            #expect(names == names.sorted())
            #expect(try await engine.pendingMigrations() == names)
            #expect(try await engine.migrate() == names)
            #expect(try await engine.pendingMigrations() == [])
            #expect(try await engine.migrate() == [])
            try await engine.ping()
            try await engine.close()
        }
    }

    @Test("nodes that migrate at once apply each migration once", arguments: Backend.shared)
    func concurrent(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let applied = try await concurrently(6) { _ in
                let engine = try await database.open()
                let names = try await engine.migrate()
                try await engine.close()
                return names
            }
            #expect(applied.count { !$0.isEmpty } == 1)
            #expect(applied.flatMap(\.self) == Migration.all.map(\.name))
        }
    }

    @Test("a migration that fails leaves the schema as it was", arguments: Backend.available)
    func failing(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engine = try await database.open()
            let broken = Migration(name: "0009_broken", statements: ["CREATE TABLE half (id BIGINT)", "CREATE NONSENSE"])
            let bad = SQLStorageEngine(
                database: engine.database, masterKeys: TestDatabase.masterKeys, logSettling: .zero,
                migrations: Migration.all + [broken])
            await #expect(throws: SQLError.self) { _ = try await bad.migrate() }
            #expect(try await engine.pendingMigrations() == Migration.all.map(\.name))
            #expect(try await engine.migrate() == Migration.all.map(\.name))
            try await engine.close()
        }
    }
}

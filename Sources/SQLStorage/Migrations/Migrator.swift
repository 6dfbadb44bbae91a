/// Brings the schema up to date. All in one transaction under a lock, so that nodes that start together wait for the
/// first, and a failure leaves the schema as it was.
struct Migrator: Sendable {
    let database: any Database
    let migrations: [Migration]

    /// Names of the migrations applied by this call.
    func migrate() async throws -> [String] {
        let (migrations, dialect) = (migrations, database.dialect)
        return try await database.write { connection in
            for statement in dialect.migrationLock { try connection.forEachRow(of: statement, []) { _ in } }
            try connection.execute(dialect.spell(
                "CREATE TABLE IF NOT EXISTS schema_migrations (name {text} NOT NULL PRIMARY KEY) {table}"))
            let known = try Migrator.appliedNames(connection)
            let missing = migrations.filter { !known.contains($0.name) }
            for migration in missing { try Migrator.apply(migration, dialect, connection) }
            return missing.map(\.name)
        }
    }

    /// Names of the migrations that the database lacks. Changes nothing.
    func pending() async throws -> [String] {
        let names = migrations.map(\.name)
        do {
            let known = try await database.read { try Migrator.appliedNames($0) }
            return names.filter { !known.contains($0) }
        } catch SQLError.failed {
            // A fresh database has no table of names; one that does not answer fails here again.
            _ = try await database.read { try $0.exists("SELECT 1", []) }
            return names
        }
    }

    private static func appliedNames(_ connection: any SQLConnection) throws -> Set<String> {
        Set(try connection.query("SELECT name FROM schema_migrations", []) { try $0.text() })
    }

    private static func apply(_ migration: Migration, _ dialect: Dialect, _ connection: any SQLConnection) throws {
        for statement in migration.statements { try connection.execute(dialect.spell(statement)) }
        _ = try connection.execute("INSERT INTO schema_migrations (name) VALUES ($1)", [.text(migration.name)])
    }
}

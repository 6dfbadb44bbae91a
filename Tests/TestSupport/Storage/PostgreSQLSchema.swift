import PostgreSQLDriver
import SQLStorage
import Storage

/// A schema of one test in the server that `MARTLET_TEST_POSTGRES` names.
struct PostgreSQLSchema: Sendable {
    /// The server's URL, with the schema as the search path.
    let url: String
    private let server: String
    private let name: String

    static func make() async throws -> PostgreSQLSchema {
        guard let server = Backend.environment("MARTLET_TEST_POSTGRES") else {
            throw MissingBackend(reason: "MARTLET_TEST_POSTGRES is not set: PostgreSQL is required but was not tested")
        }
        let name = "test_" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        let separator = server.contains("?") ? "&" : "?"
        let url = "\(server)\(separator)options=-csearch_path%3D\(name)"
        let schema = PostgreSQLSchema(url: url, server: server, name: name)
        try await schema.run("CREATE SCHEMA \(name)")
        return schema
    }

    func remove() async throws { try await run("DROP SCHEMA \(name) CASCADE") }

    private func run(_ sql: String) async throws {
        let opened = try await PostgreSQLEngine.open(url: server, masterKeys: TestDatabase.masterKeys, poolSize: 1)
        guard let engine = opened as? SQLStorageEngine else { throw MissingBackend(reason: "not an SQL engine") }
        do {
            try await engine.database.write { try $0.execute(sql) }
            try await engine.close()
        } catch {
            try? await engine.close()
            throw error
        }
    }
}

import PostgreSQLDriver
import SQLStorage
import Storage

/// Schemas in the server that `MARTLET_TEST_POSTGRES` names, one for each test. A server has few connections, so a few
/// tests have one at a time.
enum PostgreSQLSchema {
    private static let places = Turnstile(places: 6)
    private static let administrator = Task { try await openAdministrator() }

    /// Runs the body with the URL of a fresh schema, and removes the schema.
    static func withFresh<T>(_ body: (String) async throws -> T) async throws -> T {
        await places.enter()
        do {
            let result = try await withSchema(body)
            await places.leave()
            return result
        } catch {
            await places.leave()
            throw error
        }
    }

    private static func withSchema<T>(_ body: (String) async throws -> T) async throws -> T {
        let (server, engine) = (try serverURL(), try await administrator.value)
        let name = "test_" + String(UInt64.random(in: 0...UInt64.max), radix: 36)
        try await engine.database.write { try $0.execute("CREATE SCHEMA \(name)") }
        do {
            let result = try await body("\(server)\(server.contains("?") ? "&" : "?")options=-csearch_path%3D\(name)")
            try await engine.database.write { try $0.execute("DROP SCHEMA \(name) CASCADE") }
            return result
        } catch {
            try? await engine.database.write { try $0.execute("DROP SCHEMA \(name) CASCADE") }
            throw error
        }
    }

    private static func serverURL() throws -> String {
        guard let url = Backend.environment("MARTLET_TEST_POSTGRES") else {
            throw MissingBackend(reason: "MARTLET_TEST_POSTGRES is not set: PostgreSQL is required but was not tested")
        }
        return url
    }

    /// Makes and removes schemas; open until the run ends.
    private static func openAdministrator() async throws -> SQLStorageEngine {
        let opened = try await PostgreSQLEngine.open(
            url: serverURL(), masterKeys: TestDatabase.masterKeys, poolSize: 1, leaseTimeout: .seconds(60))
        guard let engine = opened as? SQLStorageEngine else { throw MissingBackend(reason: "not an SQL engine") }
        return engine
    }
}

/// Lets a fixed number of tasks through at a time, in the order of their arrival.
actor Turnstile {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(places: Int) { free = places }

    func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}

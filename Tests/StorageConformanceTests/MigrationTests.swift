import OAuthProtocol
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

    @Test("rows that an older version wrote are read after the migrations that came since", arguments: Backend.available)
    func olderRows(_ backend: Backend) async throws {
        try await backend.withFreshDatabase { database in
            let engine = try await database.open()
            let old = SQLStorageEngine(
                database: engine.database, masterKeys: TestDatabase.masterKeys, logSettling: .zero,
                migrations: Array(Migration.all.prefix(4)))
            #expect(try await old.migrate().last == "0004_operations")
            try await OlderRows.insert(into: engine.database)
            #expect(try await engine.migrate().first == "0005_extensions")
            let stores = engine.stores(for: .default)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "code")) == code())
            #expect(try await stores.refreshTokens.find(try family().id) == family())
            #expect(try await stores.sessions.find(session().cookieHash, at: now) == session())
            #expect(try await stores.clients.find("client1") == client())
            #expect(try await stores.connections.find(name: "db") == Connection(id: "con_1", name: "db"))
            try await engine.close()
        }
    }
}

/// Rows as the schema of `0004_operations` had them.
private enum OlderRows {
    static func insert(into database: any Database) async throws {
        let kept = try family()
        let document = """
            {"client_id":"client1","name":"Client","token_endpoint_auth_method":"client_secret_post",\
            "grant_types":["authorization_code"],"created_at":\(now.milliseconds),"updated_at":\(now.milliseconds)}
            """
        try await database.write { connection in
            _ = try connection.execute("""
                INSERT INTO authorization_codes (tenant_id, hash, client_id, user_id, audience, scopes, created_at, expires_at)
                VALUES ('default', $1, 'client1', 'auth0|1', 'https://api/', 'openid offline_access', $2, $3)
                """, [.hash(TokenHash(of: "code")), .time(now), .time(now + 300)])
            _ = try connection.execute("""
                INSERT INTO refresh_token_families (tenant_id, id, client_id, user_id, audience, scopes, generation,
                    is_rotating, rotated_at, created_at, seed, key_id)
                VALUES ('default', $1, 'client1', 'auth0|1', 'https://api/', 'openid offline_access', 1, 1, $2, $2, $3,
                    '0123abcd')
                """, [.blob(kept.id.bytes), .time(now), .blob(kept.seed.revealed)])
            _ = try connection.execute("""
                INSERT INTO sessions (tenant_id, cookie_hash, sid, user_id, auth_time, amr, created_at, last_active_at,
                    idle_expires_at, absolute_expires_at, expires_at, address, user_agent, clients)
                VALUES ('default', $1, 'sid-cookie', 'auth0|1', $2, 'pwd', $2, $2, $3, $4, $3, '', '', '')
                """, [.hash(session().cookieHash), .time(now), .time(now + 100), .time(now + 1000)])
            _ = try connection.execute(
                "INSERT INTO connections (tenant_id, id, name, document) VALUES ('default', 'con_1', 'db', $1)",
                [.text(#"{"id":"con_1","name":"db","strategy":"auth0","options":{"passwordPolicy":"good"}}"#)])
            _ = try connection.execute(
                "INSERT INTO clients (tenant_id, client_id, document, created_at) VALUES ('default', 'client1', $1, $2)",
                [.text(document), .time(now)])
        }
    }
}

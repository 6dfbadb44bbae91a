import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct TenantStoreTests {
    private func tenant(_ name: String, domains: [String] = []) throws -> Tenant {
        Tenant(id: try #require(TenantID(name)), customDomains: domains, createdAt: now)
    }

    @Test("a tenant comes back with every setting", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var tenant = try tenant("acme", domains: ["login.acme.example", "acme.example:8443"])
            tenant.settings.friendlyName = "Acmé \u{1F600} \"quoted\" </script>"
            tenant.settings.defaultAudience = "https://api.acme.example/"
            tenant.settings.allowedLogoutURLs = ["https://acme.example/?a=b&c=d"]
            tenant.settings.sessionLifetime = .hours(1)
            tenant.settings.isDevelopment = true
            tenant.settings.attackProtection.attemptsPerAccount = Bucket(capacity: 3, refillInterval: 7)
            try await storage.engine.tenants.insert(tenant)
            #expect(try await storage.engine.tenants.find(tenant.id) == tenant)
            #expect(try await storage.engine.tenants.find(customDomain: "acme.example:8443") == tenant)
            #expect(try await storage.engine.tenants.list() == [tenant])
        }
    }

    @Test("names and custom domains are unique, and a refused insert leaves nothing", arguments: Backend.available)
    func conflicts(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tenants = storage.engine.tenants
            try await tenants.insert(tenant("one", domains: ["one.example"]))
            await #expect(throws: StoreConflict(field: "id")) { try await tenants.insert(tenant("one")) }
            await #expect(throws: StoreConflict(field: "custom_domains")) {
                try await tenants.insert(tenant("two", domains: ["two.example", "one.example"]))
            }
            #expect(try await tenants.list().map(\.id.rawValue) == ["one"])
            #expect(try await tenants.find(customDomain: "two.example") == nil)
        }
    }

    @Test("an update moves custom domains at once, also those known to be missing", arguments: Backend.available)
    func update(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tenants = storage.engine.tenants
            var tenant = try tenant("one", domains: ["old.example"])
            #expect(try await tenants.update(tenant) == false)
            try await tenants.insert(tenant)
            #expect(try await tenants.find(customDomain: "new.example") == nil)
            tenant.customDomains = ["new.example"]
            #expect(try await tenants.update(tenant))
            #expect(try await tenants.find(customDomain: "new.example") == tenant)
            #expect(try await tenants.find(customDomain: "old.example") == nil)
        }
    }

    @Test("deleting a tenant deletes every row of it and no other's", arguments: Backend.available)
    func delete(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (one, two) = (try tenant("one", domains: ["one.example"]), try tenant("two"))
            for tenant in [one, two] {
                try await storage.engine.tenants.insert(tenant)
                let stores = storage.engine.stores(for: tenant.id)
                try await stores.clients.insert(client())
                try await stores.users.insert(user(), passwordHash: nil)
                try await stores.authorizationCodes.insert(code(), recording: event())
            }
            #expect(try await storage.engine.tenants.delete(one.id))
            #expect(try await storage.engine.tenants.delete(one.id) == false)
            #expect(try await storage.engine.tenants.find(one.id) == nil)
            #expect(try await storage.engine.tenants.find(customDomain: "one.example") == nil)
            let (gone, kept) = (storage.engine.stores(for: one.id), storage.engine.stores(for: two.id))
            #expect(try await gone.clients.find("client1") == nil)
            #expect(try await gone.users.list(offset: 0, limit: 10).isEmpty)
            #expect(try await gone.logs.latest(limit: 10).isEmpty)
            #expect(try await kept.clients.list().count == 1)
            #expect(try await kept.authorizationCodes.find(TokenHash(of: "code")) != nil)
        }
    }

    @Test("no table is left out when a tenant is deleted", arguments: Backend.available)
    func deletesFromEveryTable(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tables = backend == .postgreSQL
                ? """
                SELECT table_name::text FROM information_schema.columns
                WHERE column_name = 'tenant_id' AND table_schema = current_schema()
                """
                : """
                SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND c.name = 'tenant_id'
                """
            let names = try await storage.engine.database.read { try $0.query(tables, []) { try $0.text() } }
            #expect(names.count >= 26)
            let tenant = try tenant("one")
            try await storage.engine.tenants.insert(tenant)
            try await Everything.insert(into: storage.engine.stores(for: tenant.id))
            for name in names where name != "tenant_domains" {
                #expect(try await storage.number("SELECT COUNT(*) FROM \(name)") > 0, "the test inserts nothing into \(name)")
            }
            _ = try await storage.engine.tenants.delete(tenant.id)
            for name in names { #expect(try await storage.number("SELECT COUNT(*) FROM \(name)") == 0, "\(name)") }
        }
    }
}

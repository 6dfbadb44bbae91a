import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

/// Documents outlive the program that wrote them.
@Suite struct DocumentTests {
    private func store(_ document: String, in table: String, _ storage: TestStorage) async throws {
        let sql = "UPDATE \(table) SET document = $1"
        _ = try await storage.engine.database.write { try $0.execute(sql, [.text(document)]) }
        storage.engine.forgetConfiguration(of: .default)
    }

    @Test("members that a document lacks have their defaults, unknown ones are passed over", arguments: Backend.available)
    func client(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var expected = StorageConformanceTests.client()
            try await storage.stores.clients.insert(expected)
            try await store(
                """
                {"client_id":"client1","name":"Client","token_endpoint_auth_method":"client_secret_post",\
                "grant_types":["authorization_code"],"created_at":\(now.milliseconds),"updated_at":\(now.milliseconds),\
                "refresh_token":{"leeway":7,"of_tomorrow":{"a":[1]}},"jwt_configuration":{},"of_tomorrow":null}
                """, in: "clients", storage)
            expected.refreshToken.leeway = 7
            #expect(try await storage.stores.clients.find("client1") == expected)
            #expect(try await storage.stores.clients.list() == [expected])
        }
    }

    @Test("so do APIs, connections and tenants", arguments: Backend.available)
    func others(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let api = ResourceServer(id: "r1", identifier: "https://api/", name: "API", createdAt: now)
            let connection = Connection(id: "con_1", name: "db")
            let tenant = Tenant(id: .default, createdAt: now)
            try await storage.stores.resourceServers.insert(api)
            try await storage.stores.connections.insert(connection)
            try await storage.engine.tenants.insert(tenant)
            let identity = #"{"id":"r1","identifier":"https://api/","name":"API","created_at":\#(now.milliseconds)}"#
            try await store(identity, in: "resource_servers", storage)
            try await store(#"{"id":"con_1","name":"db","strategy":"auth0"}"#, in: "connections", storage)
            let settings = #"{"friendlyName":"Mine","attackProtection":{"signupsPerAddress":{"capacity":3}}}"#
            try await store(#"{"id":"default","createdAt":\#(now.milliseconds),"settings":\#(settings)}"#, in: "tenants", storage)
            #expect(try await storage.stores.resourceServers.find(identifier: "https://api/") == api)
            #expect(try await storage.stores.connections.find(name: "db") == connection)
            var expected = tenant
            expected.settings.friendlyName = "Mine"
            expected.settings.attackProtection.signupsPerAddress.capacity = 3
            #expect(try await storage.engine.tenants.find(.default) == expected)
        }
    }

    @Test("an absence that is not the default is kept", arguments: Backend.available)
    func absence(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var tenant = Tenant(id: .default, createdAt: now)
            try await storage.engine.tenants.insert(tenant)
            tenant.settings.defaultDirectory = nil
            #expect(try await storage.engine.tenants.update(tenant))
            #expect(try await storage.engine.tenants.find(.default) == tenant)
        }
    }

    @Test("a document without its identity, or none at all, is an error", arguments: Backend.available)
    func damaged(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.clients.insert(StorageConformanceTests.client())
            for document in [#"{"name":"Client"}"#, "[]", "nonsense"] {
                try await store(document, in: "clients", storage)
                await #expect(throws: (any Error).self) { try await storage.stores.clients.find("client1") }
            }
        }
    }
}

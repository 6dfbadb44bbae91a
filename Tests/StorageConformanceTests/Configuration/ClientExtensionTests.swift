import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

/// Further secrets, and clients that registered themselves.
@Suite struct ClientExtensionTests {
    private func record() -> Client {
        var record = client()
        record.clientSecret = SecretString("main")
        record.additionalSecrets = [
            ClientSecret(id: "cred_1", value: SecretString("old \u{1F600} \"quoted\""), createdAt: now, expiresAt: now + 60),
            ClientSecret(id: "cred_2", value: SecretString("never ends"), createdAt: now + 1),
        ]
        return record
    }

    @Test("further secrets come back, are replaced and removed with the record", arguments: Backend.available)
    func secrets(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let clients = storage.stores.clients
            var record = record()
            try await clients.insert(record)
            #expect(try await clients.find("client1") == record)
            #expect(try await clients.list() == [record])
            record.additionalSecrets.removeFirst()
            #expect(try await clients.update(record))
            #expect(try await clients.find("client1") == record)
            record.additionalSecrets = []
            #expect(try await clients.update(record))
            #expect(try await clients.find("client1") == record)
            #expect(try await storage.number("SELECT COUNT(*) FROM clients WHERE additional_secrets IS NULL") == 1)
        }
    }

    @Test("a secret in the place of the further ones does not open", arguments: Backend.available)
    func boundToColumn(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            try await storage.stores.clients.insert(record())
            try await storage.engine.database.write { try $0.execute("UPDATE clients SET additional_secrets = secret") }
            await #expect(throws: SealingError.failed) { _ = try await storage.stores.clients.find("client1") }
        }
    }

    @Test("a use of a registered client is noted once, and an update does not undo it", arguments: Backend.available)
    func use(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let clients = storage.stores.clients
            let unused = "SELECT COUNT(*) FROM clients WHERE unused_until IS NOT NULL"
            try await clients.insert(client(), unusedUntil: now + 100)
            await #expect(throws: StoreConflict(field: "client_id")) { try await clients.insert(client(), unusedUntil: now) }
            #expect(try await clients.update(client()))
            #expect(try await storage.number(unused) == 1, "being changed is not being used")
            _ = try await concurrently(20) { _ in try await clients.noteUse(of: "client1", at: now) }
            #expect(try await storage.number(unused) == 0)
            #expect(try await clients.update(client()))
            try await clients.noteUse(of: "client1", at: now)
            try await clients.noteUse(of: "unknown", at: now)
            #expect(try await storage.engine.sweep(at: now + 100, logRetention: .days(1)) == 0)
            #expect(try await clients.find("client1") == client())
        }
    }

    @Test("an API's signing secret comes back and can be removed", arguments: Backend.available)
    func signingSecret(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let apis = storage.stores.resourceServers
            var api = ResourceServer(id: "r1", identifier: "https://api/", name: "API", createdAt: now)
            api.signingSecret = SecretString("shared with the API")
            try await apis.insert(api)
            #expect(try await apis.find(identifier: "https://api/") == api)
            #expect(try await apis.find(id: "r1") == api)
            #expect(try await apis.list() == [api])
            api.signingSecret = nil
            #expect(try await apis.update(api))
            #expect(try await apis.find(id: "r1") == api)
        }
    }

    @Test("pushed and deferred requests and deliveries go with their client", arguments: Backend.available)
    func cascades(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await Everything.insert(into: stores)
            try await stores.pushedRequests.insert(pushedRequest("urn:2", client: "other"))
            try await stores.deferred.insert(deferred("device2", userCode: "X", client: "other"))
            try await stores.deliveries.insert([delivery("d2", client: "other")])
            #expect(try await stores.clients.delete("client1"))
            #expect(try await stores.pushedRequests.find(pushedRequest().hash) == nil)
            #expect(try await stores.deferred.find(deferred().hash) == nil)
            #expect(try await stores.deliveries.list(limit: 9).map(\.id) == ["d2"])
            #expect(try await stores.pushedRequests.find(TokenHash(of: "urn:2")) != nil)
            #expect(try await stores.deferred.find(TokenHash(of: "device2")) != nil)
        }
    }
}

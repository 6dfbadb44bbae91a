import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct TenantSecretStoreTests {
    @Test("of many first calls one wins, and all get its value", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.secrets
            let values = try await concurrently(50) { try await store.secret("salt", orInsert: SecretBytes([UInt8($0)])) }
            #expect(Set(values).count == 1)
            #expect(try await store.secret("salt", orInsert: SecretBytes([99])) == values[0])
            #expect(try await store.secret("Salt", orInsert: SecretBytes([99])) == SecretBytes([99]))
        }
    }

    @Test("every node gets the same value", arguments: Backend.shared)
    func nodes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let other = try await storage.database.open()
            let stores = [storage.stores.secrets, other.stores(for: .default).secrets]
            let values = try await concurrently(50) { number in
                try await stores[number % 2].secret("salt", orInsert: SecretBytes([UInt8(number)]))
            }
            #expect(Set(values).count == 1)
            try await other.close()
        }
    }
}

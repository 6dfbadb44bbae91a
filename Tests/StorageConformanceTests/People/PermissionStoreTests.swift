import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct PermissionStoreTests {
    private let ann = "auth0|1"
    private let bob = "auth0|2"
    private let api = "https://api/"

    @Test("permissions are the union of those given directly and by roles", arguments: Backend.available)
    func union(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.permissions
            try await store.grant(["read", "write"], at: api, to: ann)
            try await store.grant(["write", "delete"], at: api, toRole: "admin")
            try await store.grant(["audit"], at: "https://other/", toRole: "admin")
            #expect(try await store.permissions(of: ann, at: api) == ["read", "write"])
            try await store.assign(role: "admin", to: ann)
            try await store.assign(role: "admin", to: ann)
            #expect(try await store.permissions(of: ann, at: api) == ["delete", "read", "write"])
            #expect(try await store.permissions(of: ann, at: "https://other/") == ["audit"])
            #expect(try await store.permissions(of: ann, at: "https://API/").isEmpty)
            #expect(try await store.permissions(of: bob, at: api).isEmpty)
        }
    }

    @Test("what is taken away directly stays where a role gives it", arguments: Backend.available)
    func revocation(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.permissions
            try await store.grant(["read", "write"], at: api, to: ann)
            try await store.grant(["write"], at: api, toRole: "admin")
            try await store.assign(role: "admin", to: ann)
            try await store.revoke(["read", "write", "unknown"], at: api, from: ann)
            #expect(try await store.permissions(of: ann, at: api) == ["write"])
            try await store.unassign(role: "admin", from: ann)
            #expect(try await store.permissions(of: ann, at: api).isEmpty)
        }
    }

    @Test("granting the same at once from everywhere gives it once", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, ann, api) = (storage.stores.permissions, ann, api)
            _ = try await concurrently(30) { number in
                try await store.grant(number % 2 == 0 ? ["a", "b", "c"] : ["c", "b", "a"], at: api, to: ann)
                try await store.assign(role: "role", to: ann)
            }
            #expect(try await store.permissions(of: ann, at: api) == ["a", "b", "c"])
        }
    }

    @Test("permissions go with the user and with the API", arguments: Backend.available)
    func cascades(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, store) = (storage.stores, storage.stores.permissions)
            try await Everything.insert(into: stores)
            try await store.grant(["read"], at: "https://kept/", to: bob)
            #expect(try await stores.resourceServers.delete(id: "r1"))
            #expect(try await store.permissions(of: ann, at: api).isEmpty)
            try await store.grant(["read"], at: "https://kept/", to: ann)
            try await store.grant(["write"], at: "https://kept/", toRole: "editor")
            #expect(try await store.permissions(of: ann, at: "https://kept/") == ["read", "write"])
            #expect(try await stores.users.delete(ann, at: now))
            #expect(try await store.permissions(of: ann, at: "https://kept/").isEmpty)
            #expect(try await store.permissions(of: bob, at: "https://kept/") == ["read"])
        }
    }
}

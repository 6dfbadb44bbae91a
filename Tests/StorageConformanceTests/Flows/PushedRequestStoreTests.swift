import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct PushedRequestStoreTests {
    @Test("a request comes back with every field, used or not, expired or not", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.pushedRequests
            var request = pushedRequest()
            request.dpopJKT = "thumbprint"
            try await store.insert(request)
            try await store.insert(pushedRequest("urn:2"))
            #expect(try await store.find(request.hash) == request)
            #expect(try await store.find(TokenHash(of: "urn:2")) == pushedRequest("urn:2"))
            #expect(try await store.find(TokenHash(of: "urn:3")) == nil)
            request.usedAt = now + 70
            #expect(try await store.consume(request.hash, at: now + 70), "the user took longer than the request lives")
            #expect(try await store.find(request.hash) == request)
        }
    }

    @Test("a second request of the same name is refused", arguments: Backend.available)
    func conflict(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.pushedRequests
            try await store.insert(pushedRequest())
            await #expect(throws: StoreConflict(field: "request_uri")) { try await store.insert(pushedRequest(client: "thief")) }
            #expect(try await store.find(pushedRequest().hash) == pushedRequest())
        }
    }

    @Test("of many uses exactly one is true", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.pushedRequests
            try await store.insert(pushedRequest())
            let uses = try await concurrently(50) { _ in try await store.consume(pushedRequest().hash, at: now) }
            #expect(uses.count(where: \.self) == 1)
            #expect(try await store.consume(TokenHash(of: "urn:unknown"), at: now) == false)
        }
    }

    @Test("a used request stays for an hour after its end, so that a replay is told from nonsense", arguments: Backend.available)
    func retention(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.pushedRequests
            try await store.insert(pushedRequest())
            let end = pushedRequest().expiresAt + .hours(1)
            #expect(try await storage.engine.sweep(at: .ms(after: end, -1), logRetention: .days(1)) == 0)
            #expect(try await storage.engine.sweep(at: end, logRetention: .days(1)) == 1)
            #expect(try await store.find(pushedRequest().hash) == nil)
        }
    }
}

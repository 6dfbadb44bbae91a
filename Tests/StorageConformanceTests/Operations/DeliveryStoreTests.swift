import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct DeliveryStoreTests {
    @Test("deliveries come back with every field, newest first", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deliveries
            var ping = Delivery(
                id: "d2", kind: .cibaPing, clientID: "client1", url: "https://client/ping",
                payload: SecretString(#"{"token":"t"}"#), createdAt: now + 1)
            (ping.attempts, ping.nextAttemptAt, ping.lastError) = (2, now + 60, "503")
            try await store.insert([delivery("d1"), ping])
            try await store.insert([])
            #expect(try await store.list(limit: 9) == [ping, delivery("d1")])
            #expect(try await store.list(limit: 1) == [ping])
            #expect(try await store.nextDue() == now)
            await #expect(throws: StoreConflict(field: "id")) { try await store.insert([delivery("d3"), delivery("d1")]) }
            #expect(try await store.list(limit: 9).count == 2, "all or none")
        }
    }

    @Test("a delivery is leased to one of many callers", arguments: Backend.available)
    func leaseRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deliveries
            try await store.insert((0..<30).map { delivery("d\($0)") })
            let leased = try await concurrently(50) { _ in try await store.lease(limit: 2, until: now + 60, at: now) }
            #expect(leased.allSatisfy { $0.count <= 2 })
            let ids = leased.flatMap { $0.map(\.id) }
            #expect(Set(ids).count == ids.count)
            let rest = try await store.lease(limit: 99, until: now + 60, at: now).map(\.id)
            #expect(Set(ids + rest).count == 30 && ids.count + rest.count == 30)
        }
    }

    @Test("a lease ends, and what is not due is not leased", arguments: Backend.available)
    func leaseEnd(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deliveries
            try await store.insert([delivery("old"), delivery("new", createdAt: now + 1)])
            #expect(try await store.lease(limit: 9, until: now + 60, at: .ms(after: now, -1)).isEmpty)
            let leased = try await store.lease(limit: 9, until: now + 60, at: now + 1)
            #expect(leased.map(\.id) == ["old", "new"])
            #expect(leased.map(\.nextAttemptAt) == [now + 60, now + 60])
            #expect(leased[0].payload == delivery("old").payload)
            #expect(try await store.lease(limit: 9, until: now + 99, at: .ms(after: now + 60, -1)).isEmpty)
            #expect(try await store.nextDue() == now + 60)
            #expect(try await store.lease(limit: 9, until: now + 99, at: now + 60).count == 2)
        }
    }

    @Test("what was delivered is over, with its event once", arguments: Backend.available)
    func delivered(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deliveries
            try await store.insert([delivery()])
            try await store.markFailed("d1", error: "503", nextAttemptAt: now + 5, recording: nil)
            try await store.markDelivered("d1", recording: event())
            try await store.markDelivered("d1", recording: event())
            try await store.markFailed("d1", error: "late", nextAttemptAt: now + 5, recording: event())
            let kept = try #require(try await store.list(limit: 9).first)
            #expect(kept.state == .delivered && kept.attempts == 2 && kept.lastError == nil)
            #expect(try await store.nextDue() == nil)
            #expect(try await store.lease(limit: 9, until: now + 99, at: now + 90).isEmpty)
            #expect(try await storage.stores.logs.latest(limit: 9).count == 1)
        }
    }

    @Test("a failure is tried again at its time, or is final and says so", arguments: Backend.available)
    func failed(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deliveries
            try await store.insert([delivery()])
            try await store.markFailed("d1", error: "503", nextAttemptAt: now + 5, recording: nil)
            #expect(try await store.lease(limit: 9, until: now + 60, at: .ms(after: now + 5, -1)).isEmpty)
            let again = try await store.lease(limit: 9, until: now + 60, at: now + 5)
            #expect(again.map(\.attempts) == [1] && again.map(\.lastError) == ["503"])
            try await store.markFailed("d1", error: "410", nextAttemptAt: nil, recording: event())
            let kept = try #require(try await store.list(limit: 9).first)
            #expect(kept.state == .failed && kept.attempts == 2 && kept.lastError == "410")
            #expect(try await store.nextDue() == nil)
            #expect(try await storage.stores.logs.latest(limit: 9).count == 1)
        }
    }

    @Test("tenants with something due are named", arguments: Backend.available)
    func dueTenants(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (one, two) = (try #require(TenantID("one")), try #require(TenantID("two")))
            for tenant in [two, one] {
                try await storage.engine.stores(for: tenant).deliveries.insert([delivery("d1"), delivery("d2")])
            }
            #expect(try await storage.engine.tenantsWithDueDeliveries(at: .ms(after: now, -1)).isEmpty)
            #expect(try await storage.engine.tenantsWithDueDeliveries(at: now) == [one, two])
            for id in ["d1", "d2"] { try await storage.engine.stores(for: one).deliveries.markDelivered(id, recording: nil) }
            #expect(try await storage.engine.tenantsWithDueDeliveries(at: now) == [two])
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct DeferredPollTests {
    private let hash = TokenHash(of: "device")

    @Test("who polls at the interval hears that it is pending, who does not gets five seconds more", arguments: Backend.available)
    func pace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            #expect(try await store.poll(hash, at: now) == .missing)
            try await store.insert(deferred())
            #expect(try await store.poll(hash, at: now) == .pending)
            #expect(try await store.poll(hash, at: now + 5) == .pending)
            #expect(try await store.poll(hash, at: .ms(after: now + 10, -1)) == .tooFast(interval: 10))
            #expect(try await store.poll(hash, at: now + 15) == .tooFast(interval: 15))
            #expect(try await store.poll(hash, at: now + 30) == .pending)
            #expect(try await store.find(hash)?.interval == 15)
        }
    }

    @Test("of many polls at once one is in time", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, hash) = (storage.stores.deferred, hash)
            try await store.insert(deferred())
            let polls = try await concurrently(50) { _ in try await store.poll(hash, at: now) }
            #expect(polls.count { $0 == .pending } == 1)
            #expect(try await store.find(hash)?.interval == Lifetime(seconds: 5 + 49 * 5))
        }
    }

    @Test("an approval is heard at once, however fast the poll, until it is redeemed", arguments: Backend.available)
    func approved(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            try await store.insert(deferred())
            _ = try await store.poll(hash, at: now)
            _ = try await store.approve(hash, granting: access(), at: now, recording: event(), delivering: nil)
            for _ in 1...2 {
                guard case .approved(let authorization) = try await store.poll(hash, at: now) else {
                    Issue.record("the approval was not heard")
                    return
                }
                #expect(authorization.access == access())
                #expect(authorization.interval == 5)
            }
            #expect(try await store.redeem(hash, issuing: nil, at: now, recording: event()))
            #expect(try await store.poll(hash, at: now) == .spent)
            #expect(try await store.poll(hash, at: now + 9999) == .spent)
        }
    }

    @Test("a denial is heard by every poll", arguments: Backend.available)
    func denied(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            try await store.insert(deferred())
            _ = try await store.deny(hash, at: now, recording: event(), delivering: nil)
            #expect(try await store.poll(hash, at: now) == .denied)
            #expect(try await store.poll(hash, at: now) == .denied)
            #expect(try await store.redeem(hash, issuing: nil, at: now, recording: event()) == false)
        }
    }

    @Test("the end is told to exactly one of many polls, undecided or approved", arguments: Backend.available)
    func expired(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, hash) = (storage.stores.deferred, hash)
            for isApproved in [false, true] {
                let record = deferred(isApproved ? "approved" : "device")
                try await store.insert(record)
                let end = record.expiresAt
                if isApproved {
                    _ = try await store.approve(record.hash, granting: access(), at: now, recording: event(), delivering: nil)
                }
                let polls = try await concurrently(50) { _ in try await store.poll(record.hash, at: end) }
                #expect(polls.count { $0 == .expired } == 1)
                #expect(polls.count { $0 == .spent } == 49)
                #expect(try await store.find(record.hash)?.expiryReportedAt == end)
                if !isApproved { _ = try await storage.engine.sweep(at: end + .hours(1), logRetention: .days(1)) }
            }
            #expect(try await store.poll(hash, at: now) == .missing)
        }
    }
}

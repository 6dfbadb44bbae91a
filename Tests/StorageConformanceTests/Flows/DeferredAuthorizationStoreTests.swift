import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct DeferredAuthorizationStoreTests {
    @Test("an authorization comes back with every field, by its hash and by its user code", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            var record = deferred(kind: .backchannel)
            record.bindingMessage = "Pay 5 \u{20AC}"
            record.notification = SecretString(#"{"token":"t"}"#)
            record.dpopJKT = "thumbprint"
            record.access.details.authorizationDetails = "[]"
            record.access.grantID = "grant"
            try await store.insert(record)
            #expect(try await store.find(record.hash) == record)
            #expect(try await store.find(kind: .backchannel, userCodeHash: record.userCodeHash, at: now) == record)
            #expect(try await store.find(kind: .device, userCodeHash: record.userCodeHash, at: now) == nil)
            #expect(try await store.find(kind: .backchannel, userCodeHash: record.userCodeHash, at: record.expiresAt) == nil)
            #expect(try await store.find(TokenHash(of: "unknown")) == nil)
        }
    }

    @Test("a user code belongs to one live authorization of its kind", arguments: Backend.available)
    func userCodes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            try await store.insert(deferred("one"))
            await #expect(throws: StoreConflict(field: "user_code")) { try await store.insert(deferred("two")) }
            try await store.insert(deferred("backchannel", kind: .backchannel))
            #expect(try await store.deny(TokenHash(of: "one"), at: now, recording: event(), delivering: nil))
            try await store.insert(deferred("two"))
            var late = deferred("three")
            (late.createdAt, late.expiresAt) = (now + 900, now + 1800)
            try await store.insert(late)
            #expect(try await store.find(kind: .device, userCodeHash: late.userCodeHash, at: now + 900) == late)
            #expect(try await store.poll(TokenHash(of: "two"), at: now + 900) == .expired, "it lost its code, not its end")
        }
    }

    @Test("of many that want one user code exactly one gets it", arguments: Backend.available)
    func userCodeRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            let inserted = try await concurrently(20) { number in
                do {
                    try await store.insert(deferred("device\(number)"))
                    return true
                } catch is StoreConflict {
                    return false
                }
            }
            #expect(inserted.count(where: \.self) == 1)
        }
    }

    @Test("only so many backchannel requests wait for one user; what is decided, over or a device's does not count", arguments: Backend.available)
    func waiting(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            func insert(_ name: String, at time: Timestamp = now, kind: DeferredAuthorization.Kind = .backchannel) async throws -> Bool {
                var record = deferred(name, kind: kind)
                record.userCodeHash = TokenHash(of: "ticket of \(name)")
                (record.createdAt, record.expiresAt) = (time, time + 300)
                return try await store.insert(record, ifFewerWaitThan: 2)
            }
            var device = deferred("device")
            device.userCodeHash = TokenHash(of: "device's")
            try await store.insert(device)
            #expect(try await insert("one"))
            #expect(try await insert("two"))
            #expect(try await insert("three") == false)
            #expect(try await store.find(TokenHash(of: "three")) == nil)
            #expect(try await store.deny(TokenHash(of: "one"), at: now, recording: event(), delivering: nil))
            #expect(try await insert("three"))
            #expect(try await insert("four") == false)
            #expect(try await insert("five", at: now + 299) == false)
            #expect(try await insert("five", at: now + 300))
            let other = try #require(TenantID("other"))
            try await storage.engine.tenants.insert(Tenant(id: other, createdAt: now))
            var theirs = deferred("theirs", kind: .backchannel)
            theirs.userCodeHash = TokenHash(of: "theirs")
            #expect(try await storage.engine.stores(for: other).deferred.insert(theirs, ifFewerWaitThan: 1))
        }
    }

    @Test("of many requests at once no more wait than there is room for", arguments: Backend.available)
    func waitingRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.deferred
            let inserted = try await concurrently(20) { number in
                var record = deferred("request\(number)", kind: .backchannel)
                record.userCodeHash = TokenHash(of: "ticket\(number)")
                return try await store.insert(record, ifFewerWaitThan: 3)
            }
            #expect(inserted.count(where: \.self) == 3)
        }
    }

    @Test("an approval keeps what was granted, with its event and ping", arguments: Backend.available)
    func approval(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, record) = (storage.stores.deferred, deferred())
            try await store.insert(record)
            var granted = access()
            (granted.sid, granted.authTime, granted.grantID) = ("sid", now, "grant")
            granted.details.authReqID = "request"
            let ping = delivery("ping")
            #expect(try await store.approve(record.hash, granting: granted, at: now, recording: event(), delivering: ping))
            let approved = try #require(try await store.find(record.hash))
            #expect(approved.state == .approved && approved.access == granted)
            #expect(try await store.find(kind: .device, userCodeHash: record.userCodeHash, at: now) == nil)
            #expect(try await storage.stores.deliveries.list(limit: 9) == [ping])
            #expect(try await storage.stores.logs.latest(limit: 9).count == 1)
        }
    }

    @Test("of many decisions exactly one counts, and the others leave nothing", arguments: Backend.available)
    func decisionRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, record) = (storage.stores.deferred, deferred())
            try await store.insert(record)
            let decided = try await concurrently(50) { number in
                let ping = delivery("ping\(number)")
                if number % 2 == 0 {
                    return try await store.approve(record.hash, granting: access(), at: now, recording: event(), delivering: ping)
                }
                return try await store.deny(record.hash, at: now, recording: event(), delivering: ping)
            }
            #expect(decided.count(where: \.self) == 1)
            #expect(try await storage.stores.deliveries.list(limit: 99).count == 1)
            #expect(try await storage.stores.logs.latest(limit: 99).count == 1)
        }
    }

    @Test("what has expired, and what another client asked for, is not approved", arguments: Backend.available)
    func refusals(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, record) = (storage.stores.deferred, deferred())
            try await store.insert(record)
            let (hash, end) = (record.hash, record.expiresAt)
            #expect(try await store.approve(hash, granting: access(), at: end, recording: event(), delivering: nil) == false)
            #expect(try await store.deny(hash, at: end, recording: event(), delivering: nil) == false)
            let foreign = access(client: "thief")
            #expect(try await store.approve(hash, granting: foreign, at: now, recording: event(), delivering: nil) == false)
            #expect(try await store.find(hash) == record)
        }
    }

    @Test("with a session that must be alive, it is redeemed during it and not after it", arguments: Backend.available)
    func duringSession(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, record) = (storage.stores.deferred, deferred())
            try await store.insert(record)
            _ = try await store.approve(record.hash, granting: access(), at: now, recording: event(), delivering: nil)
            try await storage.stores.sessions.begin(session(), replacing: nil, recording: event(.loginSucceeded))
            func redeem(_ sid: String) async throws -> Bool {
                try await store.redeem(record.hash, issuing: try family(), during: sid, at: now, recording: event())
            }
            #expect(try await redeem("sid-other") == false)
            #expect(try await store.find(record.hash)?.state == .approved)
            #expect(try await redeem("sid-cookie"))
        }
    }

    @Test("of many redemptions exactly one is true, and its refresh token is there", arguments: Backend.available)
    func redemptionRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, record) = (storage.stores.deferred, deferred())
            try await store.insert(record)
            #expect(try await store.redeem(record.hash, issuing: nil, at: now, recording: event()) == false, "undecided")
            _ = try await store.approve(record.hash, granting: access(), at: now, recording: event(), delivering: nil)
            let redeemed = try await concurrently(50) { number in
                try await store.redeem(record.hash, issuing: try family(number), at: now, recording: event())
            }
            #expect(redeemed.count(where: \.self) == 1)
            let active = try await storage.stores.refreshTokens.active(userID: "auth0|1", clientID: "client1", at: now)
            let kept = try #require(try await store.find(record.hash))
            #expect(kept.state == .redeemed)
            #expect(active.map(\.id) == [kept.familyID])
            #expect(try await storage.stores.logs.latest(limit: 99).count == 2)
        }
    }
}

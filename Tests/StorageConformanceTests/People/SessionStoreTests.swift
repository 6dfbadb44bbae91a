import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct SessionStoreTests {
    @Test("a session comes back with every field, by cookie and by sid", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var record = session()
            record.amr = ["pwd", "mfa"]
            record.createdAt = now - 50
            record.lastActiveAt = now - 10
            record.address = "2001:db8::1"
            record.userAgent = "Agent \u{1F600}"
            record.clients = ["c1", "c2"]
            record.transfer = SessionTransfer(clientID: "native", familyID: try family().id)
            try await storage.stores.sessions.begin(record, replacing: nil, recording: event())
            #expect(try await storage.stores.sessions.find(record.cookieHash, at: now) == record)
            #expect(try await storage.stores.sessions.find(sid: record.sid, at: now) == record)
            #expect(try await storage.stores.sessions.find(sid: "sid-COOKIE", at: now) == nil)
        }
    }

    @Test("an expiry equal to now has passed", arguments: Backend.available)
    func expiry(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (sessions, record) = (storage.stores.sessions, session())
            try await sessions.begin(record, replacing: nil, recording: event())
            #expect(try await sessions.find(record.cookieHash, at: .ms(after: record.idleExpiresAt, -1)) != nil)
            #expect(try await sessions.find(record.cookieHash, at: record.idleExpiresAt) == nil)
            #expect(try await sessions.find(sid: record.sid, at: record.idleExpiresAt) == nil)
        }
    }

    @Test("touching restarts the idle timer up to the absolute end, and remembers clients once", arguments: Backend.available)
    func touch(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (sessions, record) = (storage.stores.sessions, session())
            let hash = record.cookieHash
            try await sessions.begin(record, replacing: nil, recording: event())
            for (id, end) in [("abc", now + 200), ("ab", now + 300), ("abc", now + 400), ("ABC", now + 5000)] {
                try await sessions.touch(hash, idleExpiresAt: end, client: id, at: now + 1)
            }
            let touched = try #require(try await sessions.find(hash, at: now + 999))
            #expect(touched.clients == ["abc", "ab", "ABC"])
            #expect(touched.idleExpiresAt == record.absoluteExpiresAt)
            #expect(touched.lastActiveAt == now + 1)
            #expect(try await sessions.find(hash, at: record.absoluteExpiresAt) == nil)
            try await sessions.touch(hash, idleExpiresAt: now + 9000, client: "late", at: record.absoluteExpiresAt)
            #expect(try await sessions.find(hash, at: now + 999)?.clients == ["abc", "ab", "ABC"], "an expired session stays so")
        }
    }

    @Test("beginning ends the session it replaces, counts the login and records the event", arguments: Backend.available)
    func begin(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.users.insert(user(), passwordHash: nil)
            try await stores.sessions.begin(session("old"), replacing: nil, recording: event(.loginSucceeded))
            var new = session("new")
            new.address = "192.0.2.7"
            try await stores.sessions.begin(new, replacing: TokenHash(of: "old"), recording: event(.loginSucceeded))
            #expect(try await stores.sessions.find(TokenHash(of: "old"), at: now) == nil)
            #expect(try await stores.sessions.find(TokenHash(of: "new"), at: now) != nil)
            let counted = try #require(try await stores.users.find("auth0|1"))
            #expect(counted.loginsCount == 2)
            #expect(counted.lastIP == "192.0.2.7")
            #expect(counted.lastLogin == now)
            #expect(try await stores.logs.latest(limit: 10).count == 2)
        }
    }

    @Test("a session is renewed under its sid by one login at a time, and only while it is there", arguments: Backend.available)
    func renew(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.users.insert(user(), passwordHash: nil)
            try await stores.sessions.begin(session("old"), replacing: nil, recording: event(.loginSucceeded))
            let old = TokenHash(of: "old")
            let renewals = (0..<8).map { number in
                var next = session("new\(number)")
                next.sid = session("old").sid
                return next
            }
            let renewed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for next in renewals {
                    group.addTask { try await stores.sessions.renew(old, as: next, recording: event(.loginSucceeded)) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(renewed == 1)
            let found = try #require(try await stores.sessions.find(sid: session("old").sid, at: now))
            #expect(renewals.contains(found) && found.cookieHash != old)
            #expect(try await stores.users.find("auth0|1")?.loginsCount == 2)
            var others = session("another")
            (others.sid, others.userID) = (found.sid, "auth0|2")
            #expect(try await !stores.sessions.renew(found.cookieHash, as: others, recording: event()), "another user's")
            _ = try await stores.sessions.end(found.cookieHash, recording: nil)
            #expect(try await !stores.sessions.renew(found.cookieHash, as: renewals[0], recording: event()), "it has ended")
            #expect(try await stores.sessions.find(sid: found.sid, at: now) == nil)
        }
    }

    @Test("of many ends of one session exactly one gets it, and one event is recorded", arguments: Backend.available)
    func end(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.sessions.begin(session(), replacing: nil, recording: event(.loginSucceeded))
            try await stores.sessions.touch(TokenHash(of: "cookie"), idleExpiresAt: now + 50, client: "c1", at: now)
            let ended = try await concurrently(20) { _ in
                try await stores.sessions.end(TokenHash(of: "cookie"), recording: event(.logoutSucceeded))
            }
            #expect(ended.compactMap(\.self).map(\.clients) == [["c1"]])
            #expect(try await stores.sessions.find(sid: "sid-cookie", at: now) == nil)
            #expect(try await stores.logs.latest(limit: 10).count { $0.event.type == .logoutSucceeded } == 1)
        }
    }
}

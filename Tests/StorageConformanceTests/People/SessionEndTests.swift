import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct SessionEndTests {
    private struct Refused: Error {}

    /// Families of the session: 1 offline of client1, 2 online of client1, 3 offline of client2; 4 is of another session.
    private func begin(_ stores: Stores) async throws -> BrowserSession {
        let record = session()
        try await stores.sessions.begin(record, replacing: nil, recording: event())
        for number in 1...4 {
            var granted = access(client: number == 3 ? "client2" : "client1")
            (granted.sid, granted.grantID) = (number == 4 ? "sid-other" : record.sid, "g\(number)")
            if number == 2 { granted.details.isOnline = true }
            try await stores.refreshTokens.insert(try family(number, access: granted), recording: event())
        }
        return record
    }

    private func everything() -> SessionEndEffects {
        var effects = SessionEndEffects(event: event(.logoutSucceeded))
        (effects.revokingClients, effects.tokensExpireAt) = (nil, now + 60)
        return effects
    }

    private func revoked(_ stores: Stores) async throws -> [Int] {
        var numbers: [Int] = []
        for number in 1...4 {
            let found = try await stores.refreshTokens.find(try family(number).id)
            if found?.revokedAt != nil { numbers.append(number) }
        }
        return numbers
    }

    @Test("a session ends for exactly one of many, with its deliveries and event", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, record) = (storage.stores, try await begin(storage.stores))
            let effects = everything()
            let ended = try await concurrently(20) { number in
                try await stores.sessions.end(record.cookieHash, effects: effects, at: now) { session in
                    [delivery("\(number)-\(session.sid)")]
                }
            }
            #expect(ended.compactMap(\.self) == [record])
            let deliveries = try await stores.deliveries.list(limit: 99).map(\.id)
            #expect(deliveries.count == 1 && deliveries[0].hasSuffix("-sid-cookie"))
            #expect(try await stores.logs.latest(limit: 99).count { $0.event.type == .logoutSucceeded } == 1)
            #expect(try await stores.sessions.find(record.cookieHash, at: now) == nil)
            #expect(try await stores.revocations.isRevoked(anyOf: [.session(sid: record.sid)], at: now + 59))
            #expect(try await stores.revocations.isRevoked(anyOf: [.session(sid: record.sid)], at: now + 60) == false)
        }
    }

    @Test(
        "refresh tokens end with the session: online ones always, others where it was asked for",
        arguments: Backend.available, [nil, [], ["client2"], ["CLIENT2"]] as [[String]?])
    func families(_ backend: Backend, clients: [String]?) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, record) = (storage.stores, try await begin(storage.stores))
            var effects = SessionEndEffects(event: nil)
            effects.revokingClients = clients
            _ = try await stores.sessions.end(record.cookieHash, effects: effects, at: now) { _ in [] }
            let expected = clients == nil ? [1, 2, 3] : clients == ["client2"] ? [2, 3] : [2]
            #expect(try await revoked(stores) == expected)
            for number in 1...4 {
                let isRevoked = try await stores.revocations.isRevoked(anyOf: [.grant("g\(number)")], at: now)
                #expect(isRevoked == expected.contains(number))
            }
            #expect(try await stores.revocations.isRevoked(anyOf: [.session(sid: record.sid)], at: now) == false)
        }
    }

    @Test("when the deliveries cannot be made the session goes on with all it has", arguments: Backend.available)
    func failing(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, record) = (storage.stores, try await begin(storage.stores))
            let effects = everything()
            await #expect(throws: Refused.self) {
                _ = try await stores.sessions.end(record.cookieHash, effects: effects, at: now) { _ in throw Refused() }
            }
            #expect(try await stores.sessions.find(record.cookieHash, at: now) == record)
            #expect(try await revoked(stores) == [])
            #expect(try await stores.revocations.isRevoked(anyOf: [.session(sid: record.sid), .grant("g1")], at: now) == false)
            #expect(try await stores.logs.latest(limit: 99).allSatisfy { $0.event.type != .logoutSucceeded })
        }
    }

    @Test("a new password ends each live session with what hangs on it; expired ones take nothing along", arguments: Backend.available)
    func newPassword(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, record) = (storage.stores, try await begin(storage.stores))
            try await stores.users.insert(user(), passwordHash: nil)
            var expired = session("expired")
            expired.idleExpiresAt = now + 5
            for other in [session("second"), expired, session("foreign", user: "auth0|2")] {
                try await stores.sessions.begin(other, replacing: nil, recording: event())
            }
            var effects = SessionEndEffects(event: event(.logoutSucceeded))
            (effects.revokingClients, effects.tokensExpireAt) = (["client2"], now + 60)
            let ending = SessionEnding(effects: effects) { [delivery("d-\($0.sid)")] }
            #expect(try await stores.users.setPassword("auth0|1", hash: SecretString("h"), ending: ending, at: now + 5))
            for name in ["cookie", "second", "expired"] {
                #expect(try await stores.sessions.find(sid: "sid-\(name)", at: now) == nil)
                let isRevoked = try await stores.revocations.isRevoked(anyOf: [.session(sid: "sid-\(name)")], at: now + 5)
                #expect(isRevoked == (name != "expired"))
            }
            #expect(try await stores.sessions.find(sid: "sid-foreign", at: now + 5) != nil)
            #expect(Set(try await stores.deliveries.list(limit: 9).map(\.id)) == ["d-sid-cookie", "d-sid-second"])
            #expect(try await revoked(stores) == [2, 3], "online ones, and those of the client that asked; of \(record.sid)")
            #expect(try await stores.logs.latest(limit: 99).count { $0.event.type == .logoutSucceeded } == 2)
        }
    }

    @Test("when a delivery cannot be made there is no new password, no session has ended and no ticket is used up", arguments: Backend.available)
    func failingPassword(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, record) = (storage.stores, try await begin(storage.stores))
            try await stores.users.insert(user(), passwordHash: SecretString("old"))
            try await stores.sessions.begin(session("second"), replacing: nil, recording: event())
            try await stores.tickets.insert(Ticket(
                hash: TokenHash(of: "ticket"), purpose: .passwordReset, userID: "auth0|1", clientID: nil, createdAt: now,
                expiresAt: now + 60))
            let ending = SessionEnding(effects: everything()) { session in
                guard session.sid == record.sid else { throw Refused() }
                return [delivery("d-\(session.sid)")]
            }
            await #expect(throws: Refused.self) {
                try await stores.users.setPassword("auth0|1", hash: SecretString("new"), ending: ending, at: now)
            }
            let kept = try await stores.users.findCredential(connection: "db", identifier: "a@example.com")?.passwordHash
            #expect(kept == SecretString("old"))
            #expect(try await stores.sessions.list(of: "auth0|1", at: now).count == 2)
            #expect(try await stores.tickets.consume(TokenHash(of: "ticket"), at: now) != nil)
            #expect(try await stores.deliveries.list(limit: 9).isEmpty)
            #expect(try await revoked(stores) == [])
            #expect(try await stores.revocations.isRevoked(anyOf: [.session(sid: record.sid), .grant("g1")], at: now) == false)
        }
    }

    @Test("of many new passwords at once one ends the sessions, and their clients are told once", arguments: Backend.available)
    func concurrentPasswords(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            _ = try await begin(stores)
            try await stores.users.insert(user(), passwordHash: nil)
            _ = try await concurrently(20) { number in
                let ending = SessionEnding(effects: SessionEndEffects(event: nil)) { [delivery("\(number)-\($0.sid)")] }
                return try await stores.users.setPassword("auth0|1", hash: SecretString("h\(number)"), ending: ending, at: now)
            }
            #expect(try await stores.deliveries.list(limit: 99).count == 1)
        }
    }

    @Test("a session is kept alive by its sid, up to its end", arguments: Backend.available)
    func touch(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let sessions = storage.stores.sessions
            var record = session()
            record.browserState = "state"
            try await sessions.begin(record, replacing: nil, recording: event())
            #expect(try await sessions.touch(sid: record.sid, idleExpiresAt: now + 500, at: now + 50))
            (record.idleExpiresAt, record.lastActiveAt) = (now + 500, now + 50)
            #expect(try await sessions.find(sid: record.sid, at: now + 499) == record)
            #expect(try await sessions.touch(sid: record.sid, idleExpiresAt: now + 5000, at: now + 60))
            #expect(try await sessions.find(sid: record.sid, at: now + 60)?.idleExpiresAt == record.absoluteExpiresAt)
            #expect(try await sessions.touch(sid: record.sid, idleExpiresAt: now + 5000, at: record.absoluteExpiresAt) == false)
            #expect(try await sessions.touch(sid: "sid-unknown", idleExpiresAt: now + 5000, at: now) == false)
        }
    }

    @Test("a user's live sessions are listed, newest first", arguments: Backend.available)
    func list(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let sessions = storage.stores.sessions
            var (old, new, dead) = (session("old"), session("new"), session("dead"))
            (old.createdAt, new.createdAt, dead.idleExpiresAt) = (now, now + 1, now + 5)
            for record in [old, new, dead, session("foreign", user: "auth0|2")] {
                try await sessions.begin(record, replacing: nil, recording: event())
            }
            #expect(try await sessions.list(of: "auth0|1", at: now + 5) == [new, old])
            #expect(try await sessions.list(of: "auth0|3", at: now).isEmpty)
        }
    }
}

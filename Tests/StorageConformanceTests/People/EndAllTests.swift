import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

/// The end of all that a user holds.
@Suite struct EndAllTests {
    private struct Refused: Error {}

    /// Two sessions, three refresh tokens (one of them revoked), two codes and two devices of the user; one of each of another's.
    private func fill(_ stores: Stores) async throws {
        for (name, owner) in [("a", "auth0|1"), ("b", "auth0|1"), ("foreign", "auth0|2")] {
            try await stores.sessions.begin(session(name, user: owner), replacing: nil, recording: event())
        }
        for number in 1...4 {
            var granted = access(user: number == 4 ? "auth0|2" : "auth0|1", client: "client\(number)")
            granted.grantID = "g\(number)"
            try await stores.refreshTokens.insert(try family(number, access: granted), recording: event())
        }
        _ = try await stores.refreshTokens.revoke(try family(3).id, at: now - 5, recording: event())
        for (name, owner) in [("open", "auth0|1"), ("used", "auth0|1"), ("foreign", "auth0|2")] {
            try await stores.authorizationCodes.insert(code(name, access: access(user: owner)), recording: nil)
        }
        _ = try await stores.authorizationCodes.redeem(TokenHash(of: "used"), issuing: nil, at: now, recording: event())
        for (name, owner) in [("approved", "auth0|1"), ("foreign", "auth0|2")] {
            let record = deferred(name, userCode: name)
            try await stores.deferred.insert(record)
            _ = try await stores.deferred.approve(
                record.hash, granting: access(user: owner), at: now, recording: event(), delivering: nil)
        }
        try await stores.deferred.insert(deferred("pending", userCode: "pending"))
    }

    private func revokedAt(_ stores: Stores) async throws -> [Timestamp?] {
        var times: [Timestamp?] = []
        for number in 1...4 { times.append(try await stores.refreshTokens.find(try family(number).id)?.revokedAt) }
        return times
    }

    @Test("sessions, refresh tokens, codes and approvals of the user end together, access tokens do not", arguments: Backend.available)
    func everything(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await fill(stores)
            let ended = try await stores.sessions.endAll(of: "auth0|1", at: now, recording: event(.universalLogoutSucceeded)) {
                $0.map { delivery("for \($0.sid)") }
            }
            #expect(Set(ended.map(\.sid)) == ["sid-a", "sid-b"])
            #expect(try await stores.sessions.list(of: "auth0|1", at: now).isEmpty)
            #expect(try await stores.sessions.list(of: "auth0|2", at: now).count == 1)
            #expect(try await revokedAt(stores) == [now, now, now - 5, nil])
            #expect(try await stores.revocations.isRevoked(anyOf: [.grant("g1"), .grant("g2"), .session(sid: "sid-a")], at: now) == false)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "open")) == nil)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "used")) != nil, "a second use is still told from a first")
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "foreign")) != nil)
            #expect(try await stores.deferred.find(TokenHash(of: "approved")) == nil)
            #expect(try await stores.deferred.find(TokenHash(of: "foreign")) != nil)
            #expect(try await stores.deferred.find(TokenHash(of: "pending")) != nil)
            #expect(Set(try await stores.deliveries.list(limit: 9).map(\.id)) == ["for sid-a", "for sid-b"])
            #expect(try await stores.logs.latest(limit: 99).count { $0.event.type == .universalLogoutSucceeded } == 1)
        }
    }

    @Test("a session ends for one of many who end all", arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await fill(stores)
            let ended = try await concurrently(10) { number in
                try await stores.sessions.endAll(of: "auth0|1", at: now, recording: event()) {
                    $0.map { delivery("\(number)-\($0.sid)") }
                }
            }
            #expect(ended.flatMap(\.self).map(\.sid).sorted() == ["sid-a", "sid-b"])
            #expect(try await stores.deliveries.list(limit: 99).count == 2)
        }
    }

    @Test("of a code that is exchanged meanwhile no refresh token survives", arguments: Backend.available)
    func codes(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            for number in 1...10 { try await stores.authorizationCodes.insert(code("code\(number)"), recording: nil) }
            _ = try await concurrently(11) { number in
                if number == 5 {
                    _ = try await stores.sessions.endAll(of: "auth0|1", at: now, recording: event()) { _ in [] }
                } else {
                    let index = number < 5 ? number + 1 : number
                    _ = try await stores.authorizationCodes.redeem(
                        TokenHash(of: "code\(index)"), issuing: try family(index), at: now, recording: event())
                }
            }
            for number in 1...10 {
                let family = try await stores.refreshTokens.find(try family(number).id)
                #expect(family == nil || family?.revokedAt == now)
            }
        }
    }

    @Test("when the deliveries cannot be made everything goes on", arguments: Backend.available)
    func failing(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await fill(stores)
            await #expect(throws: Refused.self) {
                _ = try await stores.sessions.endAll(of: "auth0|1", at: now, recording: event()) { _ in throw Refused() }
            }
            #expect(try await stores.sessions.list(of: "auth0|1", at: now).count == 2)
            #expect(try await revokedAt(stores) == [nil, nil, now - 5, nil])
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "open")) != nil)
        }
    }

    @Test("a session that is over already does not end again", arguments: Backend.available)
    func expired(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            var over = session("over")
            over.idleExpiresAt = now
            try await stores.sessions.begin(over, replacing: nil, recording: event())
            #expect(try await stores.sessions.endAll(of: "auth0|1", at: now, recording: event()) { _ in [] }.isEmpty)
        }
    }
}

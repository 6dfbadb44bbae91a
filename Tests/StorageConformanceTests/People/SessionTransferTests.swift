import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

/// Sessions and refresh tokens that session transfer tokens made from a refresh token, and how they end with it.
@Suite struct SessionTransferTests {
    /// What ends a family.
    enum Ending: CaseIterable {
        case revocation, reuse, grant, replayedCode, session, eviction, rotation, client

        /// Access tokens are revoked too, where their grants are known to have ended and not just to be in the way.
        var revokesAccessTokens: Bool { self != .client }
    }

    private static let native = "native"

    private func transfer(from family: RefreshTokenFamily?) -> SessionTransfer {
        SessionTransfer(clientID: Self.native, familyID: family?.id)
    }

    /// Family 1 of the native client, and from it the session `web` and the family 2 in that; the session `free` that does not
    /// end with it; the session `own` and the family 3, which have nothing to do with it. Returns the first family.
    private func make(_ stores: Stores) async throws -> RefreshTokenFamily {
        var granted = access(client: Self.native)
        (granted.sid, granted.grantID) = ("sid-native", "g1")
        let parent = try family(1, access: granted, rotating: false)
        try await stores.clients.insert(client(Self.native))
        try await stores.authorizationCodes.insert(code(access: granted), recording: nil)
        #expect(
            try await stores.authorizationCodes.redeem(TokenHash(of: "code"), issuing: parent, at: now, recording: event())
                == .redeemed)
        for (name, source) in [("native", nil), ("own", nil), ("web", transfer(from: parent)), ("free", transfer(from: nil))] {
            var record = session(name)
            record.transfer = source
            if source == nil {
                try await stores.sessions.begin(record, replacing: nil, recording: event())
            } else {
                #expect(try await stores.sessions.begin(record, from: parent.id, replacing: nil, recording: event()))
            }
        }
        for (number, source) in [(2, transfer(from: parent)), (3, nil)] {
            var granted = access(client: "web")
            (granted.grantID, granted.details.transfer) = ("g\(number)", source)
            try await stores.refreshTokens.insert(try family(number, access: granted), recording: event())
        }
        return parent
    }

    private func end(_ parent: RefreshTokenFamily, by ending: Ending, _ stores: Stores) async throws {
        let tokens = stores.refreshTokens
        switch ending {
        case .revocation: #expect(try await tokens.revoke(parent.id, at: now, recording: event()))
        case .reuse: #expect(try await tokens.revokeForReuse(parent.id, at: now, recording: event()))
        case .grant: #expect(try await tokens.revokeGrant(of: parent.id, at: now, recording: event()))
        case .replayedCode:
            try await stores.authorizationCodes.revokeIssued(by: TokenHash(of: "code"), at: now, recording: event())
        case .session:
            var effects = SessionEndEffects(event: nil)
            effects.revokingClients = nil
            _ = try await stores.sessions.end(TokenHash(of: "native"), effects: effects, at: now) { _ in [] }
        case .eviction:
            for number in 1000..<1000 + RefreshTokenLimits.perUserAndClient {
                let newer = try family(number, access: access(client: Self.native), createdAt: now + 1)
                try await tokens.insert(newer, recording: event())
            }
        case .rotation:
            let other = try family(9, access: access(client: Self.native), rotating: false)
            try await tokens.insert(other, recording: event())
            var exchange = use(other)
            exchange.deletesOtherNonRotating = true
            #expect(try await tokens.use(exchange, recording: event()))
        case .client: #expect(try await stores.clients.delete(Self.native))
        }
    }

    private func isActive(_ number: Int, _ stores: Stores) async throws -> Bool {
        guard let found = try await stores.refreshTokens.find(try family(number).id) else { return false }
        return found.revokedAt == nil
    }

    private func isRevoked(_ key: RevocationKey, _ stores: Stores) async throws -> Bool {
        try await stores.revocations.isRevoked(anyOf: [key], at: now)
    }

    @Test(
        "whatever ends a refresh token ends the sessions and refresh tokens that were made from it, and nothing else",
        arguments: Backend.available, Ending.allCases)
    func cascade(_ backend: Backend, _ ending: Ending) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            let parent = try await make(stores)
            try await end(parent, by: ending, stores)
            #expect(try await isActive(1, stores) == false)
            #expect(try await isActive(2, stores) == false)
            #expect(try await isActive(3, stores))
            #expect(try await stores.sessions.find(sid: "sid-web", at: now) == nil)
            for kept in ["free", "own"] { #expect(try await stores.sessions.find(sid: "sid-\(kept)", at: now) != nil) }
            #expect(try await isRevoked(.session(sid: "sid-web"), stores) == ending.revokesAccessTokens)
            #expect(try await isRevoked(.grant("g2"), stores) == ending.revokesAccessTokens)
            #expect(try await isRevoked(.session(sid: "sid-own"), stores) == false)
            #expect(try await isRevoked(.grant("g3"), stores) == false)
        }
    }

    @Test("a session begins from a living refresh token alone: replacing, counted and recorded", arguments: Backend.available)
    func begin(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            let parent = try family(rotating: false)
            try await stores.users.insert(user(), passwordHash: nil)
            try await stores.refreshTokens.insert(parent, recording: event())
            try await stores.sessions.begin(session("old"), replacing: nil, recording: event(.loginSucceeded))
            var record = session("web")
            (record.authTime, record.createdAt, record.transfer) = (now - 500, now + 5, transfer(from: parent))
            let begun = try await stores.sessions.begin(
                record, from: parent.id, replacing: TokenHash(of: "old"), recording: event(.loginSucceeded))
            #expect(begun)
            #expect(try await stores.sessions.find(record.cookieHash, at: now) == record)
            #expect(try await stores.sessions.list(of: record.userID, at: now) == [record])
            let counted = try #require(try await stores.users.find("auth0|1"))
            #expect(counted.loginsCount == 2 && counted.lastLogin == now + 5, "the last login is now, however old the sign-in")
            #expect(try await stores.logs.latest(limit: 10).count { $0.event.type == .loginSucceeded } == 2)
        }
    }

    @Test("from one that is revoked or gone none begins, and what there was stays", arguments: Backend.available, [true, false])
    func dead(_ backend: Backend, isGone: Bool) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            let parent = try family()
            if !isGone {
                try await stores.refreshTokens.insert(parent, recording: event())
                _ = try await stores.refreshTokens.revoke(parent.id, at: now, recording: event())
            }
            try await stores.sessions.begin(session("old"), replacing: nil, recording: event(.loginSucceeded))
            let begun = try await stores.sessions.begin(
                session("web"), from: parent.id, replacing: TokenHash(of: "old"), recording: event(.loginSucceeded))
            #expect(!begun)
            #expect(try await stores.sessions.find(TokenHash(of: "web"), at: now) == nil)
            #expect(try await stores.sessions.find(TokenHash(of: "old"), at: now) != nil)
            #expect(try await stores.logs.latest(limit: 10).count { $0.event.type == .loginSucceeded } == 1)
        }
    }

    @Test(
        "of a beginning and a revocation, or the end of everything, at once the latter always wins",
        arguments: Backend.available)
    func race(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            for number in 1...20 {
                let parent = try family(number)
                try await stores.refreshTokens.insert(parent, recording: event())
                _ = try await concurrently(2) { index in
                    guard index == 0 else {
                        guard number % 2 == 0 else {
                            return try await stores.refreshTokens.revoke(parent.id, at: now, recording: event())
                        }
                        return try await stores.sessions.endAll(of: "auth0|1", at: now, recording: event()) { _ in [] }.isEmpty
                    }
                    var record = session("\(number)")
                    record.transfer = transfer(from: parent)
                    return try await stores.sessions.begin(record, from: parent.id, replacing: nil, recording: event())
                }
                #expect(try await stores.sessions.find(sid: "sid-\(number)", at: now) == nil)
            }
        }
    }

    @Test(
        "a refresh token from a revoked one is born revoked; one whose parent expired and is gone is not",
        arguments: Backend.available)
    func orphans(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            let parent = try family()
            try await tokens.insert(parent, recording: event())
            _ = try await tokens.revoke(parent.id, at: now, recording: event())
            var granted = access(client: "web")
            granted.details.transfer = transfer(from: parent)
            let orphan = try family(2, access: granted, createdAt: now + 3)
            try await tokens.insert(orphan, recording: event())
            #expect(try await tokens.find(orphan.id)?.revokedAt == now + 3)
            #expect(try await tokens.use(use(orphan, at: now + 4), recording: event()) == false)
            granted.details.transfer = transfer(from: try family(7))
            try await tokens.insert(try family(3, access: granted), recording: event())
            #expect(try await tokens.find(try family(3).id)?.revokedAt == nil)
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct AuthorizationCodeStoreTests {
    @Test("a code comes back with every field, expired or not", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var record = code()
            (record.access.sid, record.access.authTime, record.access.gty) = ("sid", now - 5, "password")
            (record.redirectURI, record.nonce) = ("https://x/cb?e=\u{e9}", "n-\u{1F600}")
            (record.codeChallenge, record.codeChallengeMethod) = ("abc", "S256")
            (record.access.grantID, record.access.details, record.dpopJKT) = ("grant", details(), "thumbprint")
            try await storage.stores.authorizationCodes.insert(record, recording: event(.loginSucceeded))
            #expect(try await storage.stores.authorizationCodes.find(record.hash) == record)
            #expect(try await storage.stores.logs.latest(limit: 5).map(\.event) == [event(.loginSucceeded)])
            let bare = AuthorizationCode(
                hash: TokenHash(of: "bare"), access: access(audience: nil), createdAt: now, expiresAt: now - 1)
            try await storage.stores.authorizationCodes.insert(bare, recording: nil)
            #expect(try await storage.stores.authorizationCodes.find(bare.hash) == bare)
            #expect(try await storage.number("SELECT COUNT(*) FROM authorization_codes WHERE details IS NULL") == 1)
            #expect(try await storage.stores.authorizationCodes.find(TokenHash(of: "missing")) == nil)
            await #expect(throws: StoreConflict.self) {
                try await storage.stores.authorizationCodes.insert(bare, recording: event())
            }
            #expect(try await storage.stores.logs.latest(limit: 5).count == 1, "a refused insert records nothing")
        }
    }

    @Test("redeeming stores the family and the event with the code", arguments: Backend.available)
    func redeem(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, issued) = (storage.stores, try family())
            try await stores.authorizationCodes.insert(code(), recording: nil)
            let outcome = try await stores.authorizationCodes.redeem(
                code().hash, issuing: issued, at: now + 1, recording: event())
            #expect(outcome == .redeemed)
            let used = try #require(try await stores.authorizationCodes.find(code().hash))
            #expect(used.usedAt == now + 1)
            #expect(used.familyID == issued.id)
            #expect(try await stores.refreshTokens.find(issued.id) == issued)
            #expect(try await stores.logs.latest(limit: 5).count == 1)
        }
    }

    @Test("a missing code is missing, and nothing is stored for it", arguments: Backend.available)
    func missing(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, issued) = (storage.stores, try family())
            let outcome = try await stores.authorizationCodes.redeem(code().hash, issuing: issued, at: now, recording: event())
            #expect(outcome == .missing)
            #expect(try await stores.refreshTokens.find(issued.id) == nil)
            #expect(try await stores.logs.latest(limit: 5).isEmpty)
        }
    }

    @Test("of 50 concurrent redemptions exactly one succeeds, and the others revoke what it issued", arguments: Backend.available)
    func redeemIsSingleUse(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.authorizationCodes.insert(code(), recording: nil)
            let outcomes = try await concurrently(50) { index in
                try await stores.authorizationCodes.redeem(
                    code().hash, issuing: try family(index + 1), at: now, recording: event())
            }
            #expect(outcomes.count { $0 == .redeemed } == 1)
            #expect(outcomes.count { $0 == .alreadyUsed } == 49)
            let id = try #require(try await stores.authorizationCodes.find(code().hash)?.familyID)
            #expect(try await stores.refreshTokens.find(id)?.revokedAt == now)
            #expect(try await storage.number("SELECT COUNT(*) FROM refresh_token_families") == 1)
            #expect(try await stores.logs.latest(limit: 100).count == 1)
        }
    }

    @Test("with a session that must be alive, a code is redeemed during it and not after it", arguments: Backend.available)
    func duringSession(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            for name in ["a", "b", "c"] { try await stores.authorizationCodes.insert(code(name), recording: nil) }
            try await stores.sessions.begin(session(), replacing: nil, recording: event(.loginSucceeded))
            func redeem(_ name: String, _ number: Int, _ sid: String, at time: Timestamp) async throws -> Redemption {
                try await stores.authorizationCodes.redeem(
                    TokenHash(of: name), issuing: try family(number), during: sid, at: time, recording: event())
            }
            #expect(try await redeem("a", 1, "sid-cookie", at: now) == .redeemed)
            #expect(try await redeem("b", 2, "sid-cookie", at: now + 100) == .sessionEnded, "the session has expired")
            #expect(try await redeem("b", 2, "sid-other", at: now) == .sessionEnded)
            _ = try await stores.sessions.end(TokenHash(of: "cookie"), recording: nil)
            #expect(try await redeem("c", 3, "sid-cookie", at: now) == .sessionEnded)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "c"))?.usedAt == nil)
            #expect(try await storage.number("SELECT COUNT(*) FROM refresh_token_families") == 1)
            #expect(try await redeem("missing", 4, "sid-cookie", at: now) == .sessionEnded)
        }
    }

    @Test("a session that ends among redemptions leaves no refresh token that it issued", arguments: Backend.available)
    func sessionEndsMeanwhile(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            for round in 0..<10 {
                var granted = access()
                granted.sid = "sid-\(round)"
                for index in 0..<4 { try await stores.authorizationCodes.insert(code("\(round).\(index)", access: granted), recording: nil) }
                try await stores.sessions.begin(session("\(round)"), replacing: nil, recording: event(.loginSucceeded))
                let sent = granted
                _ = try await concurrently(5) { index in
                    guard index < 4 else {
                        var effects = SessionEndEffects(event: nil)
                        effects.revokingClients = nil
                        _ = try await stores.sessions.end(TokenHash(of: "\(round)"), effects: effects, at: now) { _ in [] }
                        return
                    }
                    _ = try await stores.authorizationCodes.redeem(
                        TokenHash(of: "\(round).\(index)"), issuing: try family(round * 10 + index + 1, access: sent),
                        during: sent.sid, at: now, recording: event())
                }
            }
            #expect(try await storage.number("SELECT COUNT(*) FROM refresh_token_families WHERE revoked_at IS NULL") == 0)
        }
    }

    @Test("a replay revokes the family, deletes the consent and records the event", arguments: Backend.available)
    func revokeIssued(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (stores, issued) = (storage.stores, try family())
            let consent = Consent(userID: "auth0|1", clientID: "client1", audience: "https://api/", scopes: ["a"], updatedAt: now)
            try await stores.consents.record(consent)
            try await stores.authorizationCodes.insert(code(), recording: nil)
            _ = try await stores.authorizationCodes.redeem(code().hash, issuing: issued, at: now, recording: event())
            try await stores.authorizationCodes.revokeIssued(by: code().hash, at: now + 1, recording: event(.codeExchangeFailed))
            #expect(try await stores.refreshTokens.find(issued.id)?.revokedAt == now + 1)
            #expect(try await stores.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") == nil)
            #expect(try await stores.logs.latest(limit: 1).map(\.event.type) == [.codeExchangeFailed])
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

/// Which access tokens go along when codes and refresh tokens are revoked.
@Suite struct TokenRevocationTests {
    private func granted(_ grantID: String, audience: String? = "https://api/") -> GrantedAccess {
        var granted = access(audience: audience)
        granted.grantID = grantID
        return granted
    }

    private func issue(at time: Timestamp, audience: String = "https://api/") -> RevocationKey {
        .issue(clientID: "client1", userID: "auth0|1", audience: audience, issuedAt: time.seconds)
    }

    @Test("a replayed code revokes the tokens of its grant, and those issued in that second", arguments: Backend.available)
    func replayedCode(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, revocations) = (storage.stores.authorizationCodes, storage.stores.revocations)
            let record = code(access: granted("g1"))
            try await codes.insert(record, recording: nil)
            #expect(try await codes.redeem(record.hash, issuing: nil, at: now + 5, recording: event()) == .redeemed)
            #expect(try await revocations.isRevoked(anyOf: [.grant("g1"), issue(at: now + 5)], at: now + 5) == false)
            #expect(try await codes.redeem(record.hash, issuing: nil, at: now + 60, recording: event()) == .alreadyUsed)
            let last = Timestamp.ms(after: now + 60 + .days(30), -1)
            for key in [RevocationKey.grant("g1"), issue(at: now + 5)] {
                #expect(try await revocations.isRevoked(anyOf: [key], at: last))
            }
            #expect(try await revocations.isRevoked(anyOf: [issue(at: now + 6), issue(at: now + 4)], at: now + 60) == false)
        }
    }

    @Test("a code of an older version, for no API, revokes by the second alone", arguments: Backend.available)
    func withoutGrant(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, revocations) = (storage.stores.authorizationCodes, storage.stores.revocations)
            let record = code(access: granted("", audience: nil))
            try await codes.insert(record, recording: nil)
            _ = try await codes.redeem(record.hash, issuing: nil, at: now, recording: event())
            try await codes.revokeIssued(by: record.hash, at: now + 1, recording: event())
            #expect(try await revocations.isRevoked(anyOf: [issue(at: now, audience: "")], at: now + 1))
            #expect(try await revocations.isRevoked(anyOf: [.grant("")], at: now + 1) == false)
        }
    }

    @Test("a code that was never used revokes no second", arguments: Backend.available)
    func unused(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let record = code(access: granted("g1"))
            try await storage.stores.authorizationCodes.insert(record, recording: nil)
            try await storage.stores.authorizationCodes.revokeIssued(by: record.hash, at: now, recording: event())
            #expect(try await storage.number("SELECT COUNT(*) FROM revocations") == 1, "the grant alone")
        }
    }

    @Test("revoking a family, for reuse or by wish, revokes its grant", arguments: Backend.available)
    func families(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (tokens, revocations) = (storage.stores.refreshTokens, storage.stores.revocations)
            for number in 1...3 {
                try await tokens.insert(try family(number, access: granted("g\(number)")), recording: event())
            }
            #expect(try await tokens.revoke(try family(1).id, at: now, recording: event()))
            #expect(try await revocations.isRevoked(anyOf: [.grant("g1")], at: now))
            #expect(try await tokens.revokeForReuse(try family(2).id, at: now, recording: event()))
            #expect(try await revocations.isRevoked(anyOf: [.grant("g2")], at: now))
            #expect(try await revocations.isRevoked(anyOf: [.grant("g3")], at: now) == false)
        }
    }

    @Test("revoking a grant revokes what all its families issued, and no other API's", arguments: Backend.available)
    func grants(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (tokens, revocations) = (storage.stores.refreshTokens, storage.stores.revocations)
            for number in 1...2 {
                try await tokens.insert(try family(number, access: granted("g\(number)")), recording: event())
            }
            try await tokens.insert(try family(3, access: granted("g3", audience: "https://other/")), recording: event())
            #expect(try await tokens.revokeGrant(of: try family(1).id, at: now, recording: event()))
            #expect(try await revocations.isRevoked(anyOf: [.grant("g1")], at: now))
            #expect(try await revocations.isRevoked(anyOf: [.grant("g2")], at: now))
            #expect(try await revocations.isRevoked(anyOf: [.grant("g3")], at: now) == false)
        }
    }
}

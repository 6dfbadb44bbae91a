import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct RefreshTokenLimitTests {
    private func fill(_ tokens: any RefreshTokenStore, _ numbers: ClosedRange<Int>) async throws {
        _ = try await concurrently(numbers.count) { index in
            let number = numbers.lowerBound + index
            try await tokens.insert(try family(number, createdAt: .ms(after: now, Int64(number))), recording: event())
        }
    }

    @Test("the family after the 200th evicts the oldest of that user and client", arguments: Backend.available)
    func evictsOldest(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            let others = [access(user: "auth0|2"), access(client: "other")]
            for (index, granted) in others.enumerated() {
                try await tokens.insert(try family(1000 + index, access: granted, createdAt: now - 9), recording: event())
            }
            try await fill(tokens, 1...200)
            #expect(try await tokens.active(userID: "auth0|1", clientID: "client1", at: now).count == 200)
            try await fill(tokens, 201...201)
            let active = try await tokens.active(userID: "auth0|1", clientID: "client1", at: now)
            #expect(active.count == 200)
            let (second, newest) = (try family(2), try family(201))
            #expect(active.first?.id == second.id)
            #expect(active.last?.id == newest.id)
            #expect(try await tokens.find(try family(1).id) == nil)
            for number in [1000, 1001] { #expect(try await tokens.find(try family(number).id) != nil) }
        }
    }

    @Test("revoked and expired families do not count", arguments: Backend.available)
    func countsActiveOnly(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            try await fill(tokens, 1...198)
            var expired = try family(300)
            expired.idleExpiresAt = now + 1
            var ended = try family(301)
            ended.absoluteExpiresAt = now + 1
            for record in [expired, ended] { try await tokens.insert(record, recording: event()) }
            #expect(try await tokens.revoke(try family(5).id, at: now, recording: event()))
            let late = now + 1
            for number in 401...403 { try await tokens.insert(try family(number, createdAt: late), recording: event()) }
            #expect(try await tokens.find(try family(1).id) != nil, "197 + 3 active families are not too many")
            try await tokens.insert(try family(404, createdAt: late), recording: event())
            #expect(try await tokens.find(try family(1).id) == nil)
            #expect(try await tokens.active(userID: "auth0|1", clientID: "client1", at: late).count == 200)
        }
    }

    @Test("the limit holds when many families are issued at once", arguments: Backend.available)
    func holdsUnderConcurrency(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let tokens = storage.stores.refreshTokens
            try await fill(tokens, 1...190)
            try await fill(tokens, 191...240)
            let active = try await tokens.active(userID: "auth0|1", clientID: "client1", at: now)
            #expect(active.count == 200)
        }
    }

    @Test("redeeming a code evicts too", arguments: Backend.available)
    func redeemEvicts(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await fill(stores.refreshTokens, 1...200)
            try await stores.authorizationCodes.insert(code(), recording: nil)
            let issued = try family(500, createdAt: now + 10)
            _ = try await stores.authorizationCodes.redeem(code().hash, issuing: issued, at: now + 10, recording: event())
            #expect(try await stores.refreshTokens.find(try family(1).id) == nil)
            #expect(try await stores.refreshTokens.find(issued.id) == issued)
        }
    }
}

import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct FederatedTokenStoreTests {
    private func only(_ stores: Stores) async throws -> FederatedTokens {
        let sets = try await stores.federatedTokens.list(of: "auth0|1", at: "corp")
        #expect(sets.count == 1)
        return try #require(sets.first)
    }

    @Test("a set comes back with every field, and without what is optional", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.federatedTokens.put(federatedTokens())
            #expect(try await only(stores) == federatedTokens())
            var bare = federatedTokens("e\u{301}|\u{1F600}", user: "auth0|2")
            (bare.accessToken, bare.refreshToken, bare.accessExpiresAt, bare.scope) = (nil, nil, nil, nil)
            try await stores.federatedTokens.put(bare)
            #expect(try await stores.federatedTokens.list(of: "auth0|2", at: "corp") == [bare])
        }
    }

    @Test("accounts are listed oldest first, those of the user and connection alone", arguments: Backend.available)
    func list(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.federatedTokens
            let (young, old) = (federatedTokens("a", createdAt: now + 1), federatedTokens("b", createdAt: now))
            for set in [young, old, federatedTokens(user: "auth0|2"), federatedTokens(connection: "CORP")] {
                try await store.put(set)
            }
            #expect(try await store.list(of: "auth0|1", at: "corp") == [old, young])
            #expect(try await store.list(of: "AUTH0|1", at: "corp").isEmpty)
            #expect(try await store.list(of: "auth0|3", at: "corp").isEmpty)
        }
    }

    @Test("putting a set again replaces its content, keeps its age, and ends a lease", arguments: Backend.available)
    func replace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            let first = federatedTokens()
            try await stores.federatedTokens.put(first)
            #expect(try await stores.federatedTokens.lease(first, until: now + 20, at: now))
            var again = federatedTokens(createdAt: now + 5)
            (again.accessToken, again.refreshToken, again.scope) = (SecretString("new"), nil, nil)
            try await stores.federatedTokens.put(again)
            (again.createdAt, again.revision) = (now, 2)
            #expect(try await only(stores) == again)
            #expect(try await stores.federatedTokens.lease(first, until: now + 20, at: now) == false, "it is another set now")
            #expect(try await stores.federatedTokens.lease(again, until: now + 20, at: now))
        }
    }

    @Test("of many who would use the refresh token one may", arguments: Backend.available)
    func lease(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, tokens) = (storage.stores.federatedTokens, federatedTokens())
            try await store.put(tokens)
            let won = try await concurrently(20) { _ in try await store.lease(tokens, until: now + 20, at: now) }
            #expect(won.count { $0 } == 1)
            #expect(try await store.lease(tokens, until: now + 40, at: .ms(after: now + 20, -1)) == false)
            #expect(try await store.lease(tokens, until: now + 40, at: now + 20), "whoever had it did not come back")
            #expect(try await only(storage.stores) == tokens, "a lease changes nothing")
        }
    }

    @Test("a lease that is given up may be taken at once", arguments: Backend.available)
    func release(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, tokens) = (storage.stores.federatedTokens, federatedTokens())
            try await store.put(tokens)
            #expect(try await store.lease(tokens, until: now + 20, at: now))
            var older = tokens
            older.revision = 0
            try await store.release(older)
            #expect(try await store.lease(tokens, until: now + 20, at: now) == false, "another revision's lease stays")
            try await store.release(tokens)
            #expect(try await store.lease(tokens, until: now + 20, at: now))
        }
    }

    @Test("a set is renewed once, with its event, if it is as it was read", arguments: Backend.available)
    func renew(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, tokens) = (storage.stores.federatedTokens, federatedTokens())
            try await store.put(tokens)
            #expect(try await store.lease(tokens, until: now + 20, at: now))
            var renewed = tokens
            (renewed.accessToken, renewed.refreshToken) = (SecretString("access 2"), SecretString("refresh 2"))
            (renewed.accessExpiresAt, renewed.scope, renewed.updatedAt) = (now + 7200, "a", now + 1)
            let final = renewed
            let won = try await concurrently(20) { _ in try await store.renew(final, recording: event(.federatedTokenExchanged)) }
            #expect(won.count { $0 } == 1)
            renewed.revision = 2
            #expect(try await only(storage.stores) == renewed)
            #expect(try await storage.stores.logs.latest(limit: 99).count { $0.event.type == .federatedTokenExchanged } == 1)
            #expect(try await store.lease(renewed, until: now + 20, at: now + 1), "the lease ended with it")
        }
    }

    @Test("a set is forgotten once, if it is as it was read", arguments: Backend.available)
    func forget(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (store, tokens) = (storage.stores.federatedTokens, federatedTokens())
            try await store.put(tokens)
            try await store.put(federatedTokens("other"))
            try await store.put(tokens)
            #expect(try await store.forget(tokens) == false, "somebody connected the account again")
            var current = tokens
            current.revision = 2
            #expect(try await store.forget(current))
            #expect(try await store.forget(current) == false)
            #expect(try await store.renew(current, recording: event()) == false)
            #expect(try await store.lease(current, until: now + 20, at: now) == false)
            #expect(try await only(storage.stores) == federatedTokens("other"))
        }
    }

    @Test("what only an access token is left of goes with its end; a refresh token stays", arguments: Backend.available)
    func sweep(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.federatedTokens
            var (brief, endless, renewable) = (federatedTokens("brief"), federatedTokens("endless"), federatedTokens("renewable"))
            (brief.refreshToken, endless.refreshToken, endless.accessExpiresAt) = (nil, nil, nil)
            renewable.accessExpiresAt = now
            for set in [brief, endless, renewable] { try await store.put(set) }
            #expect(try await storage.engine.sweep(at: .ms(after: now + 3600, -1), logRetention: .days(900)) == 0)
            #expect(try await storage.engine.sweep(at: now + 3600, logRetention: .days(900)) == 1)
            #expect(try await store.list(of: "auth0|1", at: "corp") == [endless, renewable])
            renewable.refreshToken = nil
            #expect(try await store.renew(renewable, recording: event()))
            #expect(try await storage.engine.sweep(at: now + 3600, logRetention: .days(900)) == 1, "renewing moves its end")
        }
    }

    @Test("they go with their user, and only with theirs", arguments: Backend.available)
    func deletedUser(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.users.insert(user(), passwordHash: nil)
            try await stores.federatedTokens.put(federatedTokens())
            try await stores.federatedTokens.put(federatedTokens(user: "auth0|2"))
            #expect(try await stores.users.delete("auth0|1", at: now))
            #expect(try await stores.federatedTokens.list(of: "auth0|1", at: "corp").isEmpty)
            #expect(try await stores.federatedTokens.list(of: "auth0|2", at: "corp").count == 1)
        }
    }
}

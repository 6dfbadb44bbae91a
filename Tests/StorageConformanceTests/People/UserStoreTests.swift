import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct UserStoreTests {
    private func full() -> User {
        var record = user("auth0|a", email: "Ann@Example.COM")
        record.emailVerified = true
        record.username = "Ann"
        record.profile.name = "Ann \u{1F600}"
        record.profile.phoneNumberVerified = false
        record.profile.birthdate = "2000-01-01"
        (record.profile.middleName, record.profile.website, record.profile.gender) = ("M.", "https://ann/", "female")
        (record.profile.profilePage, record.profile.preferredUsername) = ("https://ann/me", "ann")
        record.profile.address = address()
        record.blocked = true
        record.userMetadata = #"{"a":"\u0000"}"#
        record.appMetadata = #"{"b":[1]}"#
        record.updatedAt = now + 1
        record.lastLogin = now + 2
        record.lastIP = "2001:db8::1"
        record.loginsCount = 7
        return record
    }

    private func address() -> UserAddress {
        var address = UserAddress()
        (address.formatted, address.streetAddress, address.locality) = ("1 Street\nTown", "1 Street", "Town")
        (address.region, address.postalCode, address.country) = ("Land", "12345", "XY")
        return address
    }

    @Test("a user comes back with every field and the password hash", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (users, record) = (storage.stores.users, full())
            try await users.insert(record, passwordHash: SecretString("$argon2id$x"))
            #expect(try await users.find("auth0|a") == record)
            #expect(try await users.find("auth0|A") == nil)
            let found = try #require(try await users.findCredential(connection: "db", identifier: "ANN@example.com"))
            #expect(found.user == record)
            #expect(found.passwordHash == SecretString("$argon2id$x"))
            #expect(try await users.findCredential(connection: "db", identifier: "aNN")?.user == record)
            #expect(try await users.findCredential(connection: "other", identifier: "ann") == nil)
        }
    }

    @Test("addresses and names are unique in a connection by their ASCII-lower-case form", arguments: Backend.available)
    func conflicts(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let users = storage.stores.users
            try await users.insert(full(), passwordHash: nil)
            await #expect(throws: StoreConflict(field: "user_id")) {
                try await users.insert(user("auth0|a", email: "b@example.com"), passwordHash: nil)
            }
            await #expect(throws: StoreConflict(field: "email")) {
                try await users.insert(user("auth0|b", email: "ANN@EXAMPLE.com"), passwordHash: nil)
            }
            var named = user("auth0|b", email: nil)
            named.username = "ANN"
            await #expect(throws: StoreConflict(field: "username")) { try await users.insert(named, passwordHash: nil) }
            try await users.insert(user("auth0|c", email: "ann@example.com", connection: "other"), passwordHash: nil)
            try await users.insert(user("auth0|d", email: nil), passwordHash: nil)
            try await users.insert(user("auth0|e", email: nil), passwordHash: nil)
            // Folding is ASCII only: these are two addresses.
            try await users.insert(user("auth0|f", email: "\u{e4}@example.com"), passwordHash: nil)
            try await users.insert(user("auth0|g", email: "\u{c4}@example.com"), passwordHash: nil)
            var taken = user("auth0|d", email: "Ann@example.com")
            await #expect(throws: StoreConflict(field: "email")) { _ = try await users.update(taken) }
            (taken.email, taken.username) = (nil, "aNn")
            await #expect(throws: StoreConflict(field: "username")) { _ = try await users.update(taken) }
        }
    }

    @Test("an update keeps the password hash and the login statistics", arguments: Backend.available)
    func update(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let users = storage.stores.users
            var record = full()
            #expect(try await users.update(record) == false)
            try await users.insert(record, passwordHash: SecretString("hash"))
            (record.email, record.username, record.blocked, record.loginsCount) = ("new@example.com", nil, false, 99)
            #expect(try await users.update(record))
            record.loginsCount = 7
            let found = try #require(try await users.findCredential(connection: "db", identifier: "NEW@example.com"))
            #expect(found.user == record)
            #expect(found.passwordHash == SecretString("hash"))
            #expect(try await users.findCredential(connection: "db", identifier: "ann@example.com") == nil)
        }
    }

    @Test("an address wins over another user's name that looks like it", arguments: Backend.available)
    func addressBeforeName(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            var squatter = user("auth0|0", email: nil)
            squatter.username = "a@example.com"
            try await storage.stores.users.insert(squatter, passwordHash: nil)
            try await storage.stores.users.insert(user("auth0|9"), passwordHash: nil)
            let found = try await storage.stores.users.findCredential(connection: "db", identifier: "A@example.com")
            #expect(found?.user.userID == "auth0|9")
        }
    }

    @Test("a new password ends the sessions when asked, in the same transaction", arguments: Backend.available)
    func setPassword(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            let missing = try await stores.users.setPassword("auth0|1", hash: SecretString("x"), ending: .silent, at: now)
            #expect(!missing)
            try await stores.users.insert(user(), passwordHash: nil)
            try await stores.sessions.begin(session("mine"), replacing: nil, recording: event())
            try await stores.sessions.begin(session("other", user: "auth0|2"), replacing: nil, recording: event())
            _ = try await stores.users.setPassword("auth0|1", hash: SecretString("h1"), ending: nil, at: now)
            #expect(try await stores.sessions.find(TokenHash(of: "mine"), at: now) != nil)
            _ = try await stores.users.setPassword("auth0|1", hash: SecretString("h2"), ending: .silent, at: now)
            #expect(try await stores.sessions.find(TokenHash(of: "mine"), at: now) == nil)
            #expect(try await stores.sessions.find(TokenHash(of: "other"), at: now) != nil)
            try await stores.users.rehash("auth0|1", from: SecretString("h1"), to: SecretString("h3"))
            let credential = { try await stores.users.findCredential(connection: "db", identifier: "a@example.com") }
            #expect(try await credential()?.passwordHash == SecretString("h2"))
            try await stores.users.rehash("auth0|1", from: SecretString("h2"), to: SecretString("h3"))
            #expect(try await credential()?.passwordHash == SecretString("h3"))
        }
    }

    @Test("a new password uses up the user's other reset tickets", arguments: Backend.available)
    func resetTickets(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.users.insert(user(), passwordHash: nil)
            for (name, owner) in [("older", "auth0|1"), ("other", "auth0|2")] {
                try await stores.tickets.insert(
                    Ticket(
                        hash: TokenHash(of: name), purpose: .passwordReset, userID: owner, clientID: nil, createdAt: now,
                        expiresAt: now + 60))
            }
            _ = try await stores.users.setPassword("auth0|1", hash: SecretString("h"), ending: nil, at: now)
            #expect(try await stores.tickets.consume(TokenHash(of: "older"), at: now) == nil)
            #expect(try await stores.tickets.consume(TokenHash(of: "other"), at: now) != nil)
        }
    }

    @Test(
        "users are listed by creation, blocked, and deleted with all that is theirs; their refresh tokens are revoked",
        arguments: Backend.available)
    func listBlockDelete(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await Everything.insert(into: stores)
            var second = user("auth0|0", email: nil)
            second.createdAt = now + 1
            try await stores.users.insert(second, passwordHash: nil)
            #expect(try await stores.users.list(offset: 0, limit: 1).map(\.userID) == ["auth0|1"])
            #expect(try await stores.users.list(offset: 1, limit: 5).map(\.userID) == ["auth0|0"])
            #expect(try await stores.users.setBlocked("auth0|1", true, at: now))
            #expect(try await stores.users.find("auth0|1")?.blocked == true)
            #expect(try await stores.users.setBlocked("auth0|missing", true, at: now) == false)
            #expect(try await stores.users.delete("auth0|1", at: now))
            #expect(try await stores.users.delete("auth0|1", at: now) == false)
            #expect(try await stores.sessions.find(sid: "sid-cookie", at: now) == nil)
            #expect(try await stores.authorizationCodes.find(TokenHash(of: "code")) == nil)
            #expect(try await stores.refreshTokens.find(try family().id)?.revokedAt == now)
            #expect(try await stores.refreshTokens.findWithUser(try family().id)?.user == nil)
            #expect(try await stores.refreshTokens.use(use(try family()), recording: event()) == false)
            #expect(try await stores.tickets.find(TokenHash(of: "ticket"), at: now) == nil)
            #expect(try await stores.consents.find(userID: "auth0|1", clientID: "client1", audience: "https://api/") == nil)
        }
    }

    @Test("An address is verified for the user who has it, and only while they have it", arguments: Backend.available)
    func verification(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.users.insert(user("auth0|1", email: "Ann@Example.test"), passwordHash: nil)
            #expect(try await !stores.users.verifyEmail("auth0|1", "other@example.test", at: now + 5))
            #expect(try await !stores.users.verifyEmail("auth0|2", "ann@example.test", at: now + 5))
            #expect(try await stores.users.find("auth0|1")?.emailVerified == false)
            #expect(try await stores.users.verifyEmail("auth0|1", "ann@example.TEST", at: now + 5))
            #expect(try await stores.users.find("auth0|1")?.emailVerified == true)
            #expect(try await stores.users.verifyEmail("auth0|1", "Ann@Example.test", at: now + 9))
            #expect(try await stores.users.find("auth0|1")?.updatedAt == now + 5, "verified before")
        }
    }

    @Test("Who proves the address first gets the account without what was in it; later proofs change nothing", arguments: Backend.available)
    func claim(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let stores = storage.stores
            try await stores.users.insert(user("auth0|1", email: "ann@example.com"), passwordHash: SecretString("h"))
            try await stores.sessions.begin(session(), replacing: nil, recording: event())
            try await stores.refreshTokens.insert(try family(), recording: event())
            var authenticator = Authenticator(id: "totp|dev_0123456789abcdef", userID: "auth0|1", kind: .totp, createdAt: now)
            authenticator.secret = SecretBytes([1, 2, 3])
            try await stores.authenticators.insert(authenticator)
            #expect(try await stores.users.claim("auth0|1", ending: .silent, at: now + 1))
            #expect(try await stores.users.find("auth0|1")?.emailVerified == true)
            #expect(try await stores.users.findCredential(connection: "db", identifier: "ann@example.com")?.passwordHash == nil)
            #expect(try await stores.sessions.list(of: "auth0|1", at: now + 1).isEmpty)
            #expect(try await stores.authenticators.list(of: "auth0|1").map(\.id) == [authenticator.id], "a second factor stays")
            #expect(try await stores.refreshTokens.find(try family().id)?.revokedAt == now + 1)
            #expect(try await stores.revocations.isRevoked(anyOf: [.user("auth0|1", issuedBy: now - 2)], at: now + 1))
            let own = RevocationKey.user("auth0|1", issuedBy: Timestamp(seconds: (now + 1).seconds))
            #expect(try await !stores.revocations.isRevoked(anyOf: [own], at: now + 1), "what the proof gives is good")
            #expect(try await stores.users.setPassword("auth0|1", hash: SecretString("new"), ending: nil, at: now + 2))
            #expect(try await !stores.users.claim("auth0|1", ending: .silent, at: now + 3), "proved before")
            #expect(try await !stores.users.claim("auth0|2", ending: .silent, at: now + 3))
            #expect(
                try await stores.users.findCredential(connection: "db", identifier: "ann@example.com")?.passwordHash
                    == SecretString("new"))
        }
    }
}

@Suite struct ConsentStoreTests {
    @Test("consents add up, also when given at once, and are deleted whole", arguments: Backend.available)
    func addsUp(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let consents = storage.stores.consents
            _ = try await concurrently(20) { index in
                try await consents.record(Consent(
                    userID: "u", clientID: "c", audience: "", scopes: ["openid", "s\(index)"] as Scopes,
                    updatedAt: now + 1))
            }
            let all = try #require(try await consents.find(userID: "u", clientID: "c", audience: ""))
            #expect(all.scopes == Scopes(["openid"] + (0..<20).map { "s\($0)" }))
            #expect(all.updatedAt == now + 1)
            #expect(try await consents.find(userID: "u", clientID: "c", audience: "https://api/") == nil)
            #expect(try await consents.delete(userID: "u", clientID: "c", audience: ""))
            #expect(try await consents.delete(userID: "u", clientID: "c", audience: "") == false)
            #expect(try await consents.find(userID: "u", clientID: "c", audience: "") == nil)
        }
    }
}

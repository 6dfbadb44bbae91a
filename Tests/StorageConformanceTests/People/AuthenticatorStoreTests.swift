import OAuthProtocol
import SQLStorage
import Storage
import Testing
import TestSupport

@Suite struct AuthenticatorStoreTests {
    private func passkey(_ id: String, credential: String, user: String = "auth0|1") -> Authenticator {
        var passkey = authenticator(id, user: user, kind: .passkey)
        (passkey.credentialHash, passkey.credential) = (TokenHash(of: credential), #"{"key":1}"#)
        return passkey
    }

    @Test("authenticators come back with every field, oldest first", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.authenticators
            var totp = authenticator("totp|dev_1", createdAt: now + 1)
            (totp.secret, totp.name, totp.isActive, totp.counter) = (SecretBytes([0, 255]), "Phone \u{1F600}", true, 7)
            totp.lastUsedAt = now + 5
            let key = passkey("passkey|dev_2", credential: "c1")
            try await store.insert(totp)
            try await store.insert(key)
            try await store.insert(authenticator("sms|dev_3", user: "auth0|2", kind: .sms))
            #expect(try await store.list(of: "auth0|1") == [key, totp])
            #expect(try await store.find("totp|dev_1") == totp)
            #expect(try await store.find(credentialHash: TokenHash(of: "c1")) == key)
            #expect(try await store.find(credentialHash: TokenHash(of: "c2")) == nil)
            #expect(try await store.find("TOTP|dev_1") == nil)
        }
    }

    @Test("ids and credentials are unique in the tenant", arguments: Backend.available)
    func conflicts(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.authenticators
            try await store.insert(passkey("passkey|1", credential: "c1"))
            try await store.insert(authenticator("totp|1"))
            try await store.insert(authenticator("totp|2"))
            let again = passkey("passkey|1", credential: "c2")
            await #expect(throws: StoreConflict(field: "id")) { try await store.insert(again) }
            let foreign = passkey("passkey|2", credential: "c1", user: "auth0|2")
            await #expect(throws: StoreConflict(field: "credential")) { try await store.insert(foreign) }
            #expect(try await store.list(of: "auth0|1").count == 3)
        }
    }

    @Test("a counter moves forwards only, and of many uses of one value exactly one counts", arguments: Backend.available)
    func counter(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.authenticators
            try await store.insert(authenticator())
            let uses = try await concurrently(50) { _ in
                try await store.use("totp|dev_1", counter: 41, credential: nil, at: now + 1)
            }
            #expect(uses.count(where: \.self) == 1)
            #expect(try await store.use("totp|dev_1", counter: 40, credential: nil, at: now + 2) == false)
            #expect(try await store.use("totp|dev_1", counter: 0, credential: nil, at: now + 2) == false)
            #expect(try await store.use("totp|dev_1", counter: 42, credential: "{}", at: now + 3))
            #expect(try await store.use("totp|none", counter: 42, credential: nil, at: now + 3) == false)
            let kept = try #require(try await store.find("totp|dev_1"))
            #expect(kept.isActive && kept.counter == 42 && kept.lastUsedAt == now + 3 && kept.credential == "{}")
        }
    }

    @Test("an authenticator without a counter is used again and again", arguments: Backend.available)
    func withoutCounter(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.authenticators
            let key = passkey("passkey|1", credential: "c1")
            try await store.insert(key)
            #expect(try await store.use(key.id, counter: 0, credential: nil, at: now))
            #expect(try await store.use(key.id, counter: 0, credential: nil, at: now + 1))
            #expect(try await store.find(key.id)?.credential == key.credential, "nil keeps the credential")
        }
    }

    @Test("of many that use one recovery code exactly one replaces it", arguments: Backend.available)
    func recoveryCode(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.authenticators
            var record = authenticator("recovery-code|1", kind: .recoveryCode)
            record.secret = SecretBytes([1])
            try await store.insert(record)
            try await store.insert(authenticator("sms|1", kind: .sms))
            let replaced = try await concurrently(50) { number in
                let next = SecretBytes([UInt8(100 + number)])
                return try await store.replaceSecret("recovery-code|1", from: SecretBytes([1]), to: next, at: now + 1)
            }
            #expect(replaced.count(where: \.self) == 1)
            let kept = try #require(try await store.find("recovery-code|1"))
            let secret = try #require(kept.secret)
            #expect(secret.revealed[0] >= 100 && kept.lastUsedAt == now + 1)
            let (used, new) = (SecretBytes([1]), SecretBytes([2]))
            #expect(try await store.replaceSecret("recovery-code|1", from: used, to: new, at: now) == false)
            #expect(try await store.replaceSecret("recovery-code|1", from: secret, to: new, at: now))
            #expect(try await store.replaceSecret("sms|1", from: SecretBytes([]), to: SecretBytes([1]), at: now) == false)
        }
    }

    @Test("only the user's own authenticator is deleted, and all of them with the user", arguments: Backend.available)
    func deletion(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let store = storage.stores.authenticators
            try await storage.stores.users.insert(user(), passwordHash: nil)
            for id in ["totp|1", "totp|2"] { try await store.insert(authenticator(id)) }
            try await store.insert(authenticator("totp|3", user: "auth0|2"))
            #expect(try await store.delete("totp|1", of: "auth0|2") == false)
            #expect(try await store.delete("totp|1", of: "auth0|1"))
            #expect(try await store.delete("totp|1", of: "auth0|1") == false)
            #expect(try await storage.stores.users.delete("auth0|1", at: now))
            #expect(try await store.list(of: "auth0|1").isEmpty)
            #expect(try await store.list(of: "auth0|2").count == 1)
        }
    }
}

import AuthorizationServer
import Credentials
import OAuthProtocol
import Testing
import TestSupport

/// Small enough for tests; the shape is that of production.
private let cheap = Argon2Parameters(memory: 64, passes: 1, lanes: 1)

@Suite struct Argon2PasswordHasherTests {
    private func withHasher<Result>(
        _ cost: Argon2Parameters = cheap, limits: Argon2PasswordHasher.Limits = .init(threads: 1),
        _ body: (Argon2PasswordHasher) async throws -> Result
    ) async throws -> Result {
        let hasher = Argon2PasswordHasher(cost, limits: limits, randomness: .counting())
        do {
            let result = try await body(hasher)
            try await hasher.shutDown()
            return result
        } catch {
            try await hasher.shutDown()
            throw error
        }
    }

    @Test("a hash is encoded Argon2id of the configured cost and verifies its own password alone")
    func roundTrip() async throws {
        try await withHasher { hasher in
            let hash = try await hasher.hash(SecretString("Grüße, 世界"))
            #expect(hash.revealed.hasPrefix("$argon2id$v=19$m=64,t=1,p=1$"))
            var verdict = try await hasher.verify(SecretString("Grüße, 世界"), against: hash)
            #expect(verdict == .correct)
            verdict = try await hasher.verify(SecretString("Grüße, 世界 "), against: hash)
            #expect(verdict == .wrong)
            verdict = try await hasher.verify(SecretString(""), against: hash)
            #expect(verdict == .wrong)
        }
    }

    @Test("the default cost is OWASP's: 19 MiB, two passes, one lane")
    func defaultCost() async throws {
        try await withHasher(Argon2Parameters()) { hasher in
            let hash = try await hasher.hash(SecretString("x"))
            #expect(hash.revealed.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        }
    }

    @Test("two hashes of one password differ")
    func salts() async throws {
        try await withHasher { hasher in
            let first = try await hasher.hash(SecretString("same"))
            let second = try await hasher.hash(SecretString("same"))
            #expect(first != second)
        }
    }

    @Test("passwords are compared as bytes: another spelling of the same character is wrong")
    func bytesNotCharacters() async throws {
        try await withHasher { hasher in
            let hash = try await hasher.hash(SecretString("caf\u{e9}"))
            let verdict = try await hasher.verify(SecretString("cafe\u{301}"), against: hash)
            #expect(verdict == .wrong)
        }
    }

    @Test("a password with a NUL cannot be hashed and never matches")
    func nul() async throws {
        try await withHasher { hasher in
            await #expect { try await hasher.hash(SecretString("abc\0def")) } throws: {
                ($0 as? OAuthError)?.kind == .invalidRequest
            }
            let hash = try await hasher.hash(SecretString("abc"))
            var verdict = try await hasher.verify(SecretString("abc\0def"), against: hash)
            #expect(verdict == .wrong)
            verdict = try await hasher.verify(SecretString("abc\0"), against: hash)
            #expect(verdict == .wrong)
        }
    }

    @Test("long passwords count to their last byte")
    func longPasswords() async throws {
        try await withHasher { hasher in
            let long = String(repeating: "a", count: 255)
            let hash = try await hasher.hash(SecretString(long + "b"))
            var verdict = try await hasher.verify(SecretString(long + "b"), against: hash)
            #expect(verdict == .correct)
            verdict = try await hasher.verify(SecretString(long + "c"), against: hash)
            #expect(verdict == .wrong)
        }
    }

    @Test(
        "an unknown user and an unreadable hash are wrong, whatever the password",
        arguments: [
            nil, "", "plain text", "$argon2id$", "$argon2id$v=19$m=99999999,t=1,p=1$c2FsdHNhbHQ$aGFzaA",
            "$argon2id$v=19$m=64,t=+1,p=1$c2FsdHNhbHQ$aGFzaA",
            "$2b$31$abcdefghijklmnopqrstuvabcdefghijklmnopqrstuvabcdefghijklmno", "*",
        ])
    func unreadable(hash: String?) async throws {
        try await withHasher { hasher in
            let verdict = try await hasher.verify(SecretString("password"), against: hash.map { SecretString($0) })
            #expect(verdict == .wrong)
        }
    }

    @Test("a hash of weaker parameters, or another Argon2 function, is outdated; a stronger one is not")
    func outdated() async throws {
        let weak = try await withHasher { try await $0.hash(SecretString("p")) }
        let strong = try await withHasher(Argon2Parameters(memory: 128, passes: 2, lanes: 1)) {
            try await $0.hash(SecretString("p"))
        }
        try await withHasher(Argon2Parameters(memory: 64, passes: 2, lanes: 1)) { hasher in
            var verdict = try await hasher.verify(SecretString("p"), against: weak)
            #expect(verdict == .correctButOutdated)
            verdict = try await hasher.verify(SecretString("q"), against: weak)
            #expect(verdict == .wrong)
            verdict = try await hasher.verify(SecretString("p"), against: strong)
            #expect(verdict == .correct)
        }
        // Argon2i by libargon2: salt "somesalt", 64 KiB, one pass.
        let other = "$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHQ$m+x4L7hN2ZRjBBfcMx29Bo5JdJxIE52dqtM6I/wGjDY"
        try await withHasher(Argon2Parameters(memory: 64, passes: 1, lanes: 1)) { hasher in
            let verdict = try await hasher.verify(SecretString("password"), against: SecretString(other))
            #expect(verdict == .correctButOutdated)
        }
    }
}

@Suite struct ImportedBcryptTests {
    /// `U*U` of the bcrypt authors' own test vectors, in the three spellings.
    static let vectors = [
        ("U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U", "$2b$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U", "$2y$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"),
        ("U*U*", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.VGOzA784oUp/Z0DY336zx7pLYAy0lwK"),
        ("", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.7uG0VCzI2bS7j6ymqJi9CdcdxiRTWNy"),
    ]

    @Test("an imported bcrypt hash verifies and is outdated", arguments: vectors)
    func imported(password: String, hash: String) async throws {
        let hasher = Argon2PasswordHasher(cheap, limits: .init(threads: 1))
        let right = try await hasher.verify(SecretString(password), against: SecretString(hash))
        let wrong = try await hasher.verify(SecretString(password + "x"), against: SecretString(hash))
        try await hasher.shutDown()
        #expect(right == .correctButOutdated)
        #expect(wrong == .wrong)
    }

    @Test("bcrypt would ignore what follows 72 bytes, so longer passwords never match")
    func tooLong() async throws {
        let hash = SecretString("$2b$04$CCCCCCCCCCCCCCCCCCCCC.mDyzbhj.9K0apb9O/AGMWwoLXiYAu6u")
        let longest = String(repeating: "a", count: 72)
        let hasher = Argon2PasswordHasher(cheap, limits: .init(threads: 1))
        let exact = try await hasher.verify(SecretString(longest), against: hash)
        let beyond = try await hasher.verify(SecretString(longest + "a"), against: hash)
        let withNUL = try await hasher.verify(SecretString(longest.dropLast() + "\0"), against: hash)
        try await hasher.shutDown()
        #expect(exact == .correctButOutdated)
        #expect(beyond == .wrong)
        #expect(withNUL == .wrong)
    }

    @Test("only Argon2 and bcrypt of bearable cost can be imported")
    func importable() {
        #expect(Argon2PasswordHasher.canVerify(Self.vectors[0].1))
        #expect(Argon2PasswordHasher.canVerify("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaA"))
        #expect(!Argon2PasswordHasher.canVerify("$2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
        #expect(!Argon2PasswordHasher.canVerify("$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"))
        #expect(!Argon2PasswordHasher.canVerify("$1$salt$hash"))
        #expect(!Argon2PasswordHasher.canVerify("$argon2id$v=19$m=19456,t=2,p=900$c2FsdHNhbHQ$aGFzaA"))
        #expect(!Argon2PasswordHasher.canVerify(""))
    }
}

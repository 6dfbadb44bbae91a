import OAuthProtocol
import SQLStorage
import Storage
import Synchronization
import Testing
import TestSupport

@Suite struct OneTimeCodeStoreTests {
    private let key = TokenHash(of: "a@example.com")

    @Test("a code comes back with every field until it expires", arguments: Backend.available)
    func roundTrip(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, code) = (storage.stores.oneTimeCodes, oneTimeCode())
            try await codes.put(code)
            #expect(try await codes.find(.passwordless, key: key, at: .ms(after: code.expiresAt, -1)) == code)
            #expect(try await codes.find(.passwordless, key: key, at: code.expiresAt) == nil)
            #expect(try await codes.find(.passwordlessLink, key: key, at: now) == nil)
            #expect(try await codes.find(.passwordless, key: TokenHash(of: "b@example.com"), at: now) == nil)
        }
    }

    @Test("a newer code replaces the older one, with all its attempts", arguments: Backend.available)
    func replacement(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let codes = storage.stores.oneTimeCodes
            try await codes.put(oneTimeCode(mac: [1], attempts: 1))
            #expect(try await codes.check(.passwordless, key: key, codeMAC: [9], at: now) == .wrong(attemptsLeft: 0))
            try await codes.put(oneTimeCode(mac: [2], attempts: 2))
            #expect(try await codes.check(.passwordless, key: key, codeMAC: [1], at: now) == .wrong(attemptsLeft: 1))
            guard case .accepted(let code) = try await codes.check(.passwordless, key: key, codeMAC: [2], at: now) else {
                Issue.record("the newer code was refused")
                return
            }
            #expect(code.payload == oneTimeCode().payload)
        }
    }

    @Test("the right code is accepted by exactly one of many", arguments: Backend.available)
    func rightRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, key) = (storage.stores.oneTimeCodes, key)
            try await codes.put(oneTimeCode())
            let checks = try await concurrently(50) { _ in
                try await codes.check(.passwordless, key: key, codeMAC: [1, 2, 3], at: now)
            }
            #expect(checks.count { $0 == .missing } == 49)
            #expect(checks.count { if case .accepted = $0 { true } else { false } } == 1)
        }
    }

    @Test("guesses that come together have no more attempts than there are", arguments: Backend.available)
    func wrongRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, key) = (storage.stores.oneTimeCodes, key)
            try await codes.put(oneTimeCode(mac: [200], attempts: 5))
            let checks = try await concurrently(50) { number in
                try await codes.check(.passwordless, key: key, codeMAC: [UInt8(number)], at: now)
            }
            let left = checks.compactMap { if case .wrong(let left) = $0 { left } else { nil } }
            #expect(left.sorted() == [0, 1, 2, 3, 4])
            #expect(checks.count { $0 == .missing } == 45)
            #expect(try await codes.check(.passwordless, key: key, codeMAC: [200], at: now) == .missing, "too late to be right")
            #expect(try await codes.find(.passwordless, key: key, at: now) == nil)
        }
    }

    @Test("a right code that is only verified stays, with all its attempts", arguments: Backend.available)
    func verification(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, code) = (storage.stores.oneTimeCodes, oneTimeCode(attempts: 1))
            try await codes.put(code)
            for _ in 0..<2 {
                #expect(try await codes.verify(.passwordless, key: key, codeMAC: [1, 2, 3], at: now) == .accepted(code))
            }
            #expect(try await codes.verify(.passwordless, key: key, codeMAC: [1, 2, 3], at: code.expiresAt) == .missing)
            #expect(try await codes.check(.passwordless, key: key, codeMAC: [1, 2, 3], at: now) != .missing)
            #expect(try await codes.verify(.passwordless, key: key, codeMAC: [1, 2, 3], at: now) == .missing)
        }
    }

    @Test("a wrong code that is verified costs an attempt, also of those that come together", arguments: Backend.available)
    func verificationRace(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, key) = (storage.stores.oneTimeCodes, key)
            try await codes.put(oneTimeCode(mac: [200], attempts: 5))
            let checks = try await concurrently(50) { number in
                try await codes.verify(.passwordless, key: key, codeMAC: [UInt8(number)], at: now)
            }
            #expect(checks.compactMap { if case .wrong(let left) = $0 { left } else { nil } }.sorted() == [0, 1, 2, 3, 4])
            #expect(checks.count { $0 == .missing } == 45)
            #expect(try await codes.verify(.passwordless, key: key, codeMAC: [200], at: now) == .missing, "too late to be right")
        }
    }

    @Test("an empty code is not even verified where none was set", arguments: Backend.available)
    func emptyVerification(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let codes = storage.stores.oneTimeCodes
            try await codes.put(oneTimeCode(mac: []))
            #expect(try await codes.verify(.passwordless, key: key, codeMAC: [], at: now) == .wrong(attemptsLeft: 2))
        }
    }

    @Test("an expired code is missing, and so is one that never was", arguments: Backend.available)
    func missing(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let codes = storage.stores.oneTimeCodes
            try await codes.put(oneTimeCode())
            let end = oneTimeCode().expiresAt
            #expect(try await codes.check(.passwordless, key: key, codeMAC: [1, 2, 3], at: end) == .missing)
            #expect(try await codes.consume(.passwordless, key: key, at: end) == nil)
            #expect(try await codes.check(.mfaOutOfBand, key: key, codeMAC: [1, 2, 3], at: now) == .missing)
        }
    }

    @Test("an empty code is right for nothing, not even where none was set", arguments: Backend.available)
    func empty(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let codes = storage.stores.oneTimeCodes
            try await codes.put(oneTimeCode(mac: []))
            #expect(try await codes.check(.passwordless, key: key, codeMAC: [], at: now) == .wrong(attemptsLeft: 2))
        }
    }

    @Test("a handle is used up by exactly one of many", arguments: Backend.available)
    func consumption(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let (codes, key) = (storage.stores.oneTimeCodes, key)
            let code = oneTimeCode(mac: [], purpose: .mfaToken)
            try await codes.put(code)
            let got = try await concurrently(50) { _ in try await codes.consume(.mfaToken, key: key, at: now) }
            #expect(got.compactMap(\.self) == [code])
            #expect(try await codes.find(.mfaToken, key: key, at: now) == nil)
        }
    }

    @Test("a payload that was moved to another key does not open", arguments: Backend.available)
    func boundToRow(_ backend: Backend) async throws {
        try await backend.withFreshStorage { storage in
            let codes = storage.stores.oneTimeCodes
            try await codes.put(oneTimeCode())
            try await codes.put(oneTimeCode("b@example.com"))
            let sql = "UPDATE one_time_codes SET payload = (SELECT c.payload FROM one_time_codes c WHERE c.key_hash = $1)"
            let arguments: [SQLValue] = [.hash(key)]
            _ = try await storage.engine.database.write { try $0.execute(sql, arguments) }
            await #expect(throws: SealingError.failed) {
                _ = try await codes.find(.passwordless, key: TokenHash(of: "b@example.com"), at: now)
            }
        }
    }
}

import Credentials
import Crypto
import OAuthProtocol
import Testing

@Suite struct OneTimeCodeTests {
    /// The secret of both RFCs.
    static let secret = SecretBytes(Array("12345678901234567890".utf8))

    /// RFC 4226 appendix D, for the counters from 0.
    static let counterVectors = [
        "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489",
    ]

    @Test("The vectors of RFC 4226 appendix D", arguments: counterVectors.indices)
    func counterCodes(counter: Int) {
        let key = SymmetricKey(data: Self.secret.revealed)
        #expect(HOTP.code(key: key, counter: UInt64(counter), digits: 6) == Self.counterVectors[counter])
    }

    /// RFC 6238 appendix B, the rows of SHA-1.
    static let vectors: [(seconds: Int64, code: String)] = [
        (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
    ]

    @Test("The SHA-1 vectors of RFC 6238 appendix B, with eight digits and with six", arguments: vectors)
    func timeCodes(seconds: Int64, code: String) {
        let now = Timestamp(seconds: seconds)
        #expect(TOTP(digits: 8).code(secret: Self.secret, at: now) == code)
        #expect(TOTP(digits: 8).step(of: code, secret: Self.secret, at: now) == seconds / 30)
        let short = String(code.suffix(6))
        #expect(TOTP().code(secret: Self.secret, at: now) == short)
        #expect(TOTP().step(of: short, secret: Self.secret, at: now) == seconds / 30)
    }

    @Test("A code counts in its own step and one to either side, and is named by its own step")
    func window() {
        let start = Timestamp(seconds: 1_700_000_010)
        let code = TOTP().code(secret: Self.secret, at: start)
        let step = start.seconds / 30
        for (offset, isAccepted) in [(-31, false), (-30, true), (-1, true), (0, true), (29, true), (59, true), (60, false)] {
            let found = TOTP().step(of: code, secret: Self.secret, at: Timestamp(seconds: start.seconds + Int64(offset)))
            #expect(found == (isAccepted ? step : nil), "at \(offset)")
        }
    }

    @Test("A code lasts to the last millisecond of its step")
    func lastMillisecond() {
        let first = TOTP().code(secret: Self.secret, at: Timestamp(milliseconds: 1_700_000_010_000))
        #expect(TOTP().code(secret: Self.secret, at: Timestamp(milliseconds: 1_700_000_039_999)) == first)
        #expect(TOTP().code(secret: Self.secret, at: Timestamp(milliseconds: 1_700_000_040_000)) != first)
    }

    @Test(
        "What is not exactly the six digits is no code",
        arguments: [
            "", "2", "28708", "2870820", "94287082", " 287082", "287082 ", "287 082", "287082\u{0}", "２８７０８２", "28708२",
            "-87082", "abcdef",
        ])
    func notACode(text: String) {
        #expect(TOTP().step(of: text, secret: Self.secret, at: Timestamp(seconds: 59)) == nil)
        #expect(TOTP().step(of: "287082", secret: Self.secret, at: Timestamp(seconds: 59)) == 1)
    }

    @Test("Another secret has other codes")
    func otherSecret() {
        let other = SecretBytes(Array("12345678901234567891".utf8))
        #expect(TOTP().step(of: "287082", secret: other, at: Timestamp(seconds: 59)) == nil)
    }

    @Test("Instants before the epoch and far beyond it have codes too", arguments: [Int64.min + 1000, -30_001, -1, 0, .max])
    func extremes(milliseconds: Int64) {
        let now = Timestamp(milliseconds: milliseconds)
        let code = TOTP().code(secret: Self.secret, at: now)
        #expect(code.utf8.count == 6)
        #expect(TOTP().step(of: code, secret: Self.secret, at: now) != nil)
    }

    @Test("Of two steps with one code the newer is named, so that both are spent")
    func collision() {
        let now = Timestamp(seconds: 910_737 * 30)
        #expect(TOTP().code(secret: Self.secret, at: now) == "911617")
        #expect(TOTP().code(secret: Self.secret, at: Timestamp(seconds: 910_738 * 30)) == "911617")
        #expect(TOTP().step(of: "911617", secret: Self.secret, at: now) == 910_738)
    }
}

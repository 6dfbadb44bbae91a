import AuthorizationServer
import Crypto
package import OAuthProtocol

/// One-time codes of authenticator applications (RFC 6238): SHA-1, steps of 30 seconds since the epoch.
package struct TOTP: TimeBasedCodes {
    private static let stepSeconds: Int64 = 30
    /// A code counts one step early and late: clocks differ and people type slowly (RFC 6238 section 5.2).
    private static let window: ClosedRange<Int64> = -1...1

    private let digits: Int

    /// - Parameter digits: 6 in all that Auth0 shows; the vectors of RFC 6238 have 8.
    package init(digits: Int = 6) { self.digits = min(max(digits, 6), 8) }

    /// The newest step within the window whose code this is. The caller accepts each step once and none before it
    /// (RFC 6238 section 5.2); the newest is given so that a code that two steps share is spent for both.
    package func step(of code: String, secret: SecretBytes, at now: Timestamp) -> Int64? {
        let key = SymmetricKey(data: secret.revealed)
        let current = Self.step(at: now)
        var found: Int64?
        for offset in Self.window {
            let isMatch = Self.isEqual(HOTP.code(key: key, counter: UInt64(bitPattern: current + offset), digits: digits), code)
            found = isMatch ? current + offset : found
        }
        return found
    }

    package func code(secret: SecretBytes, at now: Timestamp) -> String {
        let step = UInt64(bitPattern: Self.step(at: now))
        return HOTP.code(key: SymmetricKey(data: secret.revealed), counter: step, digits: digits)
    }

    private static func step(at now: Timestamp) -> Int64 {
        let (quotient, remainder) = now.seconds.quotientAndRemainder(dividingBy: stepSeconds)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// Looks at every byte whatever it finds. The length of a code is public.
    private static func isEqual(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        return zip(left.utf8, right.utf8).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

import Crypto
import OAuthProtocol
import Storage

/// What is kept of a short code: an HMAC under a master key, because a million guesses at a plain hash take no time
/// (architecture section 5). A code lives minutes, so one that was sent before the current key changed is asked for again.
enum OneTimeCodeMAC {
    /// 32 bytes that depend on the code, on what it is for and on the row that it belongs to.
    static func make(
        of code: String, for purpose: OneTimeCode.Purpose, key: TokenHash, in context: TenantContext
    ) -> [UInt8] {
        let parts = ["martlet one-time code v1", context.stores.tenant.rawValue, purpose.rawValue, code]
        // Length-prefixed, so that no two lists of parts read the same.
        let message = parts.flatMap { Array("\($0.utf8.count):".utf8) + Array($0.utf8) } + key.bytes
        let secret = context.environment.masterKeys.current.authenticationKey
        return Array(HMAC<SHA256>.authenticationCode(for: message, using: secret))
    }
}

extension Randomness {
    /// Codes that people type (contract 23).
    static let codeLength = 6

    /// `count` decimal digits, each equally likely.
    func digits(_ count: Int = codeLength) -> String { drawn(count, from: "0123456789") }

    /// `count` characters, each drawn evenly from `[A-Z0-9]`.
    func upperAlphanumeric(_ count: Int) -> String { drawn(count, from: "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") }

    private func drawn(_ count: Int, from alphabet: String) -> String {
        let alphabet = Array(alphabet.utf8)
        // The largest multiple of the alphabet in a byte: rejecting the rest keeps every character equally likely.
        let bound = 256 / alphabet.count * alphabet.count
        var result: [UInt8] = []
        while result.count < count {
            for byte in bytes(count) where Int(byte) < bound && result.count < count {
                result.append(alphabet[Int(byte) % alphabet.count])
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// 32 random bytes: a name that nobody can guess, such as an `auth_session`.
    func handle() -> String { Base64URL.encode(bytes(32)) }
}

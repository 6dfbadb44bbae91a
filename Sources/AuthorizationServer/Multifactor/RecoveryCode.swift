import OAuthProtocol
import Storage

/// A code that stands in for a lost factor, once: 24 characters of `A-Z0-9` (contract 17.4), 124 random bits, so a plain hash
/// of it is safe to keep.
struct RecoveryCode: Sendable {
    let text: String

    private static let length = 24

    static func make(_ randomness: Randomness) -> RecoveryCode { RecoveryCode(text: randomness.upperAlphanumeric(length)) }

    private init(text: String) { self.text = text }

    /// As typed: any case, with or without spaces and dashes. `nil` for anything that cannot be one.
    init?(typed: String) {
        let kept = typed.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: " "), UInt8(ascii: "-"): nil
            case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - 0x20
            default: byte
            }
        }
        guard kept.count == Self.length else { return nil }
        text = String(decoding: kept, as: UTF8.self)
    }

    var hash: SecretBytes { SecretBytes(TokenHash(of: text).bytes) }

    /// Compares hashes in constant time.
    func matches(_ stored: SecretBytes?) -> Bool {
        guard let stored = stored?.revealed, stored.count == hash.revealed.count else { return false }
        return zip(stored, hash.revealed).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
    }
}

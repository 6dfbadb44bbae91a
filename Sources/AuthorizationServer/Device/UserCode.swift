import Crypto
import OAuthProtocol
import Storage

/// The code that a person types (RFC 8628 section 6.1, contract 14): 8 letters without vowels, or digits, in groups.
struct UserCode: Sendable, Equatable {
    /// As shown, with separators.
    let text: String

    private static let letters = Array("BCDFGHJKLMNPQRSTVWXZ".utf8)
    private static let digits = Array("0123456789".utf8)

    /// Draws one by the tenant's mask. Each character is equally likely.
    static func make(_ settings: DeviceFlowSettings, _ randomness: Randomness) -> UserCode {
        let alphabet = settings.charset == .base20 ? letters : digits
        // The largest multiple of the alphabet in a byte: rejecting the rest keeps every character equally likely.
        let bound = 256 / alphabet.count * alphabet.count
        let text = settings.mask.utf8.map { mark -> UInt8 in
            guard mark == UInt8(ascii: "*") else { return mark }
            while true {
                let byte = Int(randomness.bytes(1)[0])
                if byte < bound { return alphabet[byte % alphabet.count] }
            }
        }
        return UserCode(text: String(decoding: text, as: UTF8.self))
    }

    /// What people may type for it: any case, with or without separators. `nil` when nothing is left.
    static func normalized(_ typed: String) -> String? {
        let kept = typed.utf8.compactMap { byte -> UInt8? in
            switch byte {
            case 0x30...0x39, 0x41...0x5A: byte
            case 0x61...0x7A: byte - 0x20
            default: nil
            }
        }
        guard !kept.isEmpty, kept.count <= 20 else { return nil }
        return String(decoding: kept, as: UTF8.self)
    }

    /// The code as devices show it, for a page that lets the user compare; what was typed when it does not fit the mask.
    static func shown(_ typed: String, _ settings: DeviceFlowSettings) -> String {
        guard let normalized = normalized(typed) else { return typed }
        var characters = normalized.utf8[...]
        let text = settings.mask.utf8.map { mark -> UInt8 in
            mark == UInt8(ascii: "*") ? characters.popFirst() ?? mark : mark
        }
        return characters.isEmpty && !text.contains(UInt8(ascii: "*")) ? String(decoding: text, as: UTF8.self) : normalized
    }

    /// What a new row is found by: few codes are possible, so the hash is keyed (architecture section 5).
    static func hash(_ typed: String, in context: TenantContext) -> TokenHash? { hashes(typed, in: context).first }

    /// What a row may be found by: its code may have been made under an older master key. The current key's comes first; empty
    /// when nothing was typed.
    static func hashes(_ typed: String, in context: TenantContext) -> [TokenHash] {
        guard let normalized = normalized(typed) else { return [] }
        let label = Array("martlet user code v1|\(context.stores.tenant.rawValue)|\(normalized)".utf8)
        return context.environment.masterKeys.all.compactMap { key in
            TokenHash(bytes: Array(HMAC<SHA256>.authenticationCode(for: label, using: key.authenticationKey)))
        }
    }
}

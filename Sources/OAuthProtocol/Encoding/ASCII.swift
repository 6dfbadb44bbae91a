/// The ASCII byte classes of the ABNF in RFC 3986 and RFC 5234. `Character` classes accept all of Unicode; these do not.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- UInt8(ascii: "a") < 26 }
    static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

    /// RFC 3986 section 2.3, which is also the alphabet of PKCE (RFC 7636 section 4.1).
    static func isUnreserved(_ byte: UInt8) -> Bool {
        if isLetter(byte) || isDigit(byte) { return true }
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"): return true
        default: return false
        }
    }

    static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - UInt8(ascii: "0") }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 6 ? letter + 10 : nil
    }

    /// ASCII folding only: `İ` or `K` (Kelvin) never become letters.
    static func lowercased(_ text: some Sequence<UInt8>) -> String {
        let folded = text.map { $0 &- UInt8(ascii: "A") < 26 ? $0 | 0x20 : $0 }
        return String(decoding: folded, as: UTF8.self)
    }
}

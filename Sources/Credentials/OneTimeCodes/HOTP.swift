package import Crypto

/// RFC 4226 over HMAC-SHA-1. SHA-1 is what authenticator applications speak; its collisions do not touch HMAC.
package enum HOTP {
    /// `digits` decimal digits, 1 to 9, with leading zeros.
    package static func code(key: SymmetricKey, counter: UInt64, digits: Int) -> String {
        var mac = HMAC<Insecure.SHA1>(key: key)
        withUnsafeBytes(of: counter.bigEndian) { mac.update(data: $0) }
        let text = String(truncated(Array(mac.finalize())) % power(of: digits))
        return String(repeating: "0", count: digits - text.utf8.count) + text
    }

    /// The dynamic truncation of section 5.3: 31 bits at the offset that the last four bits name.
    private static func truncated(_ digest: [UInt8]) -> UInt32 {
        let offset = Int(digest[digest.count - 1] & 15)
        return digest[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } & 0x7FFF_FFFF
    }

    private static func power(of digits: Int) -> UInt32 { (0..<digits).reduce(1) { product, _ in product * 10 } }
}

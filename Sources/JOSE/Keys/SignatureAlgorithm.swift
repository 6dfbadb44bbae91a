/// The `alg` values that tokens are signed with (contract 2.1, 3.2). There is no `none`.
package enum SignatureAlgorithm: String, Sendable, Codable, CaseIterable {
    case rs256 = "RS256"
    case ps256 = "PS256"
    case hs256 = "HS256"
}

/// Why a key cannot be made or used.
package enum KeyError: Error, Sendable, Equatable {
    /// Not a PKCS #8 RSA key, or with bytes behind it.
    case malformed
    /// RFC 7518 section 3.3 demands 2048 bits; beyond 8192 one signature stops a core for a noticeable time.
    case unsupportedSize(bits: Int)
    /// An RSA key was asked for HS256.
    case wrongAlgorithm
    /// A serial number has 1 to 20 bytes and is not zero (RFC 5280 section 4.1.2.2).
    case unsuitableSerial
}

enum RSAKeySize {
    static func check(_ bits: Int) throws(KeyError) {
        guard (2048...8192).contains(bits) else { throw .unsupportedSize(bits: bits) }
    }
}

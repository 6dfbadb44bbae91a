/// Why a key cannot be made or used.
package enum KeyError: Error, Sendable, Equatable {
    /// Not a key of the kind that was asked for, or with bytes behind it.
    case malformed
    /// RFC 7518 section 3.3 demands 2048 bits; beyond 8192 one signature stops a core for a noticeable time.
    case unsupportedSize(bits: Int)
    /// Coordinates of the wrong length, a point that is not on its curve, or an Ed25519 point of small order.
    case invalidPoint
    /// The key was asked for an algorithm of another kind of key.
    case wrongAlgorithm
    /// A serial number has 1 to 20 bytes and is not zero (RFC 5280 section 4.1.2.2).
    case unsuitableSerial
}

enum RSAKeySize {
    static func check(_ bits: Int) throws(KeyError) {
        guard (2048...8192).contains(bits) else { throw .unsupportedSize(bits: bits) }
    }
}

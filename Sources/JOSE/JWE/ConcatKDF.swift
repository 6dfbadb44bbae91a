import Crypto

/// The key derivation of ECDH-ES (RFC 7518 section 4.6.2; NIST SP 800-56A section 5.8.1 with SHA-256).
package enum ConcatKDF {
    /// A key of `count` bytes. `algorithm` is `enc` where the key encrypts the content itself, else `alg`.
    package static func deriveKey(
        _ secret: [UInt8], count: Int, algorithm: String, partyU: [UInt8] = [], partyV: [UInt8] = []
    ) -> [UInt8] {
        var information: [UInt8] = []
        for part in [Array(algorithm.utf8), partyU, partyV] {
            information += bigEndianBytes(UInt32(part.count)) + part
        }
        information += bigEndianBytes(UInt32(count) * 8)
        var key: [UInt8] = []
        var round: UInt32 = 1
        while key.count < count {
            key += SHA256.hash(data: bigEndianBytes(round) + secret + information)
            round += 1
        }
        return Array(key.prefix(count))
    }
}

func bigEndianBytes<Integer: FixedWidthInteger>(_ integer: Integer) -> [UInt8] {
    stride(from: Integer.bitWidth - 8, through: 0, by: -8).map { UInt8(truncatingIfNeeded: integer >> $0) }
}

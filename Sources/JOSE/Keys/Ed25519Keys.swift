import Crypto
package import OAuthProtocol

/// An Ed25519 key that verifies (RFC 8037 section 2).
package struct Ed25519PublicKey: Sendable {
    /// The encoded point, 32 bytes (RFC 8032 section 5.1.2).
    package let x: [UInt8]
    private let key: Curve25519.Signing.PublicKey

    /// Throws `KeyError.invalidPoint` for anything but 32 bytes, and for the points of small order: under these anybody can
    /// make signatures. A point that is not on the curve is not noticed here; it verifies nothing.
    package init(x: [UInt8]) throws(KeyError) {
        guard x.count == 32, !Self.isOfSmallOrder(x), let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else {
            throw .invalidPoint
        }
        (self.x, self.key) = (x, key)
    }

    /// False for a wrong signature and for every algorithm but EdDSA.
    package func verify(_ signature: [UInt8], for message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        algorithm == .edDSA && signature.count == 64 && key.isValidSignature(signature, for: message)
    }

    /// The members that RFC 7638 hashes, `kty` first.
    package var jwk: JSONObject { ["kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(x))] }

    /// Every encoding of a point whose order divides the cofactor, whatever its sign bit.
    private static func isOfSmallOrder(_ x: [UInt8]) -> Bool {
        let y = x.dropLast() + [x[31] & 0x7F]
        return smallOrder.contains(Array(y))
    }

    private static let smallOrder: Set<[UInt8]> = {
        let ones = [UInt8](repeating: 0xFF, count: 30)
        let zeros = [UInt8](repeating: 0, count: 31)
        // 0, 1, p - 1, p, p + 1 and the two coordinates of order 8.
        return [
            zeros + [0], [1] + zeros, [0xEC] + ones + [0x7F], [0xED] + ones + [0x7F], [0xEE] + ones + [0x7F],
            [
                0x26, 0xE8, 0x95, 0x8F, 0xC2, 0xB2, 0x27, 0xB0, 0x45, 0xC3, 0xF4, 0x89, 0xF2, 0xEF, 0x98, 0xF0,
                0xD5, 0xDF, 0xAC, 0x05, 0xD3, 0xC6, 0x33, 0x39, 0xB1, 0x38, 0x02, 0x88, 0x6D, 0x53, 0xFC, 0x05,
            ],
            [
                0xC7, 0x17, 0x6A, 0x70, 0x3D, 0x4D, 0xD8, 0x4F, 0xBA, 0x3C, 0x0B, 0x76, 0x0D, 0x10, 0x67, 0x0F,
                0x2A, 0x20, 0x53, 0xFA, 0x2C, 0x39, 0xCC, 0xC6, 0x4E, 0xC7, 0xFD, 0x77, 0x92, 0xAC, 0x03, 0x7A,
            ],
        ]
    }()
}

/// An Ed25519 key pair.
package struct Ed25519PrivateKey: Sendable {
    package let publicKey: Ed25519PublicKey
    private let key: Curve25519.Signing.PrivateKey
    /// Everything of an Ed25519 `PrivateKeyInfo` in front of the seed (RFC 8410 section 7).
    private static let pkcs8Prefix: [UInt8] = [
        0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
    ]

    /// Throws `KeyError.malformed` for anything but 32 bytes (`d` of RFC 8037 section 2).
    package init(seed: [UInt8]) throws(KeyError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else { throw .malformed }
        self.key = key
        publicKey = try Ed25519PublicKey(x: Array(key.publicKey.rawRepresentation))
    }

    /// A new key pair.
    package static func generate() throws(KeyError) -> Ed25519PrivateKey {
        try Ed25519PrivateKey(seed: Array(Curve25519.Signing.PrivateKey().rawRepresentation))
    }

    /// The key as PKCS #8 `PrivateKeyInfo` in DER, to be sealed and stored.
    package var pkcs8DER: SecretBytes { SecretBytes(Self.pkcs8Prefix + key.rawRepresentation) }

    /// Signs with EdDSA (RFC 8037 section 3.1). Throws `KeyError.wrongAlgorithm` for any other algorithm.
    package func sign(_ message: [UInt8], _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        guard algorithm == .edDSA else { throw KeyError.wrongAlgorithm }
        return Array(try key.signature(for: message))
    }
}

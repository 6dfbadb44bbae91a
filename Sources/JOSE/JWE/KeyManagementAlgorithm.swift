/// The `alg` values of a JWE that we use (RFC 7518 section 4.1 and, for RSA-OAEP-384 and -512, W3C Web Cryptography). RSA1_5 is
/// not among them: its padding is an oracle.
package enum KeyManagementAlgorithm: String, Sendable, Codable, CaseIterable {
    case rsaOAEP256 = "RSA-OAEP-256"
    /// With SHA-1: the padding does not ask its digest to resist collisions (RFC 8017 section 7.1, appendix B.1).
    case rsaOAEP = "RSA-OAEP"
    case rsaOAEP384 = "RSA-OAEP-384"
    case rsaOAEP512 = "RSA-OAEP-512"
    /// The agreed secret encrypts the content itself.
    case ecdhES = "ECDH-ES"
    case ecdhESA128KW = "ECDH-ES+A128KW"
    case ecdhESA256KW = "ECDH-ES+A256KW"

    /// Whether the algorithm works with this kind of key.
    package func works(with key: PublicKey) -> Bool {
        switch key {
        case .rsa: oaepDigest != nil
        case .ec: oaepDigest == nil
        case .ed25519: false
        }
    }

    /// The digest of RSAES-OAEP and of its mask; `nil` when the algorithm agrees on a key instead.
    var oaepDigest: MessageDigest? {
        switch self {
        case .rsaOAEP: .sha1
        case .rsaOAEP256: .sha256
        case .rsaOAEP384: .sha384
        case .rsaOAEP512: .sha512
        case .ecdhES, .ecdhESA128KW, .ecdhESA256KW: nil
        }
    }

    /// Bytes of the key that wraps the content's key; `nil` when the algorithm wraps with none that is agreed on.
    var wrappingKeySize: Int? {
        switch self {
        case .rsaOAEP256, .rsaOAEP, .rsaOAEP384, .rsaOAEP512, .ecdhES: nil
        case .ecdhESA128KW: 16
        case .ecdhESA256KW: 32
        }
    }
}

/// The `alg` values of a JWE that we use (RFC 7518 section 4.1). RSA1_5 is not among them: its padding is an oracle.
package enum KeyManagementAlgorithm: String, Sendable, Codable, CaseIterable {
    case rsaOAEP256 = "RSA-OAEP-256"
    /// The agreed secret encrypts the content itself.
    case ecdhES = "ECDH-ES"
    case ecdhESA128KW = "ECDH-ES+A128KW"
    case ecdhESA256KW = "ECDH-ES+A256KW"

    /// Whether the algorithm works with this kind of key.
    package func works(with key: PublicKey) -> Bool {
        switch (self, key) {
        case (.rsaOAEP256, .rsa), (.ecdhES, .ec), (.ecdhESA128KW, .ec), (.ecdhESA256KW, .ec): true
        case (.rsaOAEP256, _), (.ecdhES, _), (.ecdhESA128KW, _), (.ecdhESA256KW, _): false
        }
    }

    /// Bytes of the key that wraps the content's key; `nil` when the algorithm wraps with none that is agreed on.
    var wrappingKeySize: Int? {
        switch self {
        case .rsaOAEP256, .ecdhES: nil
        case .ecdhESA128KW: 16
        case .ecdhESA256KW: 32
        }
    }
}

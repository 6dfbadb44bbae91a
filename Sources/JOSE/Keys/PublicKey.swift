package import OAuthProtocol

/// A public key of any kind that we know.
package enum PublicKey: Sendable {
    case rsa(RSAPublicKey)
    case ec(ECPublicKey)
    case ed25519(Ed25519PublicKey)

    /// False for a wrong signature, and when the algorithm is not for this kind of key: an HMAC never verifies.
    package func verify(_ signature: [UInt8], for message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        switch self {
        case .rsa(let key): key.verify(signature, for: message, algorithm)
        case .ec(let key): key.verify(signature, for: message, algorithm)
        case .ed25519(let key): key.verify(signature, for: message, algorithm)
        }
    }

    /// The algorithms that this kind of key can verify.
    package var algorithms: Set<SignatureAlgorithm> {
        switch self {
        case .rsa: [.rs256, .rs384, .rs512, .ps256, .ps384, .ps512]
        case .ec(let key): [key.curve.algorithm]
        case .ed25519: [.edDSA]
        }
    }

    /// `kty` and the numbers of the key, which are the members that RFC 7638 hashes.
    package var jwk: JSONObject {
        switch self {
        case .rsa(let key): key.jwk
        case .ec(let key): key.jwk
        case .ed25519(let key): key.jwk
        }
    }

    /// `nil` for an EC or Ed25519 key.
    package var rsa: RSAPublicKey? { if case .rsa(let key) = self { key } else { nil } }
}

extension PublicKey: Equatable {
    /// True when both are the same key: of one kind and with the same numbers.
    package static func == (left: PublicKey, right: PublicKey) -> Bool {
        switch (left, right) {
        case (.rsa(let left), .rsa(let right)): left.modulus == right.modulus && left.exponent == right.exponent
        case (.ec(let left), .ec(let right)): left.curve == right.curve && left.x == right.x && left.y == right.y
        case (.ed25519(let left), .ed25519(let right)): left.x == right.x
        case (.rsa, _), (.ec, _), (.ed25519, _): false
        }
    }
}

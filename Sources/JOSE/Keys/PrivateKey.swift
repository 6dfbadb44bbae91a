package import OAuthProtocol

/// A key pair of any kind that we know.
package enum PrivateKey: Sendable {
    case rsa(RSAPrivateKey)
    case ec(ECPrivateKey)
    case ed25519(Ed25519PrivateKey)

    /// Reads one whole PKCS #8 `PrivateKeyInfo`. Throws `KeyError` for anything else, and for a key of unusable size or curve.
    package init(pkcs8DER: [UInt8]) throws {
        let key = try EVPKey(pkcs8DER: pkcs8DER)
        switch key.kind {
        case .rsa: self = .rsa(try RSAPrivateKey(key, pkcs8DER: pkcs8DER))
        case .ec: self = .ec(try ECPrivateKey(key))
        case .ed25519: self = .ed25519(try Ed25519PrivateKey(seed: key.rawKey(.privateHalf)))
        case .other: throw KeyError.malformed
        }
    }

    /// Makes a new key pair for an algorithm; RSA keys have 2048 bits and take a tenth of a second or more, so not for an
    /// event loop. Throws `KeyError.wrongAlgorithm` for an HMAC.
    package static func generate(for algorithm: SignatureAlgorithm) throws -> PrivateKey {
        switch algorithm {
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: .rsa(try .generate())
        case .es256: .ec(try .generate(.p256))
        case .es384: .ec(try .generate(.p384))
        case .es512: .ec(try .generate(.p521))
        case .edDSA: .ed25519(try .generate())
        case .hs256, .hs384, .hs512: throw KeyError.wrongAlgorithm
        }
    }

    package var publicKey: PublicKey {
        switch self {
        case .rsa(let key): .rsa(key.publicKey)
        case .ec(let key): .ec(key.publicKey)
        case .ed25519(let key): .ed25519(key.publicKey)
        }
    }

    /// The key as PKCS #8 `PrivateKeyInfo` (RFC 5208) in DER, to be sealed and stored.
    package var pkcs8DER: SecretBytes {
        switch self {
        case .rsa(let key): key.pkcs8DER
        case .ec(let key): key.pkcs8DER
        case .ed25519(let key): key.pkcs8DER
        }
    }

    /// Throws `KeyError.wrongAlgorithm` when the algorithm is not for this kind of key.
    package func sign(_ message: [UInt8], _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        switch self {
        case .rsa(let key): try key.sign(message, algorithm)
        case .ec(let key): try key.sign(message, algorithm)
        case .ed25519(let key): try key.sign(message, algorithm)
        }
    }
}

import Crypto
import JOSE

/// A public key with the one algorithm that it is used with.
enum SignatureKey: Sendable {
    case es256(P256.Signing.PublicKey)
    case es384(P384.Signing.PublicKey)
    case es512(P521.Signing.PublicKey)
    case ed25519(Curve25519.Signing.PublicKey)
    case rs256(RSAPublicKey)

    /// `nil` for a point that is not on the curve of `algorithm`, and for algorithms without points.
    init?(_ algorithm: COSEAlgorithm, uncompressedPoint point: [UInt8]) {
        let key: SignatureKey? =
            switch algorithm {
            case .es256: (try? P256.Signing.PublicKey(x963Representation: point)).map(SignatureKey.es256)
            case .es384: (try? P384.Signing.PublicKey(x963Representation: point)).map(SignatureKey.es384)
            case .es512: (try? P521.Signing.PublicKey(x963Representation: point)).map(SignatureKey.es512)
            case .edDSA, .rs256: nil
            }
        guard let key else { return nil }
        self = key
    }

    init?(ed25519 bytes: [UInt8]) {
        guard bytes.count == 32, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: bytes) else { return nil }
        self = .ed25519(key)
    }

    /// `nil` for sizes that `RSAPublicKey` refuses.
    init?(modulus: [UInt8], exponent: [UInt8]) {
        guard let key = try? RSAPublicKey(modulus: modulus, exponent: exponent) else { return nil }
        self = .rs256(key)
    }

    /// ECDSA signatures are DER (WebAuthn section 6.5.5); swift-crypto reads only the one spelling that DER has for a number.
    func verify(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        switch self {
        case .es256(let key):
            guard let parsed = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: message)
        case .es384(let key):
            guard let parsed = try? P384.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: message)
        case .es512(let key):
            guard let parsed = try? P521.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(parsed, for: message)
        case .ed25519(let key): return key.isValidSignature(signature, for: message)
        case .rs256(let key): return key.verify(signature, for: message, .rs256)
        }
    }
}

import CLibCrypto
import Crypto
package import OAuthProtocol

/// A key pair on one of the NIST curves: ECDSA signatures and key agreement (RFC 7518 sections 3.4, 4.6).
package struct ECPrivateKey: Sendable {
    package let publicKey: ECPublicKey
    private let key: Key

    private enum Key: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
    }

    package var curve: ECCurve { publicKey.curve }

    private init(_ key: Key) throws(KeyError) {
        self.key = key
        publicKey =
            switch key {
            case .p256(let key): try ECPublicKey(curve: .p256, point: key.publicKey.rawRepresentation)
            case .p384(let key): try ECPublicKey(curve: .p384, point: key.publicKey.rawRepresentation)
            case .p521(let key): try ECPublicKey(curve: .p521, point: key.publicKey.rawRepresentation)
            }
    }

    /// The key pair of a private scalar, big-endian and as long as the curve's coordinates (`d` of RFC 7518 section
    /// 6.2.2.1). Throws `KeyError.malformed` for any other length, zero, and numbers beyond the curve's order.
    package init(curve: ECCurve, scalar: [UInt8]) throws(KeyError) {
        guard scalar.count == curve.coordinateSize else { throw .malformed }
        let key: Key
        do {
            key =
                switch curve {
                case .p256: .p256(try P256.Signing.PrivateKey(rawRepresentation: scalar))
                case .p384: .p384(try P384.Signing.PrivateKey(rawRepresentation: scalar))
                case .p521: .p521(try P521.Signing.PrivateKey(rawRepresentation: scalar))
                }
        } catch {
            throw .malformed
        }
        try self.init(key)
    }

    /// A new key pair.
    package static func generate(_ curve: ECCurve) throws(KeyError) -> ECPrivateKey {
        switch curve {
        case .p256: try ECPrivateKey(.p256(P256.Signing.PrivateKey()))
        case .p384: try ECPrivateKey(.p384(P384.Signing.PrivateKey()))
        case .p521: try ECPrivateKey(.p521(P521.Signing.PrivateKey()))
        }
    }

    init(_ key: EVPKey) throws {
        guard let name = key.groupName, let curve = ECCurve(groupName: name) else { throw KeyError.malformed }
        let scalar = try key.number(OSSL_PKEY_PARAM_PRIV_KEY, count: curve.coordinateSize)
        try self.init(curve: curve, scalar: scalar)
    }

    /// The key as PKCS #8 `PrivateKeyInfo` in DER, to be sealed and stored.
    package var pkcs8DER: SecretBytes {
        switch key {
        case .p256(let key): SecretBytes(Array(key.derRepresentation))
        case .p384(let key): SecretBytes(Array(key.derRepresentation))
        case .p521(let key): SecretBytes(Array(key.derRepresentation))
        }
    }

    /// A raw signature `r || s` (RFC 7518 section 3.4). Throws `KeyError.wrongAlgorithm` for every algorithm but the curve's.
    package func sign(_ message: [UInt8], _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        guard algorithm == curve.algorithm else { throw KeyError.wrongAlgorithm }
        return switch key {
        case .p256(let key): Array(try key.signature(for: message).rawRepresentation)
        case .p384(let key): Array(try key.signature(for: message).rawRepresentation)
        case .p521(let key): Array(try key.signature(for: message).rawRepresentation)
        }
    }

    /// The ECDH shared secret `Z`: the x coordinate of the product, in full length. Throws `KeyError.wrongAlgorithm` when
    /// the other key is on another curve.
    func sharedSecret(with other: ECPublicKey) throws -> [UInt8] {
        guard other.curve == curve else { throw KeyError.wrongAlgorithm }
        let point = other.x963Representation
        let secret: SharedSecret
        switch key {
        case .p256(let key):
            secret = try P256.KeyAgreement.PrivateKey(rawRepresentation: key.rawRepresentation)
                .sharedSecretFromKeyAgreement(with: P256.KeyAgreement.PublicKey(x963Representation: point))
        case .p384(let key):
            secret = try P384.KeyAgreement.PrivateKey(rawRepresentation: key.rawRepresentation)
                .sharedSecretFromKeyAgreement(with: P384.KeyAgreement.PublicKey(x963Representation: point))
        case .p521(let key):
            secret = try P521.KeyAgreement.PrivateKey(rawRepresentation: key.rawRepresentation)
                .sharedSecretFromKeyAgreement(with: P521.KeyAgreement.PublicKey(x963Representation: point))
        }
        return secret.withUnsafeBytes { Array($0) }
    }
}

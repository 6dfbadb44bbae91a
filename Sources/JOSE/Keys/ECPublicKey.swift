import Crypto
package import OAuthProtocol

/// A key on one of the NIST curves that verifies ECDSA signatures and takes part in key agreement.
package struct ECPublicKey: Sendable {
    package let curve: ECCurve
    /// Big-endian, as many bytes as the curve's coordinates have.
    package let x: [UInt8]
    package let y: [UInt8]
    private let key: Key

    private enum Key: Sendable {
        case p256(P256.Signing.PublicKey)
        case p384(P384.Signing.PublicKey)
        case p521(P521.Signing.PublicKey)
    }

    /// Throws `KeyError.invalidPoint` when a coordinate has the wrong length (RFC 7518 section 6.2.1.2) or the point is not
    /// on the curve.
    package init(curve: ECCurve, x: [UInt8], y: [UInt8]) throws(KeyError) {
        guard x.count == curve.coordinateSize, y.count == curve.coordinateSize else { throw .invalidPoint }
        let point = [4] + x + y
        do {
            key =
                switch curve {
                case .p256: .p256(try P256.Signing.PublicKey(x963Representation: point))
                case .p384: .p384(try P384.Signing.PublicKey(x963Representation: point))
                case .p521: .p521(try P521.Signing.PublicKey(x963Representation: point))
                }
        } catch {
            throw .invalidPoint
        }
        (self.curve, self.x, self.y) = (curve, x, y)
    }

    /// `point` is the two coordinates one behind the other.
    init(curve: ECCurve, point: some Sequence<UInt8>) throws(KeyError) {
        let bytes = Array(point)
        try self.init(
            curve: curve, x: Array(bytes.prefix(curve.coordinateSize)), y: Array(bytes.dropFirst(curve.coordinateSize)))
    }

    /// Checks a raw signature `r || s` of exactly twice the coordinate's length (RFC 7518 section 3.4). False for every
    /// algorithm but the curve's.
    package func verify(_ signature: [UInt8], for message: [UInt8], _ algorithm: SignatureAlgorithm) -> Bool {
        guard algorithm == curve.algorithm, signature.count == 2 * curve.coordinateSize else { return false }
        switch key {
        case .p256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .p384(let key):
            guard let signature = try? P384.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .p521(let key):
            guard let signature = try? P521.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        }
    }

    /// The uncompressed point of SEC 1: 4, `x`, `y`.
    var x963Representation: [UInt8] { [4] + x + y }

    /// The members that RFC 7638 hashes, `kty` first.
    package var jwk: JSONObject {
        [
            "kty": "EC", "crv": .string(curve.rawValue), "x": .string(Base64URL.encode(x)), "y": .string(Base64URL.encode(y)),
        ]
    }
}

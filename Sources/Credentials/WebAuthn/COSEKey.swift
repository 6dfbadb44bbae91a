package import AuthorizationServer

/// The public key of a credential (RFC 9052 section 7; WebAuthn section 6.5.1.1): `alg` and the members that its type needs,
/// nothing else. So private members and compressed points have no place.
package struct COSEKey: Sendable {
    package let algorithm: COSEAlgorithm
    private let key: SignatureKey

    private enum Member {
        static let type: CBORKey = 1
        static let algorithm: CBORKey = 3
        /// `crv`; of RSA keys `n`.
        static let first: CBORKey = -1
        /// `x`; of RSA keys `e`.
        static let second: CBORKey = -2
        static let third: CBORKey = -3
    }

    /// Throws `malformed` or `unsupportedAlgorithm`.
    package init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard let map = (try? CBOR.decode(bytes))?.map else { throw .malformed }
        try self.init(map)
    }

    /// Throws `malformed`, also for a point that is not on its curve, or `unsupportedAlgorithm`.
    package init(_ map: CBORMap) throws(WebAuthnError) {
        guard let identifier = map[Member.algorithm]?.integer else { throw .malformed }
        guard let algorithm = COSEAlgorithm(rawValue: identifier) else { throw .unsupportedAlgorithm }
        let key: SignatureKey? =
            switch algorithm {
            case .es256: Self.ellipticCurve(map, curve: 1, coordinateLength: 32, algorithm)
            case .es384: Self.ellipticCurve(map, curve: 2, coordinateLength: 48, algorithm)
            case .es512: Self.ellipticCurve(map, curve: 3, coordinateLength: 66, algorithm)
            case .edDSA: Self.octetKeyPair(map)
            case .rs256: Self.rsa(map)
            }
        guard let key else { throw .malformed }
        (self.algorithm, self.key) = (algorithm, key)
    }

    /// False for a wrong signature and for one that is not in its one spelling.
    package func verify(_ signature: [UInt8], for message: [UInt8]) -> Bool { key.verify(signature, for: message) }

    private static func ellipticCurve(
        _ map: CBORMap, curve: Int64, coordinateLength: Int, _ algorithm: COSEAlgorithm
    ) -> SignatureKey? {
        guard map[Member.type]?.integer == 2, map[Member.first]?.integer == curve, map.entries.count == 5,
            let x = map[Member.second]?.bytes, let y = map[Member.third]?.bytes,
            x.count == coordinateLength, y.count == coordinateLength
        else { return nil }
        return SignatureKey(algorithm, uncompressedPoint: [4] + x + y)
    }

    private static func octetKeyPair(_ map: CBORMap) -> SignatureKey? {
        guard map[Member.type]?.integer == 1, map[Member.first]?.integer == 6, map.entries.count == 4,
            let x = map[Member.second]?.bytes
        else { return nil }
        return SignatureKey(ed25519: x)
    }

    private static func rsa(_ map: CBORMap) -> SignatureKey? {
        guard map[Member.type]?.integer == 3, map.entries.count == 4,
            let modulus = map[Member.first]?.bytes, let exponent = map[Member.second]?.bytes
        else { return nil }
        return SignatureKey(modulus: modulus, exponent: exponent)
    }
}

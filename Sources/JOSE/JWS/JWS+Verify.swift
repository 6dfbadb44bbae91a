import Crypto
package import OAuthProtocol

extension JWS {
    /// Checks a token against our own keys (RFC 7515 section 5.2, RFC 8725). The key decides the algorithm, never the
    /// token; with a `kid` only the key of that name is tried, without one every key of the token's algorithm.
    package static func verify(
        _ compact: String, keys: [VerificationKey], limits: JWSLimits = .standard
    ) throws(JWSError) -> VerifiedJWT {
        let parts = try CompactJWS(compact, limits)
        let named: [VerificationKey]
        if let kid = parts.kid {
            named = keys.filter { $0.kid.isExactly(kid) }
        } else {
            named = keys
        }
        guard !named.isEmpty else { throw .unknownKey }
        let usable = named.filter { $0.algorithm != .hs256 && $0.algorithm.rawValue.isExactly(parts.algorithm) }
        guard !usable.isEmpty else { throw .wrongAlgorithm }
        let isValid = usable.contains { $0.publicKey.verify(parts.signature, for: parts.signingInput, $0.algorithm) }
        guard isValid else { throw .wrongSignature }
        return try parts.verified(limits)
    }

    /// Checks a token that was signed with a client's secret; accepts HS256 and nothing else. An empty secret verifies
    /// nothing.
    package static func verifyHS256(
        _ compact: String, secret: [UInt8], limits: JWSLimits = .standard
    ) throws(JWSError) -> VerifiedJWT {
        let parts = try CompactJWS(compact, limits)
        guard !secret.isEmpty else { throw .unknownKey }
        guard parts.algorithm.isExactly(SignatureAlgorithm.hs256.rawValue) else { throw .wrongAlgorithm }
        // Compares in constant time.
        let isValid = HMAC<SHA256>.isValidAuthenticationCode(
            parts.signature, authenticating: parts.signingInput, using: SymmetricKey(data: secret))
        guard isValid else { throw .wrongSignature }
        return try parts.verified(limits)
    }

    /// The `kid` and `alg` that an unverified token claims, to look a key up by. Nothing else of it may be believed.
    package static func unverifiedHeader(
        _ compact: String, limits: JWSLimits = .standard
    ) throws(JWSError) -> JSONObject { try CompactJWS(compact, limits).header }
}

/// A compact JWS taken apart; its payload stays encoded until the signature is known to be right.
private struct CompactJWS {
    let header: JSONObject
    let algorithm: String
    let kid: String?
    let signingInput: [UInt8]
    let signature: [UInt8]
    private let encodedPayload: ArraySlice<UInt8>

    private static let refusedMembers = ["crit", "b64", "jwk", "jku", "x5u", "x5c"]

    init(_ compact: String, _ limits: JWSLimits) throws(JWSError) {
        guard compact.utf8.count <= limits.maximumBytes else { throw .tooLarge }
        let bytes = Array(compact.utf8)
        let parts = bytes.split(separator: JWS.separator, omittingEmptySubsequences: false)
        guard parts.count == 3, let signature = Base64URL.decode(parts[2]) else { throw .malformed }
        header = try Self.object(parts[0], limits)
        for name in Self.refusedMembers where header[name] != nil { throw .refusedHeader(name) }
        guard let algorithm = header["alg"]?.string else { throw .malformed }
        self.algorithm = algorithm
        switch header["kid"] {
        case nil: kid = nil
        case .string(let text): kid = text
        case .some: throw .malformed
        }
        signingInput = Array(bytes[..<parts[1].endIndex])
        encodedPayload = parts[1]
        self.signature = signature
    }

    func verified(_ limits: JWSLimits) throws(JWSError) -> VerifiedJWT {
        VerifiedJWT(header: header, payload: try Self.object(encodedPayload, limits))
    }

    private static func object(_ encoded: ArraySlice<UInt8>, _ limits: JWSLimits) throws(JWSError) -> JSONObject {
        let json = JSONLimits(maximumBytes: limits.maximumBytes, maximumDepth: limits.maximumDepth)
        guard let bytes = Base64URL.decode(encoded), let object = (try? JSONValue.parse(bytes, limits: json))?.object else {
            throw .malformed
        }
        return object
    }
}

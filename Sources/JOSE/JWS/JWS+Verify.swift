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
        let usable = named.filter { !$0.algorithm.isSymmetric && $0.algorithm.rawValue.isExactly(parts.algorithm) }
        guard !usable.isEmpty else { throw .wrongAlgorithm }
        let isValid = usable.contains { $0.publicKey.verify(parts.signature, for: parts.signingInput, $0.algorithm) }
        guard isValid else { throw .wrongSignature }
        return try parts.verified()
    }

    /// The `kid` and `alg` that an unverified token claims, to look a key up by. Nothing else of it may be believed.
    package static func unverifiedHeader(
        _ compact: String, limits: JWSLimits = .standard
    ) throws(JWSError) -> JSONObject { try CompactJWS(compact, limits).header }

    /// Header and claims that an unverified token has, to look its sender's keys up by. Believe nothing of it.
    package static func unverified(
        _ compact: String, limits: JWSLimits = .standard
    ) throws(JWSError) -> (header: JSONObject, payload: JSONObject) {
        let parts = try CompactJWS(compact, limits)
        return (parts.header, try parts.payload())
    }

    /// Reads a token that says itself that it is not signed: `alg` exactly `none` and an empty signature (RFC 7519 section
    /// 6). For request objects of clients that may send them so; what it says is as good as query parameters.
    package static func unsecured(
        _ compact: String, limits: JWSLimits = .standard
    ) throws(JWSError) -> VerifiedJWT {
        let parts = try CompactJWS(compact, limits)
        guard parts.algorithm.isExactly("none") else { throw .wrongAlgorithm }
        guard parts.signature.isEmpty else { throw .wrongSignature }
        return try parts.verified()
    }
}

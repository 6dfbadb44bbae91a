import OAuthProtocol

extension JWS {
    /// How many keys one token may be tried with: whoever publishes more than that names them.
    private static let maximumTries = 10

    /// Checks a token against a client's keys, of which `kid`, when the token has one, chooses. A key's `alg`, `use` and
    /// `key_ops` bind, and so does `algorithms`, which says what the caller accepts.
    package static func verify(
        _ compact: String, keys: JWKSet, algorithms: Set<SignatureAlgorithm>, limits: JWSLimits = .standard
    ) throws(JWSError) -> VerifiedJWT {
        let parts = try CompactJWS(compact, limits)
        let named: [JWK]
        if let kid = parts.kid {
            named = keys.keys.filter { $0.kid?.isExactly(kid) ?? false }
        } else {
            named = keys.keys
        }
        guard !named.isEmpty else { throw .unknownKey }
        let algorithm = try parts.algorithm(among: algorithms)
        let usable = named.filter { $0.verifies(algorithm) }
        guard !usable.isEmpty else { throw .wrongAlgorithm }
        let isValid = usable.prefix(maximumTries).contains {
            $0.key.verify(parts.signature, for: parts.signingInput, algorithm)
        }
        guard isValid else { throw .wrongSignature }
        return try parts.verified()
    }

    /// Checks a token with the public key in its own header, which proves possession of that key and nothing else: for DPoP
    /// proofs only (RFC 9449 section 4.3). A private or unusable key is `JWSError.unusableKey`.
    package static func verifyEmbedded(
        _ compact: String, algorithms: Set<SignatureAlgorithm>, limits: JWSLimits = .standard
    ) throws(JWSError) -> (VerifiedJWT, JWK) {
        let parts = try CompactJWS(compact, limits, allowsEmbeddedKey: true)
        let algorithm = try parts.algorithm(among: algorithms)
        guard let object = parts.header["jwk"]?.object else { throw .unusableKey }
        let key: JWK
        do { key = try JWK(object) } catch { throw .unusableKey }
        guard key.verifies(algorithm) else { throw .wrongAlgorithm }
        guard key.key.verify(parts.signature, for: parts.signingInput, algorithm) else { throw .wrongSignature }
        return (try parts.verified(), key)
    }
}

extension CompactJWS {
    /// The token's algorithm when it is one of those; never an HMAC, which no public key verifies.
    fileprivate func algorithm(among allowed: Set<SignatureAlgorithm>) throws(JWSError) -> SignatureAlgorithm {
        guard let algorithm = SignatureAlgorithm(exactly: algorithm), !algorithm.isSymmetric, allowed.contains(algorithm) else {
            throw .wrongAlgorithm
        }
        return algorithm
    }
}

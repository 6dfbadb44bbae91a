import Crypto
package import OAuthProtocol

/// Tokens under a secret that both sides know (RFC 7518 section 3.2): a client's or an API's (contract 2.1).
extension JWS {
    /// Signs `payload` under `{"alg","typ"}` and, when given, `"kid"`. Throws `KeyError.wrongAlgorithm` when the algorithm is
    /// no HMAC.
    package static func signHMAC(
        typ: String?, payload: JSONObject, secret: [UInt8], algorithm: SignatureAlgorithm, kid: String? = nil
    ) throws(KeyError) -> String {
        let input = signingInput(header(algorithm, typ: typ, kid: kid), payload)
        let key = SymmetricKey(data: secret)
        let code: [UInt8] =
            switch algorithm {
            case .hs256: Array(HMAC<SHA256>.authenticationCode(for: input, using: key))
            case .hs384: Array(HMAC<SHA384>.authenticationCode(for: input, using: key))
            case .hs512: Array(HMAC<SHA512>.authenticationCode(for: input, using: key))
            case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA: throw .wrongAlgorithm
            }
        return Self.compact(input, signature: code)
    }

    /// As `signHMAC` with HS256, which cannot fail.
    package static func signHS256(typ: String, payload: JSONObject, secret: [UInt8], kid: String? = nil) -> String {
        let input = signingInput(header(.hs256, typ: typ, kid: kid), payload)
        let code = HMAC<SHA256>.authenticationCode(for: input, using: SymmetricKey(data: secret))
        return compact(input, signature: Array(code))
    }

    /// Checks a token that was signed with a secret, under one of `algorithms` and an HMAC in any case. An empty secret
    /// verifies nothing.
    package static func verifyHMAC(
        _ compact: String, secret: [UInt8], algorithms: Set<SignatureAlgorithm>, limits: JWSLimits = .standard
    ) throws(JWSError) -> VerifiedJWT {
        let parts = try CompactJWS(compact, limits)
        guard !secret.isEmpty else { throw .unknownKey }
        guard let algorithm = SignatureAlgorithm(exactly: parts.algorithm), algorithm.isSymmetric,
            algorithms.contains(algorithm)
        else { throw .wrongAlgorithm }
        guard isValid(parts, SymmetricKey(data: secret), algorithm) else { throw .wrongSignature }
        return try parts.verified()
    }

    /// Checks a token that was signed with a client's secret; accepts HS256 and nothing else. An empty secret verifies
    /// nothing.
    package static func verifyHS256(
        _ compact: String, secret: [UInt8], limits: JWSLimits = .standard
    ) throws(JWSError) -> VerifiedJWT { try verifyHMAC(compact, secret: secret, algorithms: [.hs256], limits: limits) }

    /// Each comparison takes the same time wherever the codes differ.
    private static func isValid(_ parts: CompactJWS, _ key: SymmetricKey, _ algorithm: SignatureAlgorithm) -> Bool {
        let (code, input) = (parts.signature, parts.signingInput)
        return switch algorithm {
        case .hs256: HMAC<SHA256>.isValidAuthenticationCode(code, authenticating: input, using: key)
        case .hs384: HMAC<SHA384>.isValidAuthenticationCode(code, authenticating: input, using: key)
        case .hs512: HMAC<SHA512>.isValidAuthenticationCode(code, authenticating: input, using: key)
        case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512, .es256, .es384, .es512, .edDSA: false
        }
    }
}

import Crypto
package import OAuthProtocol

/// JSON Web Signature in compact serialization (RFC 7515 section 7.1), as every token of ours is written.
package enum JWS {
    static let separator = UInt8(ascii: ".")

    /// Signs `payload` under a header `{"alg","typ","kid"}`, in this order. Throws only when libcrypto fails or the key is
    /// not for signing tokens.
    package static func sign(typ: String, payload: JSONObject, with key: SigningKey) throws -> String {
        let input = signingInput(header(key.algorithm, typ: typ, kid: key.kid), payload)
        return compact(input, signature: try key.privateKey.sign(input, key.algorithm))
    }

    /// Signs `payload` with HMAC SHA-256 under `{"alg","typ"}` and, when given, `"kid"` (RFC 7518 section 3.2). The secret is
    /// a client's (contract 2.1).
    package static func signHS256(typ: String, payload: JSONObject, secret: [UInt8], kid: String? = nil) -> String {
        let input = signingInput(header(.hs256, typ: typ, kid: kid), payload)
        let code = HMAC<SHA256>.authenticationCode(for: input, using: SymmetricKey(data: secret))
        return compact(input, signature: Array(code))
    }

    private static func header(_ algorithm: SignatureAlgorithm, typ: String, kid: String?) -> JSONObject {
        var header = JSONObject()
        header.append("alg", .string(algorithm.rawValue))
        header.append("typ", .string(typ))
        if let kid { header.append("kid", .string(kid)) }
        return header
    }

    private static func signingInput(_ header: JSONObject, _ payload: JSONObject) -> [UInt8] {
        let payload = payload.serialized
        var input: [UInt8] = []
        // Room for the signature too, so that nothing is copied again.
        input.reserveCapacity(payload.count * 4 / 3 + 600)
        Base64URL.encode(header.serialized, appendingTo: &input)
        input.append(separator)
        Base64URL.encode(payload, appendingTo: &input)
        return input
    }

    private static func compact(_ input: consuming [UInt8], signature: [UInt8]) -> String {
        input.append(separator)
        Base64URL.encode(signature, appendingTo: &input)
        return String(decoding: input, as: UTF8.self)
    }
}

package import OAuthProtocol

/// JSON Web Signature in compact serialization (RFC 7515 section 7.1), as every token of ours is written.
package enum JWS {
    static let separator = UInt8(ascii: ".")

    /// Signs `payload` under a header `{"alg","typ","kid"}`, in this order, with the key's algorithm; without `typ` when that
    /// is `nil`. Throws only when libcrypto fails or the algorithm is not for the key.
    package static func sign(typ: String?, payload: JSONObject, with key: SigningKey) throws -> String {
        let input = signingInput(header(key.algorithm, typ: typ, kid: key.kid), payload)
        return compact(input, signature: try key.privateKey.sign(input, key.algorithm))
    }

    static func header(_ algorithm: SignatureAlgorithm, typ: String?, kid: String?) -> JSONObject {
        var header = JSONObject()
        header.append("alg", .string(algorithm.rawValue))
        if let typ { header.append("typ", .string(typ)) }
        if let kid { header.append("kid", .string(kid)) }
        return header
    }

    static func signingInput(_ header: JSONObject, _ payload: JSONObject) -> [UInt8] {
        let payload = payload.serialized
        var input: [UInt8] = []
        // Room for the signature too, so that nothing is copied again.
        input.reserveCapacity(payload.count * 4 / 3 + 600)
        Base64URL.encode(header.serialized, appendingTo: &input)
        input.append(separator)
        Base64URL.encode(payload, appendingTo: &input)
        return input
    }

    static func compact(_ input: consuming [UInt8], signature: [UInt8]) -> String {
        input.append(separator)
        Base64URL.encode(signature, appendingTo: &input)
        return String(decoding: input, as: UTF8.self)
    }
}

import JOSE
import OAuthProtocol

/// Keys that are new in every process: nothing in a corpus was made with them.
enum Keys {
    static let es256 = signing(.es256)
    static let edDSA = signing(.edDSA)
    static let rs256 = signing(.rs256)
    static let secret = Array("a secret that nobody else knows, of more than sixty-four bytes in all".utf8)

    /// The public halves, as a client registers them.
    static let set = JWKSet(keys: [es256, edDSA, rs256].map { registered($0.jwk) })

    static func registered(_ json: JSONObject) -> JWK {
        guard let key = try? JWK(json) else { preconditionFailure("a key of ours can be registered") }
        return key
    }

    /// A compact JWS of exactly this header and payload.
    static func sign(_ header: [UInt8], _ payload: [UInt8], with key: SigningKey) -> String {
        let input = Base64URL.encode(header) + "." + Base64URL.encode(payload)
        guard let signature = try? key.privateKey.sign(Array(input.utf8), key.algorithm) else {
            preconditionFailure("our keys sign")
        }
        return input + "." + Base64URL.encode(signature)
    }

    private static func signing(_ algorithm: SignatureAlgorithm) -> SigningKey {
        guard let key = try? PrivateKey.generate(for: algorithm) else { preconditionFailure("keys can be made") }
        return SigningKey(kid: algorithm.rawValue, algorithm: algorithm, privateKey: key, certificate: [])
    }
}

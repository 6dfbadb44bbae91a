import Crypto
import OAuthProtocol

/// JSON Web Encryption in compact serialization (RFC 7516).
package enum JWE {
    /// Encrypts to a client's key, under `{"alg","enc"}` with the key's `kid` and, when given, `cty`, which is `JWT` for a
    /// nested token (RFC 7519 section 5.2). Throws `KeyError.wrongAlgorithm` when `alg` is not for this kind of key, or the
    /// key is for signatures.
    package static func encrypt(
        _ plaintext: [UInt8], to key: JWK, alg: KeyManagementAlgorithm, enc: ContentEncryption, cty: String? = nil
    ) throws -> String {
        guard alg.works(with: key.key), key.use != "sig" else { throw KeyError.wrongAlgorithm }
        var header: JSONObject = ["alg": .string(alg.rawValue), "enc": .string(enc.rawValue)]
        if let kid = key.kid { header.append("kid", .string(kid)) }
        if let cty { header.append("cty", .string(cty)) }
        let chosen: ChosenKey
        switch key.key {
        case .rsa(let key): chosen = try .random(for: enc, wrappedFor: key, alg)
        case .ec(let key):
            let ephemeral = try ECPrivateKey.generate(key.curve)
            header.append("epk", .object(ephemeral.publicKey.jwk))
            chosen = try .agreed(try ephemeral.sharedSecret(with: key), alg, enc)
        case .ed25519: throw KeyError.wrongAlgorithm
        }
        return try compact(header, chosen, plaintext, enc)
    }

    private static func compact(
        _ header: JSONObject, _ key: ChosenKey, _ plaintext: [UInt8], _ enc: ContentEncryption
    ) throws -> String {
        let encodedHeader = Base64URL.encode(header.serialized)
        let content = try enc.seal(
            plaintext, key: key.contentKey, iv: randomBytes(enc.ivSize), authenticating: Array(encodedHeader.utf8))
        let others = [key.encrypted, content.iv, content.ciphertext, content.tag].map { Base64URL.encode($0) }
        return ([encodedHeader] + others).joined(separator: ".")
    }
}

/// The key of one message and the form in which the recipient gets it.
private struct ChosenKey {
    let contentKey: [UInt8]
    let encrypted: [UInt8]

    static func random(
        for enc: ContentEncryption, wrappedFor key: RSAPublicKey, _ alg: KeyManagementAlgorithm
    ) throws -> ChosenKey {
        guard let digest = alg.oaepDigest else { throw KeyError.wrongAlgorithm }
        let contentKey = randomBytes(enc.keySize)
        return ChosenKey(contentKey: contentKey, encrypted: try RSAOAEP.encrypt(contentKey, to: key.key, digest))
    }

    static func agreed(_ secret: [UInt8], _ alg: KeyManagementAlgorithm, _ enc: ContentEncryption) throws -> ChosenKey {
        guard let size = alg.wrappingKeySize else {
            let contentKey = ConcatKDF.deriveKey(secret, count: enc.keySize, algorithm: enc.rawValue)
            return ChosenKey(contentKey: contentKey, encrypted: [])
        }
        let contentKey = randomBytes(enc.keySize)
        let wrappingKey = ConcatKDF.deriveKey(secret, count: size, algorithm: alg.rawValue)
        return ChosenKey(contentKey: contentKey, encrypted: try AESKeyWrap.wrap(contentKey, with: wrappingKey))
    }
}

/// From the operating system's source, as every key.
func randomBytes(_ count: Int) -> [UInt8] {
    SymmetricKey(size: SymmetricKeySize(bitCount: count * 8)).withUnsafeBytes { Array($0) }
}

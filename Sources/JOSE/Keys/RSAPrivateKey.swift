import CLibCrypto
package import OAuthProtocol

/// An RSA key pair that signs and decrypts. Safe and without waiting for any number of tasks at once; one RS256 signature
/// with 2048 bits costs a quarter of a millisecond of CPU, so it is made inline.
package final class RSAPrivateKey: Sendable {
    package let publicKey: RSAPublicKey
    /// The key as PKCS #8 `PrivateKeyInfo` (RFC 5208) in DER, to be sealed and stored.
    package let pkcs8DER: SecretBytes
    let key: EVPKey
    private let contexts: RSASignatureContexts

    init(_ key: EVPKey, pkcs8DER: [UInt8]) throws {
        guard key.kind == .rsa else { throw KeyError.malformed }
        try RSAKeySize.check(key.bits)
        self.key = key
        self.pkcs8DER = SecretBytes(pkcs8DER)
        publicKey = try RSAPublicKey(
            modulus: key.number(OSSL_PKEY_PARAM_RSA_N), exponent: key.number(OSSL_PKEY_PARAM_RSA_E))
        contexts = RSASignatureContexts(.sign, key: key)
    }

    /// Makes a new key pair from libcrypto's random source. Takes a tenth of a second to a second for 2048 bits: not for
    /// an event loop. Throws `KeyError.unsupportedSize`.
    package static func generate(bits: Int = 2048) throws -> RSAPrivateKey {
        try RSAKeySize.check(bits)
        let context = try check(EVP_PKEY_CTX_new_from_name(nil, "RSA", nil), "EVP_PKEY_CTX_new_from_name")
        defer { EVP_PKEY_CTX_free(context) }
        try check(EVP_PKEY_keygen_init(context), "EVP_PKEY_keygen_init")
        try check(EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(bits)), "EVP_PKEY_CTX_set_rsa_keygen_bits")
        var generated: OpaquePointer?
        try check(EVP_PKEY_generate(context, &generated), "EVP_PKEY_generate")
        let key = EVPKey(owning: try check(generated, "EVP_PKEY_generate"))
        return try RSAPrivateKey(key, pkcs8DER: serialize(key))
    }

    /// Reads what `pkcs8DER` wrote. Throws `KeyError` for anything but one whole RSA key of usable size.
    package convenience init(pkcs8DER: [UInt8]) throws {
        try self.init(EVPKey(pkcs8DER: pkcs8DER), pkcs8DER: pkcs8DER)
    }

    private static func serialize(_ key: EVPKey) throws(LibCryptoError) -> [UInt8] {
        let info = try check(EVP_PKEY2PKCS8(key.pointer), "EVP_PKEY2PKCS8")
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return try derBytes("i2d_PKCS8_PRIV_KEY_INFO") { i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
    }

    /// Signs with RSASSA-PKCS1-v1_5 or RSASSA-PSS (RFC 7518 sections 3.3, 3.5). Throws `KeyError.wrongAlgorithm` for any
    /// other algorithm.
    package func sign(_ message: [UInt8], _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        guard let context = try contexts.context(for: algorithm) else { throw KeyError.wrongAlgorithm }
        return try context.sign(message)
    }
}

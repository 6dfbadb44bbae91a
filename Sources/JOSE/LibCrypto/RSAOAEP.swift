import CLibCrypto

/// RSAES-OAEP with one digest for the label and for MGF1, and no label (RFC 7518 section 4.3, RFC 8017 section 7.1).
enum RSAOAEP {
    static func encrypt(
        _ plaintext: [UInt8], to key: EVPKey, _ digest: MessageDigest
    ) throws(LibCryptoError) -> [UInt8] {
        let context = try makeContext(key, digest) { EVP_PKEY_encrypt_init($0) }
        defer { EVP_PKEY_CTX_free(context) }
        var count = Int(EVP_PKEY_get_size(key.pointer))
        var output = [UInt8](repeating: 0, count: count)
        try check(EVP_PKEY_encrypt(context, &output, &count, plaintext, plaintext.count), "EVP_PKEY_encrypt")
        return Array(output.prefix(count))
    }

    /// `nil` for whatever reason: the caller goes on as if it had succeeded.
    static func decrypt(_ ciphertext: [UInt8], with key: EVPKey, _ digest: MessageDigest) -> [UInt8]? {
        guard ciphertext.count == Int(EVP_PKEY_get_size(key.pointer)),
            let context = try? makeContext(key, digest, { EVP_PKEY_decrypt_init($0) })
        else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var count = ciphertext.count
        var output = [UInt8](repeating: 0, count: count)
        let result = EVP_PKEY_decrypt(context, &output, &count, ciphertext, ciphertext.count)
        ERR_clear_error()
        return result == 1 ? Array(output.prefix(count)) : nil
    }

    private static func makeContext(
        _ key: EVPKey, _ digest: MessageDigest, _ start: (OpaquePointer) -> Int32
    ) throws(LibCryptoError) -> OpaquePointer {
        let context = try check(EVP_PKEY_CTX_new(key.pointer, nil), "EVP_PKEY_CTX_new")
        let isReady =
            start(context) == 1 && EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1
            && EVP_PKEY_CTX_set_rsa_oaep_md(context, digest.pointer) == 1
            && EVP_PKEY_CTX_set_rsa_mgf1_md(context, digest.pointer) == 1
        guard isReady else {
            EVP_PKEY_CTX_free(context)
            throw LibCryptoError("RSAES-OAEP")
        }
        return context
    }
}

import CLibCrypto

/// AES-128 in CBC mode with PKCS #7 padding. Authenticates nothing: decrypt only what was authenticated before.
enum AESCBC {
    /// `key` and `iv` have 16 bytes each.
    static func encrypt(_ plaintext: [UInt8], key: [UInt8], iv: [UInt8]) throws(LibCryptoError) -> [UInt8] {
        let context = try check(EVP_CIPHER_CTX_new(), "EVP_CIPHER_CTX_new")
        defer { EVP_CIPHER_CTX_free(context) }
        try check(EVP_EncryptInit_ex(context, EVP_aes_128_cbc(), nil, key, iv), "EVP_EncryptInit_ex")
        var output = [UInt8](repeating: 0, count: plaintext.count + 16)
        var (count, rest): (Int32, Int32) = (0, 0)
        try check(EVP_EncryptUpdate(context, &output, &count, plaintext, Int32(plaintext.count)), "EVP_EncryptUpdate")
        let result = output.withUnsafeMutableBufferPointer { buffer in
            EVP_EncryptFinal_ex(context, buffer.baseAddress.map { $0 + Int(count) }, &rest)
        }
        try check(result, "EVP_EncryptFinal_ex")
        return Array(output.prefix(Int(count + rest)))
    }

    /// `nil` when the ciphertext is not whole blocks or its padding is wrong.
    static func decrypt(_ ciphertext: [UInt8], key: [UInt8], iv: [UInt8]) -> [UInt8]? {
        guard !ciphertext.isEmpty, ciphertext.count % 16 == 0, let context = EVP_CIPHER_CTX_new() else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: ciphertext.count + 16)
        var (count, rest): (Int32, Int32) = (0, 0)
        guard EVP_DecryptInit_ex(context, EVP_aes_128_cbc(), nil, key, iv) == 1,
            EVP_DecryptUpdate(context, &output, &count, ciphertext, Int32(ciphertext.count)) == 1
        else { return nil }
        let result = output.withUnsafeMutableBufferPointer { buffer in
            EVP_DecryptFinal_ex(context, buffer.baseAddress.map { $0 + Int(count) }, &rest)
        }
        if result != 1 { ERR_clear_error() }
        return result == 1 ? Array(output.prefix(Int(count + rest))) : nil
    }
}

/// Compares in a time that does not depend on where the bytes differ.
func isSameInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}

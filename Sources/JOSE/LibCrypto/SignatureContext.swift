import CLibCrypto

/// A libcrypto signing or verifying operation that is set up once and copied for every use: copying is ten times
/// cheaper than setting up, and unlike it takes no process-wide lock.
///
/// Sendable although the compiler cannot see it: after `init` the context is only the source of `EVP_MD_CTX_copy_ex`,
/// which takes it as `const`, reads it and counts references with atomics. Every use works on its own copy.
final class SignatureContext: @unchecked Sendable {
    enum Purpose: Sendable { case sign, verify }

    private let template: OpaquePointer
    private let signatureSize: Int
    /// Keeps the key alive as long as its context.
    private let key: EVPKey

    init(_ purpose: Purpose, key: EVPKey, scheme: RSASignatureScheme) throws(LibCryptoError) {
        let context = try check(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        do throws(LibCryptoError) {
            try scheme.setUp(context, purpose, key)
        } catch {
            EVP_MD_CTX_free(context)
            throw error
        }
        template = context
        signatureSize = Int(EVP_PKEY_get_size(key.pointer))
        self.key = key
    }

    deinit { EVP_MD_CTX_free(template) }

    func sign(_ message: [UInt8]) throws(LibCryptoError) -> [UInt8] {
        let context = try copy()
        defer { EVP_MD_CTX_free(context) }
        var result: Int32 = 0
        let signature = [UInt8](unsafeUninitializedCapacity: signatureSize) { buffer, initialized in
            var count = buffer.count
            result = EVP_DigestSign(context, buffer.baseAddress, &count, message, message.count)
            initialized = result == 1 ? count : 0
        }
        try check(result, "EVP_DigestSign")
        return signature
    }

    func verify(_ signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == signatureSize, let context = try? copy() else { return false }
        defer { EVP_MD_CTX_free(context) }
        let isValid = EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        if !isValid { ERR_clear_error() }
        return isValid
    }

    private func copy() throws(LibCryptoError) -> OpaquePointer {
        let context = try check(EVP_MD_CTX_new(), "EVP_MD_CTX_new")
        guard EVP_MD_CTX_copy_ex(context, template) == 1 else {
            EVP_MD_CTX_free(context)
            throw LibCryptoError("EVP_MD_CTX_copy_ex")
        }
        return context
    }
}

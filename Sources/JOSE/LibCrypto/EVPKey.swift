import CLibCrypto

/// Owns one `EVP_PKEY`.
///
/// Sendable although the compiler cannot see it: the key is complete when `init` returns and is never changed by us
/// again; what libcrypto changes inside (reference counts, the provider's copy, RSA blinding) it guards with atomics and
/// its own locks, and it documents one `EVP_PKEY` as usable from several threads (openssl-threads(7)).
final class EVPKey: @unchecked Sendable {
    let pointer: OpaquePointer

    /// Takes over the caller's reference.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    var isRSA: Bool { EVP_PKEY_get_base_id(pointer) == EVP_PKEY_RSA }
    var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    /// A number among the key's parameters, big-endian without leading zeros.
    func number(_ parameter: String) throws(LibCryptoError) -> [UInt8] {
        var number: OpaquePointer?
        try check(EVP_PKEY_get_bn_param(pointer, parameter, &number), "EVP_PKEY_get_bn_param")
        defer { BN_free(number) }
        let count = (Int(BN_num_bits(number)) + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = Int(BN_bn2bin(number, buffer.baseAddress))
        }
    }
}

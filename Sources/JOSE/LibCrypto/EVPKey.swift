import CLibCrypto

/// Owns one `EVP_PKEY`.
///
/// Sendable although the compiler cannot see it: the key is complete when `init` returns and is never changed by us
/// again; what libcrypto changes inside (reference counts, the provider's copy, RSA blinding) it guards with atomics and
/// its own locks, and it documents one `EVP_PKEY` as usable from several threads (openssl-threads(7)).
final class EVPKey: @unchecked Sendable {
    enum Kind { case rsa, ec, ed25519, other }

    let pointer: OpaquePointer

    /// Takes over the caller's reference.
    init(owning pointer: OpaquePointer) { self.pointer = pointer }

    /// Reads one whole PKCS #8 `PrivateKeyInfo` (RFC 5208) of any kind.
    convenience init(pkcs8DER der: [UInt8]) throws(KeyError) {
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let info = d2i_PKCS8_PRIV_KEY_INFO(nil, &cursor, buffer.count) else { return nil }
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            let isWhole = cursor == buffer.baseAddress.map { $0 + buffer.count }
            return isWhole ? EVP_PKCS82PKEY(info) : nil
        }
        guard let parsed else {
            ERR_clear_error()
            throw .malformed
        }
        self.init(owning: parsed)
    }

    deinit { EVP_PKEY_free(pointer) }

    var kind: Kind {
        switch EVP_PKEY_get_base_id(pointer) {
        case EVP_PKEY_RSA: .rsa
        case EVP_PKEY_EC: .ec
        case EVP_PKEY_ED25519: .ed25519
        default: .other
        }
    }

    var bits: Int { Int(EVP_PKEY_get_bits(pointer)) }

    /// A number among the key's parameters, big-endian without leading zeros.
    func number(_ parameter: String) throws(LibCryptoError) -> [UInt8] {
        var number: OpaquePointer?
        try check(EVP_PKEY_get_bn_param(pointer, parameter, &number), "EVP_PKEY_get_bn_param")
        defer { BN_clear_free(number) }
        let count = (Int(BN_num_bits(number)) + 7) / 8
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            initialized = Int(BN_bn2bin(number, buffer.baseAddress))
        }
    }

    /// A number among the key's parameters, big-endian and filled up with zeros to `count` bytes. Throws
    /// `KeyError.malformed` when it is longer.
    func number(_ parameter: String, count: Int) throws -> [UInt8] {
        let digits = try number(parameter)
        guard digits.count <= count else { throw KeyError.malformed }
        return [UInt8](repeating: 0, count: count - digits.count) + digits
    }

    /// The name of an EC key's curve as libcrypto spells it; `nil` when it has none.
    var groupName: String? {
        var buffer = [CChar](repeating: 0, count: 80)
        var count = 0
        guard EVP_PKEY_get_group_name(pointer, &buffer, buffer.count, &count) == 1 else {
            ERR_clear_error()
            return nil
        }
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The bytes of an Ed25519 key: the point, or the private seed.
    func rawKey(_ half: KeyHalf) throws(LibCryptoError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 32)
        var count = bytes.count
        switch half {
        case .publicHalf: try check(EVP_PKEY_get_raw_public_key(pointer, &bytes, &count), "EVP_PKEY_get_raw_public_key")
        case .privateHalf: try check(EVP_PKEY_get_raw_private_key(pointer, &bytes, &count), "EVP_PKEY_get_raw_private_key")
        }
        return Array(bytes.prefix(count))
    }

    enum KeyHalf { case publicHalf, privateHalf }
}

import Crypto

/// AES Key Wrap with the default initial value (RFC 3394, RFC 7518 section 4.4).
package enum AESKeyWrap {
    /// Throws when a key has a length that AES does not know.
    package static func wrap(_ key: [UInt8], with wrappingKey: [UInt8]) throws -> [UInt8] {
        Array(try AES.KeyWrap.wrap(SymmetricKey(data: key), using: SymmetricKey(data: wrappingKey)))
    }

    /// `nil` when the wrapped key was not made with this key.
    package static func unwrap(_ wrapped: [UInt8], with wrappingKey: [UInt8]) -> [UInt8]? {
        guard wrapped.count >= 24, wrapped.count % 8 == 0 else { return nil }
        let key = try? AES.KeyWrap.unwrap(wrapped, using: SymmetricKey(data: wrappingKey))
        return key?.withUnsafeBytes { Array($0) }
    }
}

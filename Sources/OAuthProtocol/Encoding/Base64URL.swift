/// base64url without padding (RFC 4648 section 5, RFC 7515 section 2): the spelling of everything inside a JOSE object.
package enum Base64URL {
    private static let codec = Base64Codec(extra: "-_", isPadded: false)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.withContiguousBytes(codec.encodeToString)
    }

    /// Appends the encoding of `bytes` to `output` without making a string of it.
    package static func encode(_ bytes: [UInt8], appendingTo output: inout [UInt8]) {
        let count = codec.encodedCount(of: bytes.count)
        let encoded = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            bytes.withUnsafeBufferPointer { codec.encode($0, into: buffer) }
            initialized = count
        }
        output.append(contentsOf: encoded)
    }

    /// Strict: `nil` for foreign characters, padding and non-zero trailing bits.
    package static func decode(_ text: String) -> [UInt8]? { text.utf8.withContiguousBytes(codec.decode) }

    /// As `decode(_: String)`, from ASCII bytes.
    package static func decode(_ ascii: some Sequence<UInt8>) -> [UInt8]? { ascii.withContiguousBytes(codec.decode) }
}

/// base64 with padding (RFC 4648 section 4): `Authorization: Basic` and `x5c`.
package enum Base64 {
    private static let codec = Base64Codec(extra: "+/", isPadded: true)

    package static func encode(_ bytes: some Sequence<UInt8>) -> String {
        bytes.withContiguousBytes(codec.encodeToString)
    }

    /// Strict: `nil` for foreign characters, wrong padding and non-zero trailing bits.
    package static func decode(_ text: String) -> [UInt8]? { text.utf8.withContiguousBytes(codec.decode) }
}

import Crypto

/// SHA-256 of a high-entropy secret (code, session cookie, transaction state): what rows are found by. A database leak
/// yields no usable secret. Low-entropy codes must not be kept this way.
package struct TokenHash: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    package init(of secret: String) { bytes = Array(SHA256.hash(data: Array(secret.utf8))) }

    /// `nil` unless there are 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == SHA256.byteCount else { return nil }
        self.bytes = bytes
    }
}

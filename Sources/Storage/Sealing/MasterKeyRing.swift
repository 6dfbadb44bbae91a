package import Crypto
package import OAuthProtocol

/// The master keys: one seals, all open. Every sealed value and every refresh-token family names its key, so that keys
/// rotate without signing anybody out (architecture section 5).
package struct MasterKeyRing: Sendable {
    package struct Key: Sendable {
        /// Eight hexadecimal digits derived from the key, safe to store and print.
        package let id: String
        package let key: SymmetricKey
        /// For message authentication codes alone, derived once: HKDF costs more than the code itself. Whoever uses it begins
        /// the message with a label of its own, so that no code is good for another purpose.
        package let authenticationKey: SymmetricKey

        /// `nil` unless there are 32 bytes.
        package init?(bytes: [UInt8]) {
            guard bytes.count == 32 else { return nil }
            key = SymmetricKey(data: bytes)
            authenticationKey = HKDF<SHA256>.deriveKey(
                inputKeyMaterial: key, info: Array("martlet authentication key v1".utf8), outputByteCount: 32)
            let digest = SHA256.hash(data: Array("martlet master key id".utf8) + bytes)
            id = digest.prefix(4).map { byte in
                let digits = String(byte, radix: 16)
                return digits.utf8.count == 1 ? "0\(digits)" : digits
            }.joined()
        }
    }

    /// Seals from now on.
    package let current: Key
    private let keys: [String: Key]

    package init(current: Key, older: [Key] = []) {
        self.current = current
        var all = Dictionary(older.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        all[current.id] = current
        keys = all
    }

    package func key(_ id: String) -> Key? { keys[id] }

    /// Every key, the current one first: nodes that were not yet told of a new current key make codes under an older one.
    package var all: [Key] { [current] + keys.values.filter { $0.id != current.id }.sorted { $0.id < $1.id } }

    /// Seals bytes with AES-256-GCM. `context` (table, tenant, record id) is authenticated: a sealed value moved to
    /// another row does not open.
    package func seal(_ plain: SecretBytes, context: String) throws -> SealedValue {
        let box = try AES.GCM.seal(plain.revealed, using: current.key, authenticating: Array(context.utf8))
        guard let combined = box.combined else { throw SealingError.failed }
        return SealedValue(keyID: current.id, bytes: Array(combined))
    }

    /// Throws `SealingError.unknownKey` when the ring lacks the key, `.failed` when the value or its context was changed.
    package func open(_ sealed: SealedValue, context: String) throws -> SecretBytes {
        guard let key = keys[sealed.keyID] else { throw SealingError.unknownKey(sealed.keyID) }
        do {
            let box = try AES.GCM.SealedBox(combined: sealed.bytes)
            return SecretBytes(Array(try AES.GCM.open(box, using: key.key, authenticating: Array(context.utf8))))
        } catch {
            throw SealingError.failed
        }
    }

    /// A key for one purpose, derived by HKDF-SHA-256 (RFC 5869) from a master key. `nil` when the ring lacks the key.
    package func derivedKey(id: String, salt: [UInt8], purpose: String) -> SymmetricKey? {
        guard let key = keys[id] else { return nil }
        return HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key.key, salt: salt, info: Array(purpose.utf8), outputByteCount: 32)
    }
}

/// Bytes sealed under a named master key: nonce, ciphertext and tag.
package struct SealedValue: Sendable, Equatable {
    package var keyID: String
    package var bytes: [UInt8]

    package init(keyID: String, bytes: [UInt8]) { (self.keyID, self.bytes) = (keyID, bytes) }
}

package enum SealingError: Error, Sendable, Equatable {
    case unknownKey(String)
    case failed
}

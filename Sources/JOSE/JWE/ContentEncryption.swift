import Crypto

/// The `enc` values of a JWE that we use (RFC 7518 section 5.1).
package enum ContentEncryption: String, Sendable, Codable, CaseIterable {
    case a128GCM = "A128GCM"
    case a256GCM = "A256GCM"
    case a128CBCHS256 = "A128CBC-HS256"

    /// Bytes of the content encryption key.
    package var keySize: Int {
        switch self {
        case .a128GCM: 16
        case .a256GCM, .a128CBCHS256: 32
        }
    }

    /// Bytes of the initialization vector.
    package var ivSize: Int {
        switch self {
        case .a128GCM, .a256GCM: 12
        case .a128CBCHS256: 16
        }
    }

    /// Encrypts `plaintext` and authenticates it together with `authenticated`. `iv` must never be used twice with one key.
    /// Throws `KeyError.malformed` for a key or vector of the wrong length.
    package func seal(
        _ plaintext: [UInt8], key: [UInt8], iv: [UInt8], authenticating authenticated: [UInt8]
    ) throws -> SealedContent {
        guard key.count == keySize, iv.count == ivSize else { throw KeyError.malformed }
        switch self {
        case .a128GCM, .a256GCM:
            let box = try AES.GCM.seal(
                plaintext, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: iv), authenticating: authenticated)
            return SealedContent(iv: iv, ciphertext: Array(box.ciphertext), tag: Array(box.tag))
        case .a128CBCHS256:
            let keys = CBCAndHMACKeys(key)
            let ciphertext = try AESCBC.encrypt(plaintext, key: keys.encryption, iv: iv)
            let tag = keys.tag(iv: iv, ciphertext: ciphertext, authenticated: authenticated)
            return SealedContent(iv: iv, ciphertext: ciphertext, tag: tag)
        }
    }

    /// `nil` when anything about the content is wrong. The tag is compared in constant time, and nothing is decrypted before.
    package func open(_ content: SealedContent, key: [UInt8], authenticating authenticated: [UInt8]) -> [UInt8]? {
        guard key.count == keySize, content.iv.count == ivSize, content.tag.count == 16 else { return nil }
        switch self {
        case .a128GCM, .a256GCM:
            guard let nonce = try? AES.GCM.Nonce(data: content.iv),
                let box = try? AES.GCM.SealedBox(nonce: nonce, ciphertext: content.ciphertext, tag: content.tag)
            else { return nil }
            let plaintext = try? AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: authenticated)
            return plaintext.map { Array($0) }
        case .a128CBCHS256:
            let keys = CBCAndHMACKeys(key)
            let tag = keys.tag(iv: content.iv, ciphertext: content.ciphertext, authenticated: authenticated)
            guard isSameInConstantTime(tag, content.tag) else { return nil }
            return AESCBC.decrypt(content.ciphertext, key: keys.encryption, iv: content.iv)
        }
    }
}

/// What authenticated encryption makes of a plaintext.
package struct SealedContent: Sendable, Equatable {
    package var iv: [UInt8]
    package var ciphertext: [UInt8]
    package var tag: [UInt8]

    package init(iv: [UInt8], ciphertext: [UInt8], tag: [UInt8]) {
        (self.iv, self.ciphertext, self.tag) = (iv, ciphertext, tag)
    }
}

/// The two halves of an A128CBC-HS256 key (RFC 7518 section 5.2.2.1): the first authenticates, the second encrypts.
private struct CBCAndHMACKeys {
    let encryption: [UInt8]
    private let authentication: SymmetricKey

    init(_ key: [UInt8]) {
        authentication = SymmetricKey(data: key.prefix(16))
        encryption = Array(key.suffix(16))
    }

    func tag(iv: [UInt8], ciphertext: [UInt8], authenticated: [UInt8]) -> [UInt8] {
        var code = HMAC<SHA256>(key: authentication)
        code.update(data: authenticated)
        code.update(data: iv)
        code.update(data: ciphertext)
        code.update(data: bigEndianBytes(UInt64(authenticated.count) * 8))
        return Array(Array(code.finalize()).prefix(16))
    }
}

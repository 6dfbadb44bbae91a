import OAuthProtocol

extension JWE {
    /// How many keys one message may be tried with.
    private static let maximumTries = 4

    /// Decrypts a message to one of our keys; a `kid` chooses among them, and a key without one is for any message. Whatever
    /// is wrong behind the header ends in the same `JWEError.undecryptable`, after the same work: a key that cannot be
    /// unwrapped is replaced by a random one (RFC 7516 section 11.5).
    package static func decrypt(
        _ compact: String, with keys: [DecryptionKey],
        algorithms: Set<KeyManagementAlgorithm> = Set(KeyManagementAlgorithm.allCases),
        encryptions: Set<ContentEncryption> = Set(ContentEncryption.allCases), limits: JWELimits = .standard
    ) throws(JWEError) -> DecryptedJWE {
        let message = try CompactJWE(compact, limits)
        guard let algorithm = algorithms.first(where: { $0.rawValue.isExactly(message.algorithm) }),
            let encryption = encryptions.first(where: { $0.rawValue.isExactly(message.encryption) })
        else { throw .wrongAlgorithm }
        let usable = keys.filter { $0.isNamed(message.kid) && algorithm.works(with: $0.privateKey.publicKey) }
        guard !usable.isEmpty else { throw .unknownKey }
        for key in usable.prefix(maximumTries) {
            let contentKey = message.contentKey(for: key.privateKey, algorithm, encryption)
            let plaintext = encryption.open(
                message.content, key: contentKey ?? randomBytes(encryption.keySize), authenticating: message.authenticated)
            if let plaintext { return DecryptedJWE(header: message.header, plaintext: plaintext) }
        }
        throw .undecryptable
    }

    /// As with several keys.
    package static func decrypt(
        _ compact: String, with key: DecryptionKey,
        algorithms: Set<KeyManagementAlgorithm> = Set(KeyManagementAlgorithm.allCases),
        encryptions: Set<ContentEncryption> = Set(ContentEncryption.allCases), limits: JWELimits = .standard
    ) throws(JWEError) -> DecryptedJWE {
        try decrypt(compact, with: [key], algorithms: algorithms, encryptions: encryptions, limits: limits)
    }
}

extension DecryptionKey {
    fileprivate func isNamed(_ kid: String?) -> Bool {
        guard let kid, let own = self.kid else { return true }
        return own.isExactly(kid)
    }
}

extension CompactJWE {
    /// The key of the content; `nil` when it cannot be had with this private key.
    fileprivate func contentKey(
        for key: PrivateKey, _ alg: KeyManagementAlgorithm, _ enc: ContentEncryption
    ) -> [UInt8]? {
        let contentKey: [UInt8]?
        switch key {
        case .rsa(let key): contentKey = alg.oaepDigest.flatMap { RSAOAEP.decrypt(encryptedKey, with: key.key, $0) }
        case .ec(let key): contentKey = agreedKey(with: key, alg, enc)
        case .ed25519: contentKey = nil
        }
        return contentKey?.count == enc.keySize ? contentKey : nil
    }

    /// The sender's ephemeral key must be on the curve of ours (RFC 7518 section 4.6.1.1).
    private func agreedKey(with key: ECPrivateKey, _ alg: KeyManagementAlgorithm, _ enc: ContentEncryption) -> [UInt8]? {
        guard let epk = header["epk"]?.object, case .ec(let ephemeral) = (try? JWK(epk))?.key,
            let partyU = party("apu"), let partyV = party("apv"), let secret = try? key.sharedSecret(with: ephemeral)
        else { return nil }
        func derived(_ count: Int, _ algorithm: String) -> [UInt8] {
            ConcatKDF.deriveKey(secret, count: count, algorithm: algorithm, partyU: partyU, partyV: partyV)
        }
        guard let size = alg.wrappingKeySize else {
            return encryptedKey.isEmpty ? derived(enc.keySize, enc.rawValue) : nil
        }
        return AESKeyWrap.unwrap(encryptedKey, with: derived(size, alg.rawValue))
    }

    /// What the header says of a party; empty when nothing, `nil` when it is not base64url.
    private func party(_ name: String) -> [UInt8]? {
        guard let value = header[name] else { return [] }
        return value.string.flatMap { Base64URL.decode($0) }
    }
}

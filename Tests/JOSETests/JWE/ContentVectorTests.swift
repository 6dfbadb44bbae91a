import JOSE
import OAuthProtocol
import Testing

/// The published messages that are not for us as a whole: keys that both sides know, passwords, and JSON serializations. What
/// they have in common with ours is checked, and that the whole is refused.
@Suite struct ContentVectorTests {
    private let plaintext = Array(RFC7520Encryption.plaintext.utf8)

    private func own() throws -> [DecryptionKey] {
        let pairs: [PrivateKey] = [
            .rsa(try TestKey.rsa()), .ec(try ECPrivateKey(curve: .p384, scalar: decoded(RFC7520Encryption.p384Scalar))),
        ]
        return pairs.map { DecryptionKey(kid: nil, privateKey: $0) }
    }

    /// A message in JSON with one recipient's key.
    private struct JSONMessage {
        let object: JSONObject
        let content: SealedContent

        init(_ text: String) throws {
            let object = try parsed(text)
            let parts = try ["iv", "ciphertext", "tag"].map { try decoded(#require(object[$0]?.string)) }
            self.object = object
            content = SealedContent(iv: parts[0], ciphertext: parts[1], tag: parts[2])
        }

        /// RFC 7516 section 5.1 step 14.
        var authenticated: [UInt8] {
            let header = object["protected"]?.string ?? ""
            return Array((header + (object["aad"]?.string.map { "." + $0 } ?? "")).utf8)
        }

        func wrappedKey() throws -> [UInt8] { try decoded(#require(object["encrypted_key"]?.string)) }
    }

    private func expectRefused(_ text: String, _ error: JWEError = .malformed) throws {
        let own = try own()
        #expect(throws: error) { try JWE.decrypt(text, with: own) }
    }

    private func parts(_ compact: String) throws -> (key: [UInt8], content: SealedContent, authenticated: [UInt8]) {
        let parts = compact.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 5)
        let content = SealedContent(iv: try decoded(parts[2]), ciphertext: try decoded(parts[3]), tag: try decoded(parts[4]))
        return (try decoded(parts[1]), content, Array(parts[0].utf8))
    }

    @Test("RFC 3394 4.1, 4.3 and 4.6: the key wraps of 128 and 256 bits", arguments: [
        (128, 128, "1FA68B0A8112B447 AEF34BD8FB5A7B82 9D3E862371D2CFE5"), (256, 128, "64E8C3F9CE0F5BA2 63E9777905818A2A 93C8191E7D6E8AE7"),
        (256, 256, "28C9F404C4B810F4 CBCCB35CFB87F826 3F5786E2D80ED326 CBC7F0E71A99F43B FB988B9B7A02DD21"),
    ])
    func rfc3394(wrappingBits: Int, bits: Int, wrapped: String) throws {
        let wrappingKey = (0..<UInt8(wrappingBits / 8)).map { $0 }
        let key = try bytes(hexadecimal: "00112233445566778899AABBCCDDEEFF" + (bits == 256 ? "000102030405060708090A0B0C0D0E0F" : ""))
        let wrapped = try bytes(hexadecimal: wrapped)
        #expect(try AESKeyWrap.wrap(key, with: wrappingKey) == wrapped)
        #expect(AESKeyWrap.unwrap(wrapped, with: wrappingKey) == key)
    }

    @Test("RFC 7516 A.4 and A.5: A128CBC-HS256 opens the content; neither JSON serialization is read")
    func rfc7516A4A5() throws {
        let general = try JSONMessage(RFC7516.a4)
        let flattened = try JSONMessage(RFC7516.a5)
        #expect(flattened.content == general.content && flattened.authenticated == general.authenticated)
        let key = try #require(AESKeyWrap.unwrap(flattened.wrappedKey(), with: decoded(RFC7516.a3Key)))
        let opened = ContentEncryption.a128CBCHS256.open(flattened.content, key: key, authenticating: flattened.authenticated)
        #expect(opened == Array("Live long and prosper.".utf8))
        for text in [RFC7516.a4, RFC7516.a5] { try expectRefused(text) }
    }

    @Test("RFC 7516 B: A128CBC-HS256 makes the example's ciphertext and tag")
    func rfc7516B() throws {
        let (_, content, authenticated) = try parts(RFC7516.a3)
        let sealed = try ContentEncryption.a128CBCHS256.seal(
            Array("Live long and prosper.".utf8), key: decoded(RFC7516.a3ContentKey),
            iv: [3, 22, 60, 12, 43, 67, 104, 105, 108, 108, 105, 99, 111, 116, 104, 101], authenticating: authenticated)
        #expect(sealed == content)
        #expect(sealed.tag == [83, 73, 191, 98, 104, 205, 211, 128, 201, 189, 199, 133, 32, 38, 194, 85])
    }

    @Test("RFC 7517 C: A128KW unwraps the key; a message under a password is refused before anything is derived")
    func rfc7517C() throws {
        let key = AESKeyWrap.unwrap(try decoded(RFC7517.cEncryptedKey), with: try decoded(RFC7517.cWrappingKey))
        #expect(try key == decoded(RFC7517.cContentKey))
        try expectRefused("\(RFC7517.cHeader).\(RFC7517.cEncryptedKey).AA.AA.AA", .wrongAlgorithm)
    }

    @Test(
        "RFC 7520 5.3 and 5.7: A128CBC-HS256 opens the content; PBES2 and A256GCMKW are refused",
        arguments: [
            (RFC7520Parts.password, RFC7520Parts.passwordContentKey, RFC7520Parts.passwordPlaintext),
            (RFC7520Parts.gcmKeyWrap, RFC7520Parts.gcmKeyWrapContentKey, RFC7520Encryption.plaintext),
        ])
    func rfc7520Sections53And57(compact: String, key: String, text: String) throws {
        let (_, content, authenticated) = try parts(compact)
        let opened = ContentEncryption.a128CBCHS256.open(content, key: try decoded(key), authenticating: authenticated)
        #expect(opened == Array(text.utf8))
        try expectRefused(compact, .wrongAlgorithm)
    }

    @Test("RFC 7520 5.6 and 5.8: dir and A128KW are refused as a whole", arguments: [
        RFC7520Encryption.direct, RFC7520Encryption.wrapped,
    ])
    func rfc7520Sections56And58(compact: String) throws { try expectRefused(compact, .wrongAlgorithm) }

    @Test("RFC 7520 5.9: compressed content is refused, although its tag is right")
    func rfc7520Section59() throws {
        let (wrapped, content, authenticated) = try parts(RFC7520Parts.compressed)
        let key = try #require(AESKeyWrap.unwrap(wrapped, with: try decoded(RFC7520Encryption.wrappingKey)))
        let opened = try #require(ContentEncryption.a128GCM.open(content, key: key, authenticating: authenticated))
        #expect(opened != plaintext && opened.count < plaintext.count)
        try expectRefused(RFC7520Parts.compressed, .refusedHeader("zip"))
    }

    @Test(
        "RFC 7520 5.10, 5.11 and 5.12: A128GCM opens the content under what the tag covers; the JSON serialization is not read",
        arguments: [RFC7520Parts.additionalData, RFC7520Parts.protectedFields, RFC7520Parts.contentOnly])
    func rfc7520Sections510To512(text: String) throws {
        let message = try JSONMessage(text)
        let key = try #require(AESKeyWrap.unwrap(message.wrappedKey(), with: decoded(RFC7520Encryption.wrappingKey)))
        let algorithm = ContentEncryption.a128GCM
        #expect(algorithm.open(message.content, key: key, authenticating: message.authenticated) == plaintext)
        #expect(algorithm.open(message.content, key: key, authenticating: message.authenticated + [0]) == nil)
        let sealed = try algorithm.seal(plaintext, key: key, iv: message.content.iv, authenticating: message.authenticated)
        #expect(sealed == message.content)
        try expectRefused(text)
    }

    @Test("RFC 7520 5.13: the recipient with ECDH-ES+A256KW has the content's key; the JSON serialization is not read")
    func rfc7520Section513() throws {
        let message = try JSONMessage(RFC7520Parts.recipients)
        let key = try decoded(RFC7520Parts.recipientsContentKey)
        let algorithm = ContentEncryption.a128CBCHS256
        #expect(algorithm.open(message.content, key: key, authenticating: message.authenticated) == plaintext)
        try expectRefused(RFC7520Parts.recipients)
        // The same recipient as a compact message has it: the header comes first, so the content is sealed anew.
        let recipient = try #require(message.object["recipients"]?.array?.first?.object)
        var header = try #require(recipient["header"]?.object)
        header.append("enc", "A128CBC-HS256")
        let encoded = Base64URL.encode(header.serialized)
        let content = try algorithm.seal(plaintext, key: key, iv: message.content.iv, authenticating: Array(encoded.utf8))
        let encryptedKey = try #require(recipient["encrypted_key"]?.string)
        let others = [content.iv, content.ciphertext, content.tag].map { Base64URL.encode($0) }
        let compact = ([encoded, encryptedKey] + others).joined(separator: ".")
        #expect(try JWE.decrypt(compact, with: own()).plaintext == plaintext)
    }
}

import JOSE
import OAuthProtocol
import Testing

@Suite struct EncryptionVectorTests {
    private let plaintext = Array(RFC7520Encryption.plaintext.utf8)

    /// The five decoded parts of a compact JWE, and the encoded header.
    private func parts(_ compact: String) throws -> (key: [UInt8], content: SealedContent, authenticated: [UInt8]) {
        let parts = compact.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 5)
        let content = SealedContent(iv: try decoded(parts[2]), ciphertext: try decoded(parts[3]), tag: try decoded(parts[4]))
        return (try decoded(parts[1]), content, Array(parts[0].utf8))
    }

    @Test("RFC 7518 appendix B.1: A128CBC-HS256 seals and opens the test case")
    func rfc7518B1() throws {
        let key = Array(UInt8(0)...31)
        let text =
            """
            A cipher system must not be required to be secret, and it must be able to fall into the hands of the enemy without \
            inconvenience
            """
        let expected = SealedContent(
            iv: try bytes(hexadecimal: "1af38c2dc2b96ffdd86694092341bc04"),
            ciphertext: try bytes(
                hexadecimal: """
                    c80edfa32ddf39d5ef00c0b468834279a2e46a1b8049f792f76bfe54b903a9c9
                    a94ac9b47ad2655c5f10f9aef71427e2fc6f9b3f399a221489f16362c7032336
                    09d45ac69864e3321cf82935ac4096c86e133314c54019e8ca7980dfa4b9cf1b
                    384c486f3a54c51078158ee5d79de59fbd34d848b3d69550a67646344427ade5
                    4b8851ffb598f7f80074b9473c82e2db
                    """),
            tag: try bytes(hexadecimal: "652c3fa36b0a7c5b3219fab3a30bc1c4"))
        let authenticated = Array("The second principle of Auguste Kerckhoffs".utf8)
        let algorithm = ContentEncryption.a128CBCHS256
        #expect(try algorithm.seal(Array(text.utf8), key: key, iv: expected.iv, authenticating: authenticated) == expected)
        #expect(algorithm.open(expected, key: key, authenticating: authenticated) == Array(text.utf8))
    }

    @Test("RFC 7518 appendix C: ECDH-ES derives the example's key")
    func rfc7518C() throws {
        let secret: [UInt8] = [
            158, 86, 217, 29, 129, 113, 53, 211, 114, 131, 66, 131, 191, 132, 38, 156, 251, 49, 110, 163, 218, 128, 106, 72, 246,
            218, 167, 121, 140, 254, 144, 196,
        ]
        let key = ConcatKDF.deriveKey(
            secret, count: 16, algorithm: "A128GCM", partyU: Array("Alice".utf8), partyV: Array("Bob".utf8))
        #expect(Base64URL.encode(key) == "VqqN6vgjbSBcIijNcacQGg")
    }

    @Test("RFC 7518 appendix C: Bob reads what Alice sealed under that key and the example's header")
    func rfc7518CWhole() throws {
        let header = """
            {"alg":"ECDH-ES","enc":"A128GCM","apu":"QWxpY2U","apv":"Qm9i","epk":{"kty":"EC","crv":"P-256","x":"gI0GAILBdu7T53akrFmMy\
            GcsF3n5dO7MmwNBHKW5SV0","y":"SLW_xSffzlPWrHEVI30DHM_4egVwt3NQqeUD7nMFpps"}}
            """
        let encoded = Base64URL.encode(header.utf8)
        let content = try ContentEncryption.a128GCM.seal(
            [1, 2, 3], key: decoded("VqqN6vgjbSBcIijNcacQGg"), iv: [UInt8](repeating: 7, count: 12),
            authenticating: Array(encoded.utf8))
        let others = [[], content.iv, content.ciphertext, content.tag].map { Base64URL.encode($0) }
        let bob = try ECPrivateKey(curve: .p256, scalar: decoded("VEmDZpDXXK8p8N0Cndsxs924q6nS1RXFASRl6BfUqdw"))
        #expect(bob.publicKey.jwk["x"] == "weNJy2HscCSM6AEDTDg04biOvhFhyyWvOHQfeF_PxMQ")
        let compact = ([encoded] + others).joined(separator: ".")
        #expect(try JWE.decrypt(compact, with: DecryptionKey(kid: nil, privateKey: .ec(bob))).plaintext == [1, 2, 3])
    }

    @Test("RFC 7516 A.3: A128KW unwraps the key, A128CBC-HS256 opens the content")
    func rfc7516A3() throws {
        let (wrapped, content, authenticated) = try parts(RFC7516.a3)
        let key = try #require(AESKeyWrap.unwrap(wrapped, with: try decoded(RFC7516.a3Key)))
        let opened = ContentEncryption.a128CBCHS256.open(content, key: key, authenticating: authenticated)
        #expect(opened == Array("Live long and prosper.".utf8))
        #expect(try AESKeyWrap.wrap(key, with: decoded(RFC7516.a3Key)) == wrapped)
        #expect(AESKeyWrap.unwrap(wrapped, with: [UInt8](repeating: 1, count: 16)) == nil)
    }

    @Test("RFC 7520 5.4: ECDH-ES+A128KW with P-384 and A128GCM decrypts")
    func rfc7520Section54() throws {
        let pair = try ECPrivateKey(curve: .p384, scalar: decoded(RFC7520Encryption.p384Scalar))
        #expect(try PublicKey.ec(pair.publicKey) == key(RFC7520Encryption.p384Key).key)
        let own = DecryptionKey(kid: "peregrin.took@tuckborough.example", privateKey: .ec(pair))
        let message = try JWE.decrypt(RFC7520Encryption.ecdhES128KW, with: own)
        #expect(message.plaintext == plaintext)
        #expect(message.header["enc"] == "A128GCM")
    }

    @Test("RFC 7520 5.5: ECDH-ES with P-256 and A128CBC-HS256 decrypts")
    func rfc7520Section55() throws {
        let pair = try ECPrivateKey(curve: .p256, scalar: decoded(RFC7520Encryption.p256Scalar))
        #expect(try PublicKey.ec(pair.publicKey) == key(RFC7520Encryption.p256Key).key)
        let message = try JWE.decrypt(RFC7520Encryption.ecdhES, with: DecryptionKey(kid: nil, privateKey: .ec(pair)))
        #expect(message.plaintext == plaintext)
    }

    @Test(
        "What another implementation encrypted decrypts",
        arguments: [
            ForeignVector.rsaOAEP256, ForeignVector.rsaOAEP256CBC, ForeignVector.rsaOAEP384, ForeignVector.rsaOAEP512,
        ])
    func foreignRSA(compact: String) throws {
        let own = DecryptionKey(kid: nil, privateKey: .rsa(try TestKey.rsa()))
        #expect(try JWE.decrypt(compact, with: own).plaintext == Array("made elsewhere".utf8))
    }

    @Test("What another implementation encrypted to P-521 decrypts", arguments: [ForeignVector.ecdhES, ForeignVector.ecdhES256KW])
    func foreignEC(compact: String) throws {
        let pair = try ECPrivateKey(curve: .p521, scalar: decoded(ForeignVector.p521Scalar))
        let message = try JWE.decrypt(compact, with: DecryptionKey(kid: nil, privateKey: .ec(pair)))
        #expect(message.plaintext == Array("made elsewhere".utf8))
    }

    @Test("RFC 7520 5.6: A128GCM opens the content under a key that both sides know")
    func rfc7520Section56() throws {
        let (_, content, authenticated) = try parts(RFC7520Encryption.direct)
        let key = try decoded(RFC7520Encryption.directKey)
        #expect(ContentEncryption.a128GCM.open(content, key: key, authenticating: authenticated) == plaintext)
        let sealed = try ContentEncryption.a128GCM.seal(plaintext, key: key, iv: content.iv, authenticating: authenticated)
        #expect(sealed == content)
    }

    @Test("RFC 7520 5.8: A128KW unwraps the key of A128GCM")
    func rfc7520Section58() throws {
        let (wrapped, content, authenticated) = try parts(RFC7520Encryption.wrapped)
        let key = try #require(AESKeyWrap.unwrap(wrapped, with: try decoded(RFC7520Encryption.wrappingKey)))
        #expect(ContentEncryption.a128GCM.open(content, key: key, authenticating: authenticated) == plaintext)
    }
}

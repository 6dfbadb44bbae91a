import JOSE
import OAuthProtocol
import Testing

/// The published messages to RSA keys: RSA-OAEP is read, RSA1_5 never.
@Suite struct RSAVectorTests {
    private func own(_ pkcs8: String, kid: String? = nil) throws -> DecryptionKey {
        DecryptionKey(kid: kid, privateKey: try PrivateKey(pkcs8DER: #require(Base64.decode(pkcs8))))
    }

    @Test("RFC 7516 A.1: RSA-OAEP and A256GCM decrypt")
    func rfc7516A1() throws {
        let message = try JWE.decrypt(RFC7516.a1, with: own(RFC7516.a1PKCS8))
        #expect(message.plaintext == Array("The true sign of intelligence is not knowledge but imagination.".utf8))
        #expect(message.header == ["alg": "RSA-OAEP", "enc": "A256GCM"])
    }

    @Test("RFC 7520 5.2: RSA-OAEP with a key of 4096 bits and A256GCM decrypt")
    func rfc7520Section52() throws {
        let own = try own(RFC7520Encryption.rsaOAEPPKCS8, kid: "samwise.gamgee@hobbiton.example")
        #expect(try JWE.decrypt(RFC7520Encryption.rsaOAEP, with: own).plaintext == Array(RFC7520Encryption.plaintext.utf8))
        #expect(own.privateKey.publicKey.rsa?.modulus.count == 512)
    }

    @Test("RFC 7520 6: a token signed with PS256 is found inside RSA-OAEP and A128GCM")
    func rfc7520Section6() throws {
        let message = try JWE.decrypt(RFC7520Encryption.nested, with: own(RFC7520Encryption.nestedPKCS8))
        #expect(message.header["cty"] == "JWT")
        let inner = String(decoding: message.plaintext, as: UTF8.self)
        let keys = JWKSet(keys: [try key(RFC7520Encryption.nestedKey)])
        let claims = try JWS.verify(inner, keys: keys, algorithms: [.ps256]).payload
        #expect(claims == ["iss": "hobbiton.example", "exp": 1_300_819_380, "http://example.com/is_root": true])
    }

    @Test(
        "RFC 7516 A.2, RFC 7519 A.1 and A.2, RFC 7520 5.1: RSA1_5 is refused, also with the right key",
        arguments: [
            (RFC7516.a2, RFC7516.a2PKCS8), (RFC7519.a1, RFC7516.a2PKCS8), (RFC7519.a2, RFC7516.a2PKCS8),
            (RFC7520Encryption.rsa15, RFC7520Encryption.rsa15PKCS8),
        ])
    func rsa15(compact: String, pkcs8: String) throws {
        let own = try own(pkcs8)
        #expect(throws: JWEError.wrongAlgorithm) { try JWE.decrypt(compact, with: own) }
        #expect(KeyManagementAlgorithm(rawValue: "RSA1_5") == nil)
        // Nor is the same message read under a header that says otherwise.
        let parts = compact.split(separator: ".").dropFirst().joined(separator: ".")
        for alg in ["RSA-OAEP", "RSA-OAEP-256"] {
            let header = Base64URL.encode("{\"alg\":\"\(alg)\",\"enc\":\"A128CBC-HS256\"}".utf8)
            #expect(throws: JWEError.undecryptable) { try JWE.decrypt(header + "." + parts, with: own) }
        }
    }
}

import JOSE
import OAuthProtocol
import Testing

@Suite struct SignatureVectorTests {
    @Test("RFC 7515 A.1: HS256 verifies with the shared secret")
    func rfc7515A1() throws {
        let verified = try JWS.verifyHMAC(Vector.hs256, secret: Vector.hs256Key, algorithms: [.hs256, .hs512])
        #expect(verified.payload == Vector.claims)
    }

    @Test("RFC 7515 A.2: RS256 verifies with a client's key set")
    func rfc7515A2() throws {
        let keys = JWKSet(keys: [try JWK(TestKey.rsa().publicKey.jwk)])
        #expect(try JWS.verify(Vector.rs256, keys: keys, algorithms: [.rs256]).payload == Vector.claims)
    }

    @Test("RFC 7515 A.3: ES256 verifies, and the scalar makes the key")
    func rfc7515A3() throws {
        let publicKey = try key(RFC7515.a3Key)
        let keys = JWKSet(keys: [publicKey])
        #expect(try JWS.verify(RFC7515.a3, keys: keys, algorithms: [.es256]).payload == Vector.claims)
        let privateKey = try ECPrivateKey(curve: .p256, scalar: decoded(RFC7515.a3Scalar))
        #expect(PublicKey.ec(privateKey.publicKey) == publicKey.key)
        let text = try SignedText(RFC7515.a3)
        #expect(publicKey.key.verify(try privateKey.sign(text.input, .es256), for: text.input, .es256))
    }

    @Test("RFC 7515 A.4: ES512 verifies, and the scalar makes the key")
    func rfc7515A4() throws {
        let publicKey = try key(RFC7515.a4Key)
        let text = try SignedText(RFC7515.a4)
        #expect(text.payload == Array("Payload".utf8) && text.signature.count == 132)
        #expect(publicKey.key.verify(text.signature, for: text.input, .es512))
        let privateKey = try ECPrivateKey(curve: .p521, scalar: decoded(RFC7515.a4Scalar))
        #expect(PublicKey.ec(privateKey.publicKey) == publicKey.key)
        // The signature is right, so that what is wrong with the token is its payload.
        #expect(throws: JWSError.malformed) {
            try JWS.verify(RFC7515.a4, keys: JWKSet(keys: [publicKey]), algorithms: [.es512])
        }
    }

    @Test("RFC 7515 A.5: an unsecured token is read by unsecured and by nothing else")
    func rfc7515A5() throws {
        #expect(try JWS.unsecured(Vector.unsecured).payload == Vector.claims)
        let keys = JWKSet(keys: [try key(RFC7515.a3Key)])
        #expect(throws: JWSError.wrongAlgorithm) {
            try JWS.verify(Vector.unsecured, keys: keys, algorithms: Set(SignatureAlgorithm.allCases))
        }
        #expect(throws: JWSError.wrongAlgorithm) {
            try JWS.verifyHMAC(Vector.unsecured, secret: [1], algorithms: Set(SignatureAlgorithm.allCases))
        }
        #expect(throws: JWSError.wrongAlgorithm) {
            try JWS.verifyEmbedded(Vector.unsecured, algorithms: Set(SignatureAlgorithm.allCases))
        }
    }

    @Test(
        "RFC 7520 4.1 to 4.3: RS256, PS384 and ES512 verify with the keys of section 3",
        arguments: [
            (RFC7520.rs256, RFC7520.rsaPublicKey, SignatureAlgorithm.rs256), (RFC7520.ps384, RFC7520.rsaPublicKey, .ps384),
            (RFC7520.es512, RFC7520.ecPublicKey, .es512),
        ])
    func rfc7520(compact: String, json: String, algorithm: SignatureAlgorithm) throws {
        let publicKey = try key(json)
        let text = try SignedText(compact)
        #expect(text.payload == Array(RFC7520.payload.utf8))
        #expect(publicKey.key.verify(text.signature, for: text.input, algorithm))
        for other in SignatureAlgorithm.allCases where other != algorithm {
            #expect(!publicKey.key.verify(text.signature, for: text.input, other))
        }
    }

    @Test("RFC 7520 4.1: RS256 with the private key of section 3.4 makes the same signature")
    func rfc7520RS256() throws {
        let der = try #require(Base64.decode(RFC7520.rsaPKCS8))
        let text = try SignedText(RFC7520.rs256)
        #expect(try PrivateKey(pkcs8DER: der).sign(text.input, .rs256) == text.signature)
        #expect(try PrivateKey(pkcs8DER: der).publicKey == key(RFC7520.rsaPublicKey).key)
    }

    @Test("RFC 7520 4.4: HS256 is right, although the payload is no JSON")
    func rfc7520HS256() throws {
        let secret = try decoded(RFC7520.macKey)
        #expect(throws: JWSError.malformed) { try JWS.verifyHMAC(RFC7520.hs256, secret: secret, algorithms: [.hs256]) }
        #expect(throws: JWSError.wrongSignature) {
            try JWS.verifyHMAC(RFC7520.hs256, secret: secret.reversed(), algorithms: [.hs256])
        }
    }

    @Test(
        "What another implementation signed verifies",
        arguments: [
            (ForeignVector.rs384, SignatureAlgorithm.rs384), (ForeignVector.rs512, .rs512), (ForeignVector.ps512, .ps512),
            (ForeignVector.es384, .es384),
        ])
    func foreign(compact: String, algorithm: SignatureAlgorithm) throws {
        let keys = JWKSet(keys: [try JWK(TestKey.rsa().publicKey.jwk), try key(ForeignVector.p384Key)])
        #expect(try JWS.verify(compact, keys: keys, algorithms: [algorithm]).payload == ["sub": "x"])
    }

    @Test("RFC 8037 A.1 to A.5 and RFC 7638: the Ed25519 key signs and verifies the example, and has the thumbprint of A.3")
    func rfc8037() throws {
        let privateKey = try Ed25519PrivateKey(seed: decoded("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"))
        let publicKey = try JWK(["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])
        #expect(PublicKey.ed25519(privateKey.publicKey) == publicKey.key)
        #expect(publicKey.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
        let text = try SignedText(
            """
            eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4\
            ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg
            """)
        #expect(text.payload == Array("Example of Ed25519 signing".utf8))
        #expect(publicKey.key.verify(text.signature, for: text.input, .edDSA))
        #expect(try privateKey.sign(text.input, .edDSA) == text.signature)
    }

    @Test("RFC 7797 4.2 and 6: a token whose payload is not encoded is refused, whichever way its header says so")
    func rfc7797() throws {
        // Section 4.2: HMAC over the payload as it is. The key is that of RFC 7515 A.1.
        let example = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19.$.02.A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
        let detached = "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY"
        let secret = Vector.hs256Key
        #expect(throws: JWSError.malformed) { try JWS.verifyHMAC(example, secret: secret, algorithms: [.hs256]) }
        #expect(throws: JWSError.refusedHeader("crit")) { try JWS.verifyHMAC(detached, secret: secret, algorithms: [.hs256]) }
        for header in [#"{"alg":"HS256","b64":false}"#, #"{"alg":"HS256","b64":true}"#] {
            let compact = Base64URL.encode(header.utf8) + ".e30."
            #expect(throws: JWSError.refusedHeader("b64")) { try JWS.verifyHMAC(compact, secret: secret, algorithms: [.hs256]) }
            #expect(throws: JWSError.refusedHeader("b64")) { try JWS.unverified(compact) }
            #expect(throws: JWSError.refusedHeader("b64")) { try JWS.unsecured(compact) }
        }
    }
}

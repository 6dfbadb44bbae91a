import JOSE
import OAuthProtocol
import Testing

/// The published signatures in another form than ours: JSON serializations, detached content, extensions. What of them is made
/// with our algorithms is right; none is read as a token.
@Suite struct SerializationVectorTests {
    private let all = Set(SignatureAlgorithm.allCases)

    private func expectRefused(_ text: String, _ error: JWSError) throws {
        let keys = JWKSet(keys: [try key(RFC7515.a3Key), try JWK(TestKey.rsa().publicKey.jwk), try key(RFC7520.rsaPublicKey)])
        let secret = try decoded(RFC7520.macKey)
        let own = try TestKey.verification()
        #expect(throws: error) { try JWS.verify(text, keys: keys, algorithms: all) }
        #expect(throws: error) { try JWS.verify(text, keys: [own]) }
        #expect(throws: error) { try JWS.verifyHMAC(text, secret: secret, algorithms: all) }
        #expect(throws: error) { try JWS.unsecured(text) }
        #expect(throws: error) { try JWS.unverified(text) }
    }

    @Test(
        "RFC 7515 A.6 and A.7, RFC 7520 4.6, 4.7 and 4.8: no JSON serialization is read",
        arguments: [
            RFC7515.a6, RFC7515.a7, RFC7520Parts.protectedHeaderOnly, RFC7520Parts.unprotectedHeader, RFC7520Parts.threeSignatures,
        ])
    func json(text: String) throws {
        _ = try parsed(text)
        try expectRefused(text, .malformed)
    }

    @Test("RFC 7515 E: an extension that must be understood is refused, whatever it is")
    func rfc7515E() throws { try expectRefused(RFC7515.e, .refusedHeader("crit")) }

    @Test("RFC 7515 F: a signature over content that is elsewhere is wrong over nothing")
    func rfc7515F() throws {
        let parts = Vector.hs256.split(separator: ".")
        let detached = "\(parts[0])..\(parts[2])"
        #expect(throws: JWSError.wrongSignature) {
            try JWS.verifyHMAC(detached, secret: Vector.hs256Key, algorithms: [.hs256])
        }
    }

    @Test("RFC 7520 4.5: the detached signature is wrong over nothing, and right over its content")
    func rfc7520Section45() throws {
        let secret = try decoded(RFC7520.macKey)
        let parts = RFC7520.hs256.split(separator: ".")
        #expect(throws: JWSError.wrongSignature) {
            try JWS.verifyHMAC("\(parts[0])..\(parts[2])", secret: secret, algorithms: [.hs256])
        }
        // The signature is right, so that what is wrong with the token is its payload, which is no JSON.
        #expect(throws: JWSError.malformed) { try JWS.verifyHMAC(RFC7520.hs256, secret: secret, algorithms: [.hs256]) }
    }

    @Test("RFC 7520 4.6: HS256 under a header without kid is right")
    func rfc7520Section46() throws {
        let object = try parsed(RFC7520Parts.protectedHeaderOnly)
        let parts = try ["protected", "payload", "signature"].map { try #require(object[$0]?.string) }
        let secret = try decoded(RFC7520.macKey)
        let compact = parts.joined(separator: ".")
        #expect(throws: JWSError.malformed) { try JWS.verifyHMAC(compact, secret: secret, algorithms: [.hs256]) }
        #expect(throws: JWSError.wrongSignature) { try JWS.verifyHMAC(compact, secret: [1], algorithms: [.hs256]) }
    }

    @Test("RFC 7520 4.8: RS256, ES512 and HS256 over one payload are right, each with its own key")
    func rfc7520Section48() throws {
        let object = try parsed(RFC7520Parts.threeSignatures)
        let payload = try #require(object["payload"]?.string)
        let signatures = try #require(object["signatures"]?.array).map { try #require($0.object) }
        try #require(signatures.count == 3)
        let keys = [(try key(RFC7520.rsaPublicKey), SignatureAlgorithm.rs256), (try key(RFC7520.ecPublicKey), .es512)]
        for (entry, (key, algorithm)) in zip(signatures, keys) {
            let input = Array(((entry["protected"]?.string ?? "") + "." + payload).utf8)
            let signature = try decoded(try #require(entry["signature"]?.string))
            #expect(key.key.verify(signature, for: input, algorithm))
            #expect(!key.key.verify(signature, for: input + [0], algorithm))
        }
        let third = try ["protected", "signature"].map { try #require(signatures[2][$0]?.string) }
        #expect([third[0], payload, third[1]].joined(separator: ".") == RFC7520.hs256)
    }

    @Test("RFC 7797 4.1: the encoded payload has the right HMAC")
    func rfc7797Section41() throws {
        let compact = "eyJhbGciOiJIUzI1NiJ9.JC4wMg.5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ"
        #expect(try SignedText(compact).payload == Array("$.02".utf8))
        // Right, so that what is wrong is the payload, which is no JSON.
        #expect(throws: JWSError.malformed) { try JWS.verifyHMAC(compact, secret: Vector.hs256Key, algorithms: [.hs256]) }
        #expect(throws: JWSError.wrongSignature) { try JWS.verifyHMAC(compact, secret: [1], algorithms: [.hs256]) }
    }
}

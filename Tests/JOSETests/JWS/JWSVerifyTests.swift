import JOSE
import OAuthProtocol
import Testing

@Suite struct JWSVerifyTests {
    @Test("RFC 7515 A.2 verifies without a kid, A.1 with the shared secret, and both carry the claims of RFC 7519")
    func vectors() throws {
        #expect(try JWS.verify(Vector.rs256, keys: [TestKey.verification()]).payload == Vector.claims)
        #expect(try JWS.verifyHS256(Vector.hs256, secret: Vector.hs256Key).payload == Vector.claims)
    }

    @Test("A PS256 token made by another implementation verifies")
    func ps256() throws {
        #expect(try JWS.verify(Vector.ps256, keys: [TestKey.verification(.ps256)]).payload == Vector.claims)
    }

    @Test("With a kid only the key of that name counts, whichever place it has")
    func keyChoice() throws {
        let other = try RSAPrivateKey.generate().publicKey
        let stranger = VerificationKey(kid: "other", algorithm: .rs256, publicKey: other, certificate: [])
        let token = try JWS.sign(typ: "JWT", payload: [:], with: TestKey.signing(kid: "mine"))
        let mine = try TestKey.verification(kid: "mine")
        #expect(try JWS.verify(token, keys: [stranger, mine]).payload == [:])
        #expect(throws: JWSError.unknownKey) { try JWS.verify(token, keys: [stranger]) }
        #expect(throws: JWSError.unknownKey) { try JWS.verify(token, keys: []) }
        let misnamed = VerificationKey(kid: "mine", algorithm: .rs256, publicKey: other, certificate: [])
        #expect(throws: JWSError.wrongSignature) { try JWS.verify(token, keys: [misnamed]) }
        #expect(try JWS.verify(Vector.rs256, keys: [stranger, mine]).payload == Vector.claims)
    }

    @Test("Changing any part of a token breaks it")
    func tampering() throws {
        let keys = [try TestKey.verification()]
        let token = try JWS.sign(typ: "JWT", payload: Vector.claims, with: TestKey.signing())
        let bytes = Array(token.utf8)
        for index in stride(from: 0, to: bytes.count, by: 7) where bytes[index] != UInt8(ascii: ".") {
            var changed = bytes
            changed[index] = changed[index] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(throws: JWSError.self) { try JWS.verify(String(decoding: changed, as: UTF8.self), keys: keys) }
        }
    }

    @Test(
        "Text that is not three strict base64url parts is malformed",
        arguments: [
            "", ".", "..", "...", "a.b.c", "\(Vector.rs256).", ".\(Vector.rs256)", "\(Vector.rs256)=", "\(Vector.rs256)\n",
            " \(Vector.rs256)",
            "eyJhbGciOiJSUzI1NiJ9.\(Vector.payload)", "eyJhbGciOiJSUzI1NiJ9.\(Vector.payload).\(Vector.rs256Signature).x",
            "eyJhbGciOiJSUzI1NiJ9.\(Vector.payload).+/", "eyJhbGciOiJSUzI1NiJ9=.\(Vector.payload).\(Vector.rs256Signature)",
        ])
    func malformed(token: String) throws {
        let keys = [try TestKey.verification()]
        #expect(throws: JWSError.malformed) { try JWS.verify(token, keys: keys) }
        #expect(throws: JWSError.malformed) { try JWS.verifyHS256(token, secret: Vector.hs256Key) }
    }

    @Test("An empty or a shortened signature is wrong")
    func shortSignature() throws {
        let keys = [try TestKey.verification()]
        let input = "eyJhbGciOiJSUzI1NiJ9.\(Vector.payload)."
        #expect(throws: JWSError.wrongSignature) { try JWS.verify(input, keys: keys) }
        let zeros = Base64URL.encode([UInt8](repeating: 0, count: 256))
        #expect(throws: JWSError.wrongSignature) { try JWS.verify(input + zeros, keys: keys) }
        let short = Base64URL.encode(try TestKey.rsa().sign(Array(input.utf8), .rs256).dropLast())
        #expect(throws: JWSError.wrongSignature) { try JWS.verify(input + short, keys: keys) }
    }

    @Test("More bytes or deeper nesting than the limits is refused")
    func limits() throws {
        let keys = [try TestKey.verification()]
        let limits = JWSLimits(maximumBytes: Vector.rs256.utf8.count - 1)
        #expect(throws: JWSError.tooLarge) { try JWS.verify(Vector.rs256, keys: keys, limits: limits) }
        let nested = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        let token = try Vector.token(header: #"{"alg":"RS256"}"#, payload: Base64URL.encode("{\"a\":\(nested)}".utf8)) {
            try TestKey.rsa().sign($0, .rs256)
        }
        #expect(throws: JWSError.malformed) { try JWS.verify(token, keys: keys) }
    }
}

import JOSE
import OAuthProtocol
import Testing

/// RFC 8725 section 2.1 and its relatives: every token here is signed correctly for what its header says.
@Suite struct AlgorithmConfusionTests {
    private func signed(_ header: String, payload: String = Vector.payload) throws -> String {
        try Vector.token(header: header, payload: payload) { try TestKey.rsa().sign($0, .rs256) }
    }

    @Test(
        "An unsecured token (RFC 7519 6.1) is refused in every spelling of none",
        arguments: ["none", "None", "NONE", "nOnE", ""])
    func none(name: String) throws {
        let keys = [try TestKey.verification()]
        let token = Base64URL.encode("{\"alg\":\"\(name)\"}".utf8) + "." + Vector.payload + "."
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(token, keys: keys) }
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verifyHS256(token, secret: Vector.hs256Key) }
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(Vector.unsecured, keys: keys) }
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(try signed("{\"alg\":\"\(name)\"}"), keys: keys) }
    }

    @Test("An HMAC keyed with the public key does not pass for its signature")
    func publicKeyAsSecret() throws {
        let key = try TestKey.verification()
        let modulus = try TestKey.rsa().publicKey.modulus
        let encoded = Array(Base64URL.encode(modulus).utf8)
        let secrets = [modulus, encoded, key.certificate, key.jwk.serialized]
        for secret in secrets {
            let token = JWS.signHS256(typ: "JWT", payload: ["sub": "admin"], secret: secret, kid: "a2")
            #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(token, keys: [key]) }
        }
    }

    @Test("A verification key marked HS256 verifies nothing")
    func keyMarkedHS256() throws {
        let key = try TestKey.verification(.hs256)
        let token = JWS.signHS256(typ: "JWT", payload: [:], secret: try TestKey.rsa().publicKey.modulus, kid: "a2")
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(token, keys: [key]) }
        #expect(!key.publicKey.verify([], for: [], .hs256))
    }

    @Test("RS256 and PS256 are not interchangeable, though the key could do both")
    func siblings() throws {
        let token = try JWS.sign(typ: "JWT", payload: [:], with: TestKey.signing(.ps256))
        let rs256 = try TestKey.verification(.rs256)
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(token, keys: [rs256]) }
        let relabelled = try Vector.token(header: #"{"alg":"RS256"}"#) { try TestKey.rsa().sign($0, .ps256) }
        #expect(throws: JWSError.wrongSignature) { try JWS.verify(relabelled, keys: [rs256]) }
    }

    @Test("A token signed with RS256 does not pass where HS256 is asked for, nor with an empty secret")
    func hs256Only() throws {
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verifyHS256(Vector.rs256, secret: Vector.hs256Key) }
        #expect(throws: JWSError.wrongSignature) { try JWS.verifyHS256(Vector.hs256, secret: Vector.hs256Key + [0, 1]) }
        let unkeyed = JWS.signHS256(typ: "JWT", payload: [:], secret: [])
        #expect(throws: JWSError.unknownKey) { try JWS.verifyHS256(unkeyed, secret: []) }
    }

    @Test(
        "A header that brings its own key or changes the rules is refused although the signature is right",
        arguments: [
            ("jwk", #"{"kty":"RSA"}"#), ("jku", #""https://evil.example/jwks""#), ("x5u", #""https://evil.example/x""#),
            ("x5c", "[]"),
            ("crit", #"["exp"]"#), ("b64", "false"), ("jwk", "null"), ("b64", "true"),
        ])
    func refusedHeaders(name: String, value: String) throws {
        let keys = [try TestKey.verification()]
        let token = try signed("{\"alg\":\"RS256\",\"\(name)\":\(value)}")
        #expect(throws: JWSError.refusedHeader(name)) { try JWS.verify(token, keys: keys) }
    }

    @Test(
        "A header that is no object, repeats a member or has an alg or kid of the wrong type is malformed",
        arguments: [
            "[]", "null", "\"RS256\"", "{", "", "{}", #"{"typ":"JWT"}"#, #"{"alg":null}"#, #"{"alg":["RS256"]}"#,
            #"{"alg":"RS256","alg":"RS256"}"#,
            #"{"alg":"none","\u0061lg":"RS256"}"#, #"{"alg":"RS256","kid":1}"#, #"{"alg":"RS256","kid":null}"#,
            #"{"alg":"RS256"} x"#,
            "{\"alg\":\"RS256\",\"a\":\"\u{1}\"}",
        ])
    func malformedHeaders(header: String) throws {
        let keys = [try TestKey.verification()]
        #expect(throws: JWSError.malformed) { try JWS.verify(try signed(header), keys: keys) }
    }

    @Test(
        "Other spellings of the right algorithm are wrong",
        arguments: ["rs256", "RS256 ", "RS384", "RS512", "ES256", "HS256", "EdDSA", "RSA256"])
    func spelling(name: String) throws {
        let keys = [try TestKey.verification()]
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(try signed("{\"alg\":\"\(name)\"}"), keys: keys) }
    }

    @Test(
        "A payload that is no object or repeats a claim is malformed although the signature is right",
        arguments: ["[]", "\"x\"", "", "{\"sub\":\"a\",\"sub\":\"b\"}", "{\"a\":1}x"])
    func payloads(text: String) throws {
        let keys = [try TestKey.verification()]
        let token = try signed(#"{"alg":"RS256"}"#, payload: Base64URL.encode(text.utf8))
        #expect(throws: JWSError.malformed) { try JWS.verify(token, keys: keys) }
    }

    @Test("The unverified header names the key that a token claims, and obeys the same refusals")
    func unverified() throws {
        #expect(try JWS.unverifiedHeader(Vector.ps256)["kid"] == "a2")
        #expect(throws: JWSError.malformed) { try JWS.unverifiedHeader("x") }
        #expect(throws: JWSError.refusedHeader("jwk")) { try JWS.unverifiedHeader(try signed(#"{"alg":"RS256","jwk":{}}"#)) }
    }
}

import JOSE
import OAuthProtocol
import Testing

@Suite struct JWSSignTests {
    @Test("RS256 signs the input of RFC 7515 A.2 into its signature")
    func appendixA2() throws {
        let input = Array("eyJhbGciOiJSUzI1NiJ9.\(Vector.payload)".utf8)
        #expect(Base64URL.encode(try TestKey.rsa().sign(input, .rs256)) == Vector.rs256Signature)
    }

    @Test(
        "The header is alg, typ, kid in this order, the payload keeps its members' order",
        arguments: [SignatureAlgorithm.rs256, .ps256])
    func form(algorithm: SignatureAlgorithm) throws {
        let token = try JWS.sign(typ: "at+jwt", payload: Vector.claims, with: TestKey.signing(algorithm, kid: "k-1"))
        let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        try #require(parts.count == 3)
        let header = try #require(Base64URL.decode(parts[0]))
        let payload = try #require(Base64URL.decode(parts[1]))
        #expect(String(decoding: header, as: UTF8.self) == #"{"alg":"\#(algorithm.rawValue)","typ":"at+jwt","kid":"k-1"}"#)
        #expect(payload == Vector.claims.serialized)
        #expect(Base64URL.decode(parts[2])?.count == 256)
    }

    @Test("What was signed verifies and reads back", arguments: [SignatureAlgorithm.rs256, .ps256])
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let token = try JWS.sign(typ: "JWT", payload: Vector.claims, with: TestKey.signing(algorithm))
        let verified = try JWS.verify(token, keys: [TestKey.verification(algorithm)])
        #expect(verified.payload == Vector.claims)
        #expect(verified.typ == "JWT")
        #expect(verified.header["kid"] == "a2")
    }

    @Test("HS256 signs under alg and typ, with kid only when there is one")
    func hs256() throws {
        let bare = JWS.signHS256(typ: "JWT", payload: Vector.claims, secret: Vector.hs256Key)
        let named = JWS.signHS256(typ: "JWT", payload: Vector.claims, secret: Vector.hs256Key, kid: "k")
        #expect(bare.hasPrefix(Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8) + "."))
        #expect(named.hasPrefix(Base64URL.encode(#"{"alg":"HS256","typ":"JWT","kid":"k"}"#.utf8) + "."))
        #expect(try JWS.verifyHS256(bare, secret: Vector.hs256Key).payload == Vector.claims)
        #expect(try JWS.verifyHS256(named, secret: Vector.hs256Key).header["kid"] == "k")
    }

    @Test("A PS256 signature differs each time and an RS256 signature never does")
    func salt() throws {
        let key = try TestKey.rsa()
        #expect(try key.sign([1], .ps256) != key.sign([1], .ps256))
        #expect(try key.sign([1], .rs256) == key.sign([1], .rs256))
    }

    @Test("A key marked HS256 signs nothing with its private key")
    func wrongAlgorithm() throws {
        let key = try TestKey.signing(.hs256)
        #expect(throws: KeyError.wrongAlgorithm) { try JWS.sign(typ: "JWT", payload: [:], with: key) }
    }

    @Test("Many tasks sign with one key at once and every signature is right")
    func concurrent() async throws {
        let key = try TestKey.signing()
        let verification = key.verificationKey
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for task in 0..<64 {
                group.addTask { @concurrent in
                    for round in 0..<4 {
                        let payload: JSONObject = ["task": .integer(Int64(task)), "round": .integer(Int64(round))]
                        let token = try JWS.sign(typ: "JWT", payload: payload, with: key)
                        guard try JWS.verify(token, keys: [verification]).payload == payload else { return false }
                    }
                    return true
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}

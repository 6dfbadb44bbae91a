import Crypto
import JOSE
import OAuthProtocol
import Testing

/// Tokens with their key in the header: DPoP proofs (RFC 9449).
@Suite struct EmbeddedKeyTests {
    private func proof(
        _ key: PrivateKey, _ algorithm: SignatureAlgorithm, jwk: JSONObject? = nil, more: String = ""
    ) throws -> String {
        let jwk = (jwk ?? key.publicKey.jwk).serializedString
        return try token(header: "{\"typ\":\"dpop+jwt\",\"alg\":\"\(algorithm.rawValue)\",\"jwk\":\(jwk)\(more)}") {
            try key.sign($0, algorithm)
        }
    }

    @Test(
        "A proof verifies with its own key, whose thumbprint is answered",
        arguments: [SignatureAlgorithm.es256, .ps256, .edDSA])
    func verifies(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(for: algorithm)
        let (verified, jwk) = try JWS.verifyEmbedded(proof(key, algorithm), algorithms: [.ps256, .es256, .edDSA])
        #expect(verified.typ == "dpop+jwt" && verified.payload == ["sub": "x"])
        #expect(jwk.thumbprint == jwkThumbprint(key.publicKey.jwk))
        #expect(jwk.key == key.publicKey)
    }

    @Test("RFC 9449 section 4.1: the proof of the specification verifies and has the thumbprint of section 6.1")
    func rfc9449() throws {
        let proof = """
            eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRj\
            QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOi\
            ItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNj\
            E2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg
            """
        let (verified, jwk) = try JWS.verifyEmbedded(proof, algorithms: [.es256])
        #expect(verified.payload["jti"] == "-BwC3ESc6acc2lTc" && verified.payload["htu"] == "https://server.example.com/token")
        #expect(jwk.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
    }

    @Test("RFC 9449 section 7.1: the proof for a resource is by the same key, and names the access token in ath")
    func rfc9449Section71() throws {
        let proof = """
            eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRj\
            QyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOi\
            JlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsIm\
            lhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71E\
            OptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA
            """
        let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"
        let (verified, jwk) = try JWS.verifyEmbedded(proof, algorithms: [.es256])
        #expect(verified.payload["htm"] == "GET" && verified.payload["htu"] == "https://resource.example.org/protectedresource")
        #expect(verified.payload["ath"] == .string(Base64URL.encode(SHA256.hash(data: Array(token.utf8)))))
        #expect(jwk.thumbprint == "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I")
    }

    @Test("A proof signed by another key than the one it shows is wrong")
    func otherKey() throws {
        let (key, other) = (try PrivateKey.generate(for: .es256), try PrivateKey.generate(for: .es256))
        let compact = try proof(key, .es256, jwk: other.publicKey.jwk)
        #expect(throws: JWSError.wrongSignature) { try JWS.verifyEmbedded(compact, algorithms: [.es256]) }
    }

    @Test(
        "A key that shows a private or symmetric member is refused although the signature is right",
        arguments: ["d", "k", "p", "q", "dp", "dq", "qi", "oth"])
    func privateMembers(name: String) throws {
        let key = try PrivateKey.generate(for: .es256)
        var jwk = key.publicKey.jwk
        jwk[name] = "AA"
        let compact = try proof(key, .es256, jwk: jwk)
        #expect(throws: JWSError.unusableKey) { try JWS.verifyEmbedded(compact, algorithms: [.es256]) }
    }

    @Test("A missing, symmetric or shapeless key is refused")
    func noKey() throws {
        let key = try PrivateKey.generate(for: .es256)
        for jwk in ["null", "\"x\"", "[]", "{}", #"{"kty":"oct","k":"AAAA"}"#, #"{"kty":"EC","crv":"P-256"}"#] {
            let compact = try token(header: "{\"alg\":\"ES256\",\"jwk\":\(jwk)}") { try key.sign($0, .es256) }
            #expect(throws: JWSError.unusableKey) { try JWS.verifyEmbedded(compact, algorithms: [.es256]) }
        }
        let bare = try token(header: #"{"alg":"ES256"}"#) { try key.sign($0, .es256) }
        #expect(throws: JWSError.unusableKey) { try JWS.verifyEmbedded(bare, algorithms: [.es256]) }
    }

    @Test("Neither an HMAC nor an algorithm of another kind of key is accepted")
    func algorithms() throws {
        let key = try PrivateKey.generate(for: .es256)
        let jwk = key.publicKey.jwk.serializedString
        for name in ["HS256", "none", "RS256", "EdDSA", "ES384"] {
            let compact = try token(header: "{\"alg\":\"\(name)\",\"jwk\":\(jwk)}") { try key.sign($0, .es256) }
            #expect(throws: JWSError.wrongAlgorithm) {
                try JWS.verifyEmbedded(compact, algorithms: Set(SignatureAlgorithm.allCases))
            }
        }
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verifyEmbedded(proof(key, .es256), algorithms: [.ps256]) }
    }

    @Test("Beside jwk nothing else is let through", arguments: ["jku", "x5u", "x5c", "crit", "b64"])
    func otherHeaders(name: String) throws {
        let compact = try proof(.generate(for: .es256), .es256, more: ",\"\(name)\":[]")
        #expect(throws: JWSError.refusedHeader(name)) { try JWS.verifyEmbedded(compact, algorithms: [.es256]) }
    }

    @Test("A repeated member inside the key, an oversize proof and one nested too deep are refused")
    func shape() throws {
        let key = try PrivateKey.generate(for: .es256)
        let good = key.publicKey.jwk.serializedString
        let repeated = good.dropLast() + #","kty":"EC"}"#
        let deep = good.dropLast() + ",\"a\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}"
        for jwk in [String(repeated), String(deep)] {
            let compact = try token(header: "{\"alg\":\"ES256\",\"jwk\":\(jwk)}") { try key.sign($0, .es256) }
            #expect(throws: JWSError.malformed) { try JWS.verifyEmbedded(compact, algorithms: [.es256]) }
        }
        let compact = try proof(key, .es256)
        #expect(throws: JWSError.tooLarge) {
            try JWS.verifyEmbedded(compact, algorithms: [.es256], limits: JWSLimits(maximumBytes: compact.utf8.count - 1))
        }
    }
}

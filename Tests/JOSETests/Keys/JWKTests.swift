import Crypto
import JOSE
import OAuthProtocol
import Testing

@Suite struct JWKTests {
    @Test("A signing key is published as kty, use, n, e, kid, x5t, x5c, alg in this order (contract 3.2)")
    func members() throws {
        let key = try TestKey.signing(kid: "bhWY")
        let jwk = key.jwk
        #expect(jwk.members.map(\.name) == ["kty", "use", "n", "e", "kid", "x5t", "x5c", "alg"])
        #expect(jwk["kty"] == "RSA" && jwk["use"] == "sig" && jwk["e"] == "AQAB" && jwk["kid"] == "bhWY" && jwk["alg"] == "RS256")
        #expect(Base64URL.decode(try #require(jwk["n"]?.string)) == key.privateKey.publicKey.rsa?.modulus)
    }

    @Test("x5c is standard base64 of the certificate, x5t base64url of its SHA-1, and nothing private is published")
    func certificate() throws {
        let key = try TestKey.signing()
        let x5c = try #require(key.jwk["x5c"]?.array)
        #expect(x5c.count == 1)
        #expect(Base64.decode(try #require(x5c.first?.string)) == key.certificate)
        #expect(Base64URL.decode(try #require(key.jwk["x5t"]?.string)) == Array(Insecure.SHA1.hash(data: key.certificate)))
        for name in ["d", "p", "q", "dp", "dq", "qi"] { #expect(key.jwk[name] == nil) }
    }

    @Test("The thumbprint of RFC 7638 section 3.1, whatever the order of members and whatever else there is")
    func thumbprint() {
        let n =
            """
            0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhM\
            stn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5\
            hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw
            """
        let jwk: JSONObject = ["kty": "RSA", "n": .string(n), "e": "AQAB", "alg": "RS256", "kid": "2011-04-29"]
        #expect(jwkThumbprint(jwk) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
    }

    @Test("The thumbprint of RFC 8037 appendix A.3 for an Ed25519 key")
    func octetKeyPair() {
        let jwk: JSONObject = ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"]
        #expect(jwkThumbprint(jwk) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("A key without what its kind needs has no thumbprint")
    func incomplete() {
        let keys: [JSONObject] = [
            [:], ["kty": "RSA", "n": "x"], ["kty": "EC", "crv": "P-256", "x": "a"], ["kty": "rsa", "n": "x", "e": "y"],
            ["kty": "RSA", "n": 1, "e": "AQAB"], ["kty": 1],
        ]
        for key in keys { #expect(jwkThumbprint(key) == nil) }
    }
}

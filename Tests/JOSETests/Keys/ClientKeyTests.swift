import JOSE
import OAuthProtocol
import Testing

@Suite struct ClientKeyTests {
    @Test("RFC 7517 A.1: both public keys are read with their members, and RFC 7638's thumbprint follows")
    func rfc7517A1() throws {
        let set = try JWKSet(parsing: Array(RFC7517.a1.utf8))
        try #require(set.keys.count == 2)
        let (ec, rsa) = (set.keys[0], set.keys[1])
        #expect(ec.kid == "1" && ec.use == "enc" && ec.alg == nil)
        #expect(rsa.kid == "2011-04-29" && rsa.use == nil && rsa.alg == "RS256")
        #expect(rsa.thumbprint == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs")
        #expect(ec.json["crv"] == "P-256" && ec.key.algorithms == [.es256])
        #expect(!ec.verifies(.es256), "its use is enc")
        #expect(rsa.verifies(.rs256) && !rsa.verifies(.ps256))
    }

    @Test("RFC 7517 A.2 and A.3: private and symmetric keys are refused, and with them the whole set")
    func rfc7517A2A3() throws {
        for text in [RFC7517.a2, RFC7517.a3] {
            for value in try #require(parsed(text)["keys"]?.array) {
                let object = try #require(value.object)
                #expect(throws: JWKError.self) { try JWK(object) }
            }
        }
        #expect(throws: JWKError.privateMember("d")) { try JWKSet(parsing: Array(RFC7517.a2.utf8)) }
        #expect(throws: JWKError.privateMember("k")) { try JWKSet(parsing: Array(RFC7517.a3.utf8)) }
        #expect(throws: JWKError.privateMember("k")) { try JWK(["kty": "oct"]) }
        #expect(throws: JWKError.privateMember("d")) { try JWK(["kty": "unheard of", "d": "AA"]) }
    }

    @Test("RFC 7517 3: the example key is read, and is for signatures of ES256")
    func rfc7517Section3() throws {
        let example = try key(
            """
            {"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStik\
            YjKIWI5a0","kid":"Public key used in JWS spec Appendix A.3 example"}
            """)
        #expect(try example.key == key(RFC7515.a3Key).key && example.verifies(.es256))
        #expect(example.kid == "Public key used in JWS spec Appendix A.3 example")
    }

    @Test("RFC 7520 3.2, 3.4, 3.5 and 3.6: private and symmetric keys are refused")
    func rfc7520Private() throws {
        #expect(throws: JWKError.privateMember("d")) { try key(RFC7520.ecPrivateKey) }
        #expect(throws: JWKError.privateMember("d")) { try key(RFC7520.rsaPrivateKey) }
        for (kid, use, alg, k) in [
            ("018c0ae5-4d9b-471b-bfd6-eef314bc7037", "sig", "HS256", RFC7520.macKey),
            ("1e571774-2e08-40da-8308-e8d68773842d", "enc", "A256GCM", "AAPapAv4LbFbiVawEjagUBluYqN5rhna-8nuldDvOx8"),
        ] {
            let json: JSONObject = [
                "kty": "oct", "kid": .string(kid), "use": .string(use), "alg": .string(alg), "k": .string(k),
            ]
            #expect(throws: JWKError.privateMember("k")) { try JWK(json) }
        }
    }

    @Test("RFC 8037 A.6 and A.7: X25519 and X448 are unknown, in a key set and as an ephemeral key")
    func rfc8037Agreement() throws {
        let x25519: JSONObject = [
            "kty": "OKP", "crv": "X25519", "kid": "Bob", "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
        ]
        let x448: JSONObject = [
            "kty": "OKP", "crv": "X448", "kid": "Dave",
            "x": "PreoKbDNIPW8_AtZm2_sz22kYnEHvbDU80W0MCfYuXL8PjT7QjKhPcG3LV67D2uB73BxnvzNgmk",
        ]
        #expect(throws: JWKError.unknownType("X25519")) { try JWK(x25519) }
        #expect(throws: JWKError.unknownType("X448")) { try JWK(x448) }
        let own = DecryptionKey(kid: nil, privateKey: .ec(try .generate(.p256)))
        for epk in [x25519, x448] {
            let header: JSONObject = ["alg": "ECDH-ES+A128KW", "enc": "A128GCM", "epk": .object(epk)]
            let compact = Base64URL.encode(header.serialized) + ".AA.AA.AA.AA"
            #expect(throws: JWEError.undecryptable) { try JWE.decrypt(compact, with: own) }
        }
    }

    @Test("RFC 7517 B: the certificate in x5c has the key's own numbers")
    func rfc7517B() throws {
        let jwk = try key(RFC7517.b)
        let text = try #require(jwk.json["x5c"]?.array?.first?.string)
        let der = try #require(Base64.decode(text))
        #expect(try X509Certificate(der: der).isSame(key: jwk))
    }

    @Test("RFC 7520 3.1 and 3.3: the keys are read")
    func rfc7520() throws {
        let ec = try key(RFC7520.ecPublicKey)
        #expect(ec.kid == "bilbo.baggins@hobbiton.example" && ec.use == "sig" && ec.key.algorithms == [.es512])
        let scalar = try ECPrivateKey(curve: .p521, scalar: decoded(RFC7520.ecScalar))
        #expect(PublicKey.ec(scalar.publicKey) == ec.key)
        #expect(try key(RFC7520.rsaPublicKey).key.rsa?.modulus.count == 256)
    }

    @Test("A set keeps the order, and tells why it ignored the keys that it cannot use")
    func ignored() throws {
        let good = try key(RFC7515.a3Key).json
        let set = try JWKSet([
            "keys": .array([
                .object(["kty": "AKP", "alg": "ML-DSA-44"]), .object(["kty": "OKP", "crv": "X25519", "x": "AAAA"]),
                .object(["kty": "EC", "crv": "secp256k1", "x": "AAAA", "y": "AAAA"]), .object(["crv": "P-256"]), .object(good),
                .object(["kty": "RSA", "n": .string(String(repeating: "_", count: 172)), "e": "AQAB"]),
                .object(["kty": "EC", "crv": "P-256", "x": "AAAA", "y": "AAAA"]),
            ])
        ])
        #expect(set.keys.count == 1)
        #expect(
            set.ignored == [
                .unknownType("AKP"), .unknownType("X25519"), .unknownType("secp256k1"), .malformed, .weakKey, .invalidPoint,
            ])
    }

    @Test("A set that is no set, has more than a hundred keys or anything but objects is refused")
    func shape() throws {
        for text in ["", "[]", "{}", #"{"keys":{}}"#, #"{"keys":[1]}"#, #"{"keys":[],"keys":[]}"#, #"{"keys":[]} x"#] {
            #expect(throws: JWKError.malformed) { try JWKSet(parsing: Array(text.utf8)) }
        }
        let good = JSONValue.object(try key(RFC7515.a3Key).json)
        #expect(try JWKSet(["keys": .array(Array(repeating: good, count: 100))]).keys.count == 100)
        #expect(throws: JWKError.tooManyKeys) { try JWKSet(["keys": .array(Array(repeating: good, count: 101))]) }
        let deep = #"{"keys":[],"x":"# + String(repeating: "[", count: 60) + String(repeating: "]", count: 60) + "}"
        #expect(throws: JWKError.malformed) { try JWKSet(parsing: Array(deep.utf8)) }
        let huge = #"{"keys":[],"x":""# + String(repeating: "a", count: 262_144) + "\"}"
        #expect(throws: JWKError.malformed) { try JWKSet(parsing: Array(huge.utf8)) }
    }

    @Test("Coordinates that are off the curve, too short, too long or another curve's are refused")
    func points() throws {
        let good = try key(RFC7515.a3Key).json
        let x = try decoded(try #require(good["x"]?.string))
        let wrong: [[UInt8]] = [
            Array(x.dropLast()), [0] + x, [], [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xFF, count: 32),
            x.dropLast() + [x[31] ^ 1],
        ]
        for coordinate in wrong {
            var jwk = good
            jwk["x"] = .string(Base64URL.encode(coordinate))
            #expect(throws: JWKError.invalidPoint) { try JWK(jwk) }
        }
        var other = good
        other["crv"] = "P-384"
        #expect(throws: JWKError.invalidPoint) { try JWK(other) }
        other["crv"] = "p-256"
        #expect(throws: JWKError.unknownType("p-256")) { try JWK(other) }
    }

    @Test(
        "Members of the wrong type or not base64url are malformed",
        arguments: [
            ["kty": 1], ["x": "++++"], ["x": 1], ["x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU="], ["kid": 1], ["use": true],
            ["alg": .null], ["key_ops": "verify"], ["crv": 256], ["kid": .null],
        ] as [JSONObject])
    func types(members: JSONObject) throws {
        var jwk = try key(RFC7515.a3Key).json
        for member in members.members { jwk[member.name] = member.value }
        #expect(throws: JWKError.malformed) { try JWK(jwk) }
    }

    @Test("RSA keys that are short, huge or have a bad exponent are weak")
    func weak() throws {
        let good = try TestKey.rsa().publicKey.jwk
        for exponent in ["AQ", "AA", "Ag", ""] {
            var jwk = good
            jwk["e"] = .string(exponent)
            #expect(throws: JWKError.weakKey) { try JWK(jwk) }
        }
        for count in [0, 128, 255, 1025] {
            var jwk = good
            jwk["n"] = .string(Base64URL.encode([UInt8](repeating: 0xFF, count: count)))
            #expect(throws: JWKError.weakKey) { try JWK(jwk) }
        }
        var jwk = good
        jwk["n"] = .string(String(repeating: "A", count: 100_000))
        #expect(throws: JWKError.malformed) { try JWK(jwk) }
    }

    @Test(
        "Ed25519 points of small order are refused, whatever their sign: anybody signs for them",
        arguments: [0, 0x80] as [UInt8])
    func smallOrder(sign: UInt8) throws {
        let eight = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"
        let points: [[UInt8]] = [
            [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31),
            [0xEC] + [UInt8](repeating: 0xFF, count: 30) + [0x7F], [0xED] + [UInt8](repeating: 0xFF, count: 30) + [0x7F],
            try bytes(hexadecimal: eight),
        ]
        for point in points {
            let jwk: JSONObject = [
                "kty": "OKP", "crv": "Ed25519", "x": .string(Base64URL.encode(point.dropLast() + [point[31] | sign])),
            ]
            #expect(throws: JWKError.invalidPoint) { try JWK(jwk) }
        }
        for count in [0, 31, 33] {
            let x = Base64URL.encode([UInt8](repeating: 7, count: count))
            #expect(throws: JWKError.invalidPoint) { try JWK(["kty": "OKP", "crv": "Ed25519", "x": .string(x)]) }
        }
    }
}

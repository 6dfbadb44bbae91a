import JOSE
import OAuthProtocol
import Testing

/// One algorithm of each kind with each content encryption.
private let choices: [(KeyManagementAlgorithm, ContentEncryption)] = KeyManagementAlgorithm.allCases.flatMap { algorithm in
    ContentEncryption.allCases.map { (algorithm, $0) }
}

@Suite struct JWETests {
    private func recipient(_ algorithm: KeyManagementAlgorithm, curve: ECCurve = .p256) throws -> DecryptionKey {
        let isRSA = algorithm.rawValue.hasPrefix("RSA")
        let pair: PrivateKey = isRSA ? .rsa(try TestKey.rsa()) : .ec(try .generate(curve))
        return DecryptionKey(kid: "e1", privateKey: pair)
    }

    private func split(_ compact: String) -> [String] {
        compact.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    }

    @Test("What is encrypted decrypts, under a header that names both algorithms, the key and the content", arguments: choices)
    func roundTrip(alg: KeyManagementAlgorithm, enc: ContentEncryption) throws {
        let key = try recipient(alg)
        for text in ["", "a", "nested.token.here", String(repeating: "é", count: 3000)] {
            let compact = try JWE.encrypt(Array(text.utf8), to: JWK(key.jwk), alg: alg, enc: enc, cty: "JWT")
            let message = try JWE.decrypt(compact, with: key)
            #expect(message.plaintext == Array(text.utf8))
            #expect(message.header["alg"] == .string(alg.rawValue) && message.header["enc"] == .string(enc.rawValue))
            #expect(message.header["kid"] == "e1" && message.header["cty"] == "JWT")
        }
    }

    @Test("Every curve agrees on a key", arguments: ECCurve.allCases)
    func curves(curve: ECCurve) throws {
        for alg in [KeyManagementAlgorithm.ecdhES, .ecdhESA128KW, .ecdhESA256KW] {
            let key = try recipient(alg, curve: curve)
            let compact = try JWE.encrypt([1, 2, 3], to: JWK(key.jwk), alg: alg, enc: .a256GCM)
            let message = try JWE.decrypt(compact, with: key)
            #expect(message.plaintext == [1, 2, 3])
            #expect(message.header["epk"]?.object?["crv"] == .string(curve.rawValue) && message.header["cty"] == nil)
        }
    }

    @Test("Two encryptions of one text have nothing in common but the header's names")
    func fresh() throws {
        let key = try recipient(.ecdhESA128KW)
        let compacts = try (0..<2).map { _ in
            split(try JWE.encrypt([1, 2, 3], to: JWK(key.jwk), alg: .ecdhESA128KW, enc: .a128GCM))
        }
        for part in 0..<5 { #expect(compacts[0][part] != compacts[1][part]) }
    }

    @Test("A changed bit anywhere ends in the same error, or in one about the header", arguments: choices)
    func tampering(alg: KeyManagementAlgorithm, enc: ContentEncryption) throws {
        let key = try recipient(alg)
        let parts = split(try JWE.encrypt(Array("secret text".utf8), to: JWK(key.jwk), alg: alg, enc: enc))
        for part in 1..<5 where !parts[part].isEmpty {
            let original = try decoded(parts[part])
            for index in [0, original.count / 2, original.count - 1] {
                var changed = original
                changed[index] ^= 0x40
                var copy = parts
                copy[part] = Base64URL.encode(changed)
                #expect(throws: JWEError.undecryptable) { try JWE.decrypt(copy.joined(separator: "."), with: key) }
            }
        }
        // One more blank in the header: the same meaning, other authenticated bytes.
        let header = String(decoding: try decoded(parts[0]), as: UTF8.self).replacing("{\"alg\"", with: "{ \"alg\"")
        let compact = ([Base64URL.encode(header.utf8)] + parts.dropFirst()).joined(separator: ".")
        #expect(throws: JWEError.undecryptable) { try JWE.decrypt(compact, with: key) }
    }

    @Test("A truncated, emptied or lengthened part ends in the same error", arguments: choices)
    func truncated(alg: KeyManagementAlgorithm, enc: ContentEncryption) throws {
        let key = try recipient(alg)
        let parts = split(try JWE.encrypt(Array("secret text".utf8), to: JWK(key.jwk), alg: alg, enc: enc))
        for part in 1..<5 {
            let original = try decoded(parts[part])
            for changed in [[], Array(original.dropLast()), original + [0], [0] + original] where changed != original {
                var copy = parts
                copy[part] = Base64URL.encode(changed)
                #expect(throws: JWEError.undecryptable) { try JWE.decrypt(copy.joined(separator: "."), with: key) }
            }
        }
        for count in 0..<5 {
            #expect(throws: JWEError.malformed) { try JWE.decrypt(parts.prefix(count).joined(separator: "."), with: key) }
        }
        #expect(throws: JWEError.malformed) { try JWE.decrypt((parts + [""]).joined(separator: "."), with: key) }
        #expect(throws: JWEError.malformed) { try JWE.decrypt(parts.joined(separator: ".") + "=", with: key) }
    }

    @Test("Only the algorithms that the caller accepts are used, and no other spelling of them")
    func algorithms() throws {
        let key = try recipient(.ecdhES)
        let compact = try JWE.encrypt([1], to: JWK(key.jwk), alg: .ecdhES, enc: .a128GCM)
        #expect(throws: JWEError.wrongAlgorithm) { try JWE.decrypt(compact, with: key, algorithms: [.rsaOAEP256]) }
        #expect(throws: JWEError.wrongAlgorithm) { try JWE.decrypt(compact, with: key, encryptions: [.a256GCM]) }
        let rest = split(compact).dropFirst().joined(separator: ".")
        for alg in ["RSA1_5", "RSA-OAEP-1", "rsa-oaep", "dir", "A128KW", "PBES2-HS256+A128KW", "ecdh-es", "none", ""] {
            let header = Base64URL.encode("{\"alg\":\"\(alg)\",\"enc\":\"A128GCM\"}".utf8)
            #expect(throws: JWEError.wrongAlgorithm) { try JWE.decrypt(header + "." + rest, with: key) }
        }
    }

    @Test(
        "A header that compresses, extends or brings a key is refused",
        arguments: ["zip", "crit", "b64", "jwk", "jku", "x5u", "x5c"])
    func refusedHeaders(name: String) throws {
        let key = try recipient(.ecdhES)
        let header = Base64URL.encode("{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"\(name)\":\"DEF\"}".utf8)
        #expect(throws: JWEError.refusedHeader(name)) { try JWE.decrypt(header + "....", with: key) }
    }

    @Test("A header that is no object, repeats a member, nests too deep or lacks an algorithm is malformed")
    func malformedHeaders() throws {
        let key = try recipient(.ecdhES)
        let nested = String(repeating: "[", count: 40) + String(repeating: "]", count: 40)
        for header in [
            "[]", "", "{}", #"{"alg":"ECDH-ES"}"#, #"{"alg":"ECDH-ES","enc":1}"#, #"{"alg":"x","alg":"ECDH-ES","enc":"A128GCM"}"#,
            #"{"alg":"ECDH-ES","enc":"A128GCM","kid":1}"#, "{\"alg\":\"ECDH-ES\",\"enc\":\"A128GCM\",\"a\":\(nested)}",
        ] {
            #expect(throws: JWEError.malformed) { try JWE.decrypt(Base64URL.encode(header.utf8) + "....", with: key) }
        }
        let huge = String(repeating: "a", count: JWELimits.standard.maximumBytes + 1)
        #expect(throws: JWEError.tooLarge) { try JWE.decrypt(huge, with: key) }
    }

    @Test(
        "An ephemeral key that is missing, off the curve, on another curve or private decrypts nothing",
        arguments: [KeyManagementAlgorithm.ecdhES, .ecdhESA256KW])
    func ephemeralKeys(alg: KeyManagementAlgorithm) throws {
        let key = try recipient(alg)
        let parts = split(try JWE.encrypt([1], to: JWK(key.jwk), alg: alg, enc: .a256GCM))
        let good = try #require(parsed(String(decoding: decoded(parts[0]), as: UTF8.self))["epk"]?.object)
        var offCurve = good
        offCurve["x"] = offCurve["y"]
        var withPrivate = good
        withPrivate["d"] = "AAAA"
        let other = try ECPrivateKey.generate(.p384).publicKey.jwk
        for epk in [nil, .null, "x", .object([:]), .object(offCurve), .object(withPrivate), .object(other)] as [JSONValue?] {
            var header: JSONObject = ["alg": .string(alg.rawValue), "enc": "A256GCM"]
            header["epk"] = epk
            let compact = ([Base64URL.encode(header.serialized)] + parts.dropFirst()).joined(separator: ".")
            #expect(throws: JWEError.undecryptable) { try JWE.decrypt(compact, with: key) }
        }
    }

    @Test("A kid chooses among our keys; a key of the wrong kind or name is unknown")
    func keyChoice() throws {
        let (rsa, ec) = (try recipient(.rsaOAEP256), try recipient(.ecdhES))
        let compact = try JWE.encrypt([1], to: JWK(ec.jwk), alg: .ecdhES, enc: .a128GCM)
        #expect(try JWE.decrypt(compact, with: [rsa, ec]).plaintext == [1])
        #expect(throws: JWEError.unknownKey) { try JWE.decrypt(compact, with: [rsa]) }
        #expect(throws: JWEError.unknownKey) { try JWE.decrypt(compact, with: []) }
        let renamed = DecryptionKey(kid: "e2", privateKey: ec.privateKey)
        #expect(throws: JWEError.unknownKey) { try JWE.decrypt(compact, with: renamed) }
        let unnamed = DecryptionKey(kid: nil, privateKey: ec.privateKey)
        #expect(try JWE.decrypt(compact, with: unnamed).plaintext == [1])
        #expect(throws: JWEError.undecryptable) { try JWE.decrypt(compact, with: recipient(.ecdhES)) }
    }

    @Test(
        "A key that was wrapped or masked with another digest than the header says is not unwrapped",
        arguments: [ForeignVector.rsaOAEP512WithSHA256, ForeignVector.rsaOAEP256WithMGF1SHA1])
    func digests(compact: String) throws {
        #expect(throws: JWEError.undecryptable) { try JWE.decrypt(compact, with: recipient(.rsaOAEP)) }
    }

    @Test("Nothing is encrypted to a key of another kind or for signatures")
    func wrongKeys() throws {
        let rsa = try JWK(TestKey.rsa().publicKey.jwk)
        let ed25519 = try JWK(Ed25519PrivateKey.generate().publicKey.jwk)
        for alg in [KeyManagementAlgorithm.ecdhES, .ecdhESA128KW, .ecdhESA256KW] {
            #expect(throws: KeyError.wrongAlgorithm) { try JWE.encrypt([], to: rsa, alg: alg, enc: .a128GCM) }
        }
        let ec = try JWK(ECPrivateKey.generate(.p256).publicKey.jwk)
        for alg in [KeyManagementAlgorithm.rsaOAEP, .rsaOAEP256, .rsaOAEP384, .rsaOAEP512] {
            #expect(throws: KeyError.wrongAlgorithm) { try JWE.encrypt([], to: ec, alg: alg, enc: .a128GCM) }
        }
        for alg in KeyManagementAlgorithm.allCases {
            #expect(throws: KeyError.wrongAlgorithm) { try JWE.encrypt([], to: ed25519, alg: alg, enc: .a128GCM) }
        }
        var forSignatures = rsa.json
        forSignatures["use"] = "sig"
        #expect(throws: KeyError.wrongAlgorithm) {
            try JWE.encrypt([], to: JWK(forSignatures), alg: .rsaOAEP256, enc: .a128GCM)
        }
    }
}

import JOSE
import OAuthProtocol
import Testing

@Suite struct SigningAlgorithmTests {
    private func signing(_ algorithm: SignatureAlgorithm) throws -> SigningKey {
        guard algorithm != .edDSA, !algorithm.rawValue.hasPrefix("ES") else {
            return SigningKey(kid: "k", algorithm: algorithm, privateKey: try .generate(for: algorithm), certificate: [])
        }
        return SigningKey(kid: "k", algorithm: algorithm, privateKey: try TestKey.rsa(), certificate: [])
    }

    @Test("What is signed verifies with our own key and with the published one", arguments: SignatureAlgorithm.asymmetric)
    func roundTrip(algorithm: SignatureAlgorithm) throws {
        let key = try signing(algorithm)
        let token = try JWS.sign(typ: "at+jwt", payload: Vector.claims, with: key)
        #expect(try JWS.verify(token, keys: [key.verificationKey]).payload == Vector.claims)
        let published = try JWKSet(["keys": .array([.object(key.jwk)])])
        let verified = try JWS.verify(token, keys: published, algorithms: [algorithm])
        #expect(verified.payload == Vector.claims && verified.typ == "at+jwt")
    }

    @Test("Without a typ there is none in the header")
    func noType() throws {
        let token = try JWS.sign(typ: nil, payload: [:], with: signing(.es256))
        #expect(try JWS.unverified(token).header.members.map(\.name) == ["alg", "kid"])
    }

    @Test(
        "An HMAC of each size verifies with its own algorithm and no other", arguments: SignatureAlgorithm.symmetric)
    func hmac(algorithm: SignatureAlgorithm) throws {
        let token = try JWS.signHMAC(typ: "JWT", payload: Vector.claims, secret: [1, 2, 3], algorithm: algorithm)
        #expect(try JWS.verifyHMAC(token, secret: [1, 2, 3], algorithms: [algorithm]).payload == Vector.claims)
        let others = SignatureAlgorithm.symmetric.subtracting([algorithm])
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verifyHMAC(token, secret: [1, 2, 3], algorithms: others) }
        #expect(throws: JWSError.wrongSignature) { try JWS.verifyHMAC(token, secret: [1, 2], algorithms: [algorithm]) }
        #expect(throws: JWSError.unknownKey) { try JWS.verifyHMAC(token, secret: [], algorithms: [algorithm]) }
    }

    @Test("A key pair signs only with the algorithms of its kind")
    func wrongKind() throws {
        let keys: [PrivateKey] = try [
            .rsa(TestKey.rsa()), .ec(.generate(.p256)), .ec(.generate(.p384)), .ec(.generate(.p521)), .ed25519(.generate()),
        ]
        for key in keys {
            for algorithm in SignatureAlgorithm.allCases where !key.publicKey.algorithms.contains(algorithm) {
                #expect(throws: KeyError.wrongAlgorithm) { try key.sign([1], algorithm) }
            }
            for algorithm in key.publicKey.algorithms {
                #expect(key.publicKey.verify(try key.sign([1], algorithm), for: [1], algorithm))
            }
        }
        for algorithm in SignatureAlgorithm.symmetric {
            #expect(throws: KeyError.wrongAlgorithm) { try PrivateKey.generate(for: algorithm) }
            let key = SigningKey(kid: "", algorithm: algorithm, privateKey: keys[1], certificate: [])
            #expect(throws: KeyError.wrongAlgorithm) { try JWS.sign(typ: nil, payload: [:], with: key) }
        }
        #expect(throws: KeyError.wrongAlgorithm) { try JWS.signHMAC(typ: nil, payload: [:], secret: [1], algorithm: .rs256) }
    }

    @Test("Names are exact: no other spelling is an algorithm", arguments: ["none", "es256", "ES256 ", "", "EdDSA\u{0}", "HS1"])
    func names(name: String) { #expect(SignatureAlgorithm(exactly: name) == nil) }

    @Test("every algorithm has either a public key or a secret")
    func halves() {
        #expect(SignatureAlgorithm.asymmetric.isDisjoint(with: SignatureAlgorithm.symmetric))
        #expect(SignatureAlgorithm.asymmetric.count + SignatureAlgorithm.symmetric.count == SignatureAlgorithm.allCases.count)
    }
}

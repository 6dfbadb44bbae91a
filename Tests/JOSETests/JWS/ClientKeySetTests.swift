import JOSE
import OAuthProtocol
import Testing

/// Tokens against the keys of a client: private_key_jwt, signed request objects.
@Suite struct ClientKeySetTests {
    private let all = SignatureAlgorithm.asymmetric

    private func set(_ members: JSONObject..., key: JSONObject) throws -> JWKSet {
        let keys = members.map { extra in
            var json = key
            for member in extra.members { json[member.name] = member.value }
            return JSONValue.object(json)
        }
        return try JWKSet(["keys": .array(keys)])
    }

    @Test("A kid chooses the key, and a token with one never tries keys of another name or of none")
    func kid() throws {
        let key = try TestKey.rsa()
        let named = try token(header: #"{"alg":"RS256","kid":"a"}"#) { try key.sign($0, .rs256) }
        let bare = try token(header: #"{"alg":"RS256"}"#) { try key.sign($0, .rs256) }
        let both = try set(["kid": "b"], ["kid": "a"], key: key.publicKey.jwk)
        #expect(try JWS.verify(named, keys: both, algorithms: all).payload == ["sub": "x"])
        #expect(try JWS.verify(bare, keys: both, algorithms: all).payload == ["sub": "x"])
        let others = try set(["kid": "b"], [:], key: key.publicKey.jwk)
        #expect(throws: JWSError.unknownKey) { try JWS.verify(named, keys: others, algorithms: all) }
        #expect(throws: JWSError.unknownKey) { try JWS.verify(bare, keys: JWKSet(keys: []), algorithms: all) }
    }

    @Test(
        "What a key says of its use binds",
        arguments: [
            ["use": "enc"], ["alg": "RS384"], ["alg": "none"], ["alg": "RSA-OAEP-256"], ["key_ops": .strings(["sign"])],
            ["key_ops": .strings([])],
        ] as [JSONObject])
    func use(members: JSONObject) throws {
        let key = try TestKey.rsa()
        let compact = try token(header: #"{"alg":"RS256"}"#) { try key.sign($0, .rs256) }
        let keys = try set(members, key: key.publicKey.jwk)
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(compact, keys: keys, algorithms: all) }
    }

    @Test("A key that says sig, RS256 and verify is used")
    func goodUse() throws {
        let key = try TestKey.rsa()
        let compact = try token(header: #"{"alg":"RS256"}"#) { try key.sign($0, .rs256) }
        let keys = try set(["use": "sig", "alg": "RS256", "key_ops": .strings(["verify"])], key: key.publicKey.jwk)
        #expect(try JWS.verify(compact, keys: keys, algorithms: [.rs256]).payload == ["sub": "x"])
    }

    @Test("The caller's algorithms bind, whatever key and token agree on")
    func algorithms() throws {
        let key = try TestKey.rsa()
        let compact = try token(header: #"{"alg":"RS256"}"#) { try key.sign($0, .rs256) }
        let keys = try set([:], key: key.publicKey.jwk)
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(compact, keys: keys, algorithms: [.ps256, .es256, .edDSA]) }
        #expect(throws: JWSError.wrongAlgorithm) { try JWS.verify(compact, keys: keys, algorithms: []) }
    }

    @Test("HS256 keyed with anything public about the client's key is refused, even when the caller accepts HS256")
    func algorithmConfusion() throws {
        let ecKey = try ECPrivateKey.generate(.p256).publicKey
        let rsaKey = try TestKey.rsa().publicKey
        let secrets = [
            rsaKey.modulus, Array(Base64URL.encode(rsaKey.modulus).utf8), rsaKey.jwk.serialized, ecKey.x + ecKey.y,
            ecKey.jwk.serialized,
        ]
        let keys = try JWKSet(["keys": .array([.object(rsaKey.jwk), .object(ecKey.jwk)])])
        for secret in secrets {
            for algorithm in SignatureAlgorithm.symmetric {
                let forged = try JWS.signHMAC(typ: "JWT", payload: ["sub": "admin"], secret: secret, algorithm: algorithm)
                #expect(throws: JWSError.wrongAlgorithm) {
                    try JWS.verify(forged, keys: keys, algorithms: Set(SignatureAlgorithm.allCases))
                }
            }
        }
    }

    @Test(
        "A header that names another place for the key is refused before any key is tried",
        arguments: ["jku", "x5u", "x5c", "jwk", "crit"])
    func refusedHeaders(name: String) throws {
        let key = try TestKey.rsa()
        let compact = try token(header: #"{"alg":"RS256","\#(name)":"https://evil.example/"}"#) { try key.sign($0, .rs256) }
        let keys = try set([:], key: key.publicKey.jwk)
        #expect(throws: JWSError.refusedHeader(name)) { try JWS.verify(compact, keys: keys, algorithms: all) }
        #expect(throws: JWSError.refusedHeader(name)) { try JWS.unverified(compact) }
    }

    @Test("An ECDSA signature of any length but r || s is wrong, DER and padded ones included")
    func ecdsaLength() throws {
        let key = try ECPrivateKey.generate(.p256)
        let keys = JWKSet(keys: [try JWK(key.publicKey.jwk)])
        let changes: [([UInt8]) -> [UInt8]] = [
            { Array($0.dropLast()) }, { $0 + [0] }, { [0] + $0 }, { _ in [] }, { _ in [UInt8](repeating: 0, count: 64) },
            { [0] + $0.prefix(32) + [0] + $0.suffix(32) }, { [0x30, 0x44, 2, 0x20] + $0.prefix(32) + [2, 0x20] + $0.suffix(32) },
        ]
        for change in changes {
            let compact = try token(header: #"{"alg":"ES256"}"#) { change(try key.sign($0, .es256)) }
            #expect(throws: JWSError.wrongSignature) { try JWS.verify(compact, keys: keys, algorithms: [.es256]) }
        }
    }

    @Test("At most ten keys are tried with a token that names none")
    func tries() throws {
        let key = try ECPrivateKey.generate(.p256)
        let compact = try token(header: #"{"alg":"ES256"}"#) { try key.sign($0, .es256) }
        let stranger = try JWK(ECPrivateKey.generate(.p256).publicKey.jwk)
        let own = try JWK(key.publicKey.jwk)
        let nine = JWKSet(keys: Array(repeating: stranger, count: 9) + [own])
        #expect(try JWS.verify(compact, keys: nine, algorithms: all).payload == ["sub": "x"])
        let ten = JWKSet(keys: Array(repeating: stranger, count: 10) + [own])
        #expect(throws: JWSError.wrongSignature) { try JWS.verify(compact, keys: ten, algorithms: all) }
    }

    @Test("Unsecured tokens have exactly alg none and an empty signature")
    func unsecured() throws {
        #expect(try JWS.unsecured(token(header: #"{"alg":"none"}"#) { _ in [] }).payload == ["sub": "x"])
        #expect(throws: JWSError.wrongSignature) { try JWS.unsecured(token(header: #"{"alg":"none"}"#) { _ in [1] }) }
        for name in ["None", "NONE", "RS256", ""] {
            #expect(throws: JWSError.wrongAlgorithm) { try JWS.unsecured(token(header: "{\"alg\":\"\(name)\"}") { _ in [] }) }
        }
        #expect(throws: JWSError.malformed) { try JWS.unsecured(token(header: "{}") { _ in [] }) }
        #expect(throws: JWSError.malformed) {
            try JWS.unsecured(token(header: #"{"alg":"none"}"#, payload: #"{"a":1,"a":2}"#) { _ in [] })
        }
    }
}

import JOSE
import OAuthProtocol
import Testing

@Suite struct PrivateKeyTests {
    @Test("PKCS #8 brings back the same key of every kind", arguments: [SignatureAlgorithm.rs256, .es256, .es384, .es512, .edDSA])
    func pkcs8(algorithm: SignatureAlgorithm) throws {
        let key = try PrivateKey.generate(for: algorithm)
        let copy = try PrivateKey(pkcs8DER: key.pkcs8DER.revealed)
        #expect(copy.publicKey == key.publicKey)
        #expect(key.publicKey.verify(try copy.sign([1, 2], algorithm), for: [1, 2], algorithm))
        #expect(copy.pkcs8DER.revealed == key.pkcs8DER.revealed)
        #expect("\(key.pkcs8DER)" == "<redacted>")
    }

    @Test("Bytes that are not one whole key are refused", arguments: [SignatureAlgorithm.es256, .edDSA])
    func malformed(algorithm: SignatureAlgorithm) throws {
        let der = try PrivateKey.generate(for: algorithm).pkcs8DER.revealed
        for bytes in [[], [0x30], Array(der.dropLast()), der + [0], Array(der.dropFirst())] {
            #expect(throws: KeyError.malformed) { try PrivateKey(pkcs8DER: bytes) }
        }
    }

    @Test("A curve that we do not use is refused: X25519 and secp256k1")
    func otherCurves() throws {
        let x25519 = "302e020100300506032b656e04220420" + String(repeating: "41", count: 32)
        #expect(throws: KeyError.malformed) { try PrivateKey(pkcs8DER: bytes(hexadecimal: x25519)) }
        let secp256k1 =
            "303e020100301006072a8648ce3d020106052b8104000a042730250201010420" + String(repeating: "41", count: 32)
        #expect(throws: KeyError.malformed) { try PrivateKey(pkcs8DER: bytes(hexadecimal: secp256k1)) }
    }

    @Test("A private scalar of zero, beyond the order or of the wrong length is refused")
    func scalars() {
        for scalar in [
            [UInt8](repeating: 0, count: 32), [UInt8](repeating: 0xFF, count: 32), [1], [UInt8](repeating: 1, count: 33), [],
        ] {
            #expect(throws: KeyError.malformed) { try ECPrivateKey(curve: .p256, scalar: scalar) }
        }
        #expect(throws: KeyError.malformed) { try Ed25519PrivateKey(seed: [1, 2, 3]) }
    }

    @Test("Leading zeros of a scalar are kept")
    func smallScalar() throws {
        let scalar = [UInt8](repeating: 0, count: 65) + [5]
        let key = PrivateKey.ec(try ECPrivateKey(curve: .p521, scalar: scalar))
        #expect(try PrivateKey(pkcs8DER: key.pkcs8DER.revealed).publicKey == key.publicKey)
    }

    @Test(
        "An EC key is published with its curve and coordinates, in the contract's order and with its certificate",
        arguments: [SignatureAlgorithm.es256, .es384, .es512])
    func publishedEC(algorithm: SignatureAlgorithm) throws {
        let pair = try PrivateKey.generate(for: algorithm)
        let certificate = try SelfSignedCertificate.make(
            for: pair, commonName: "t.example", serial: [1], notBefore: Timestamp(seconds: 1_700_000_000), lifetime: .days(10))
        let key = SigningKey(kid: "k", algorithm: algorithm, privateKey: pair, certificate: certificate)
        #expect(key.jwk.members.map(\.name) == ["kty", "use", "crv", "x", "y", "kid", "x5t", "x5c", "alg"])
        #expect(key.jwk["kty"] == "EC" && key.jwk["alg"] == .string(algorithm.rawValue))
        #expect(try JWK(key.jwk).key == pair.publicKey)
        let read = try X509Certificate(der: certificate)
        #expect(read.publicKey == pair.publicKey && read.subjectDN == "CN=t.example")
    }

    @Test("An Ed25519 key is published without a certificate")
    func publishedEd25519() throws {
        let pair = try PrivateKey.generate(for: .edDSA)
        let certificate = try SelfSignedCertificate.make(
            for: pair, commonName: "t.example", serial: [1], notBefore: Timestamp(seconds: 0), lifetime: .days(10))
        #expect(certificate.isEmpty)
        let key = SigningKey(kid: "k", algorithm: .edDSA, privateKey: pair, certificate: certificate)
        #expect(key.jwk.members.map(\.name) == ["kty", "use", "crv", "x", "kid", "alg"])
        #expect(try JWK(key.jwk).key == pair.publicKey)
    }

    @Test("Keys of different kinds, curves or numbers are different")
    func equality() throws {
        let keys = try [SignatureAlgorithm.rs256, .es256, .es256, .es384, .edDSA, .edDSA].map {
            try PrivateKey.generate(for: $0).publicKey
        }
        for (index, key) in keys.enumerated() {
            for (other, otherKey) in keys.enumerated() { #expect((key == otherKey) == (index == other)) }
        }
    }
}

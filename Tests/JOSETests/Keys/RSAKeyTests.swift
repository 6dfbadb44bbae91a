import JOSE
import OAuthProtocol
import Testing

@Suite struct RSAKeyTests {
    @Test("A generated key has the size asked for, differs from the next, and what it signs verifies")
    func generate() throws {
        let key = try RSAPrivateKey.generate()
        let other = try RSAPrivateKey.generate()
        #expect(key.publicKey.modulus.count == 256)
        #expect(key.publicKey.exponent == [1, 0, 1])
        #expect(key.publicKey.modulus != other.publicKey.modulus)
        for algorithm in [SignatureAlgorithm.rs256, .ps256] {
            let signature = try key.sign(Array("m".utf8), algorithm)
            #expect(key.publicKey.verify(signature, for: Array("m".utf8), algorithm))
            #expect(!other.publicKey.verify(signature, for: Array("m".utf8), algorithm))
            #expect(!key.publicKey.verify(signature, for: Array("n".utf8), algorithm))
        }
    }

    @Test("An empty message and a long one are signed")
    func messages() throws {
        let key = try TestKey.rsa()
        for message in [[], [UInt8](repeating: 0xA5, count: 100_000)] as [[UInt8]] {
            #expect(key.publicKey.verify(try key.sign(message, .rs256), for: message, .rs256))
        }
    }

    @Test("PKCS #8 survives a round trip, and is redacted when printed")
    func pkcs8() throws {
        let key = try TestKey.rsa()
        #expect(key.pkcs8DER.revealed == TestKey.pkcs8DER)
        let generated = try RSAPrivateKey.generate()
        let copy = try RSAPrivateKey(pkcs8DER: generated.pkcs8DER.revealed)
        #expect(copy.publicKey.modulus == generated.publicKey.modulus)
        #expect(generated.publicKey.verify(try copy.sign([1], .rs256), for: [1], .rs256))
        #expect("\(key.pkcs8DER)" == "<redacted>")
    }

    @Test("Bytes that are not one whole PKCS #8 RSA key are refused")
    func malformed() throws {
        let der = try #require(TestKey.pkcs8DER)
        for bytes in [[], [0x30], Array("-----BEGIN".utf8), Array(der.dropLast()), Array(der.dropFirst()), der + [0]] {
            #expect(throws: KeyError.malformed) { try RSAPrivateKey(pkcs8DER: bytes) }
        }
    }

    @Test("An EC key in PKCS #8 is refused")
    func ellipticCurve() throws {
        let text =
            """
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgZOtVtAwYqx4n0Ot/A2+hKugzhPJxJ8urfhs2EBJ+vROhRANCAASU\
            cQ3/2Lhh9LJoPucmerjv4Vk/qInTzD2pl8IJjZdqWBcGEvbo91anq7LYaBocUnOv+zqW8TQrEPQeY9TWaodo
            """
        let der = try #require(Base64.decode(text))
        #expect(throws: KeyError.malformed) { try RSAPrivateKey(pkcs8DER: der) }
    }

    @Test("Sizes that RFC 7518 forbids, or that would stop a core, are refused", arguments: [0, 512, 1024, 2047, 8193, 65_536])
    func sizes(bits: Int) {
        #expect(throws: KeyError.unsupportedSize(bits: bits)) { try RSAPrivateKey.generate(bits: bits) }
    }

    @Test("A public key is made from its numbers, leading zeros do not matter")
    func publicKey() throws {
        let key = try TestKey.rsa()
        let copy = try RSAPublicKey(modulus: [0] + key.publicKey.modulus, exponent: [0, 1, 0, 1])
        #expect(copy.modulus == key.publicKey.modulus && copy.exponent == [1, 0, 1])
        #expect(copy.verify(try key.sign([1], .rs256), for: [1], .rs256))
        #expect(copy.jwk["e"] == "AQAB")
    }

    @Test("A public key with a short modulus or an exponent that is even, one, empty or huge is refused")
    func weakPublicKeys() throws {
        let modulus = try TestKey.rsa().publicKey.modulus
        for exponent in [[], [0], [1], [2], [1, 0, 0], [UInt8](repeating: 1, count: 9)] as [[UInt8]] {
            #expect(throws: KeyError.malformed) { try RSAPublicKey(modulus: modulus, exponent: exponent) }
        }
        let short = [UInt8](repeating: 0xFF, count: 128)
        #expect(throws: KeyError.unsupportedSize(bits: 1024)) { try RSAPublicKey(modulus: short, exponent: [1, 0, 1]) }
        #expect(throws: KeyError.unsupportedSize(bits: 0)) { try RSAPublicKey(modulus: [], exponent: [1, 0, 1]) }
    }
}

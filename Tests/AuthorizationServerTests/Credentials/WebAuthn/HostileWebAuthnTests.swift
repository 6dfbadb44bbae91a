import AuthorizationServer
import Credentials
import OAuthProtocol
import TestSupport
import Testing

/// SplitMix64, so that a failing round can be repeated from its seed.
private struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

@Suite struct HostileWebAuthnTests {
    private static let seeds: [UInt64] = Array(1...8)

    @Test("Random CBOR is refused or read to a value that is written and read again unchanged", arguments: seeds)
    func randomCBOR(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let heads: [UInt8] = [0x00, 0x20, 0x40, 0x41, 0x60, 0x61, 0x80, 0x81, 0x82, 0xA0, 0xA1, 0xA2, 0xF4, 0xF6, 0x18, 0x58]
        for _ in 0..<2000 {
            let input = (0..<Int.random(in: 0...24, using: &generator)).map { _ -> UInt8 in
                let head = Bool.random(using: &generator) ? heads.randomElement(using: &generator) : nil
                return head ?? .random(in: 0...255, using: &generator)
            }
            guard let value = try? CBOR.decode(input) else { continue }
            #expect(try CBOR.decode(value.encoded) == value)
        }
    }

    @Test("A registration with bytes changed is refused, or stores a credential of the form that it must have", arguments: seeds)
    func changedRegistration(seed: UInt64) throws {
        var generator = SeededGenerator(state: seed)
        let vectors = [WebAuthnVector.noneES256, .packedSelfES256, .packedES256, .tpmES256]
        for _ in 0..<400 {
            let vector = try #require(vectors.randomElement(using: &generator))
            var attestation = vector.attestation
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 0..<attestation.attestationObject.count, using: &generator)
                attestation.attestationObject[index] = .random(in: 0...255, using: &generator)
            }
            let expected = vector.expectation(vector.registration.challenge)
            guard let credential = try? WebAuthnChecks().register(attestation, expecting: expected) else { continue }
            #expect((1...1023).contains(credential.credentialID.count))
            #expect(credential.aaguid.count == 16)
            #expect(throws: Never.self) { try COSEKey(parsing: credential.publicKey) }
        }
    }

    @Test(
        "Empty input, huge claimed lengths and nested bombs are refused by every reader",
        arguments: [
            "", "00", "ff", "80", "a0", "5bffffffffffffffff", "9bffffffffffffffff", "bbffffffffffffffff", "7b7fffffffffffffff",
            "a363666d74646e6f6e656761747453746d74a06861757468446174615b7fffffffffffffff",
            "a363666d74646e6f6e656761747453746d74a0686175746844617461 5affffffff00", "a163666d749f9f9f9f9f9f9f9f9f9f9f",
            "8181818181818181818181818181818181818181818181818181818181818181", "a1a1a1a1a1a1a1a1a1a1a1a1a1a1",
        ])
    func hostileInput(hexadecimal: String) {
        let input = bytes(hexadecimal)
        #expect(throws: WebAuthnError.self) { try AttestationObject(parsing: input) }
        #expect(throws: WebAuthnError.self) { try AuthenticatorData(parsing: input) }
        #expect(throws: WebAuthnError.self) { try COSEKey(parsing: input) }
        #expect(throws: WebAuthnError.self) { try ClientData(parsing: input) }
        #expect(AttestationCertificate(der: input) == nil)
    }

    @Test(
        "A credential whose stored key is broken fails its authentication and nothing else",
        arguments: ["", "a0", "ff", "a5010203"])
    func brokenStoredKey(hexadecimal: String) throws {
        let authenticator = TestAuthenticator()
        let assertion = try authenticator.assert()
        var credential = authenticator.credential()
        credential.publicKey = bytes(hexadecimal)
        #expect(throws: WebAuthnError.malformed) {
            try WebAuthnChecks().authenticate(assertion, with: credential, expecting: TestAuthenticator.expectation)
        }
    }
}

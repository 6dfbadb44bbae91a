import AuthorizationServer
import Credentials
import Testing

@Suite struct WebAuthnVectorTests {
    private let checks = WebAuthnChecks()

    private func register(_ vector: WebAuthnVector) throws -> WebAuthnCredential {
        try checks.register(vector.attestation, expecting: vector.expectation(vector.registration.challenge))
    }

    private static var members: [WritableKeyPath<WebAuthnAssertion, [UInt8]>] {
        [\.clientDataJSON, \.authenticatorData, \.signature]
    }

    private func isAccepted(_ vector: WebAuthnVector, _ attestation: WebAuthnAttestation) -> Bool {
        let expected = vector.expectation(vector.registration.challenge)
        return (try? checks.register(attestation, expecting: expected)) != nil
    }

    private func isAccepted(
        _ vector: WebAuthnVector, _ assertion: WebAuthnAssertion, with credential: WebAuthnCredential
    ) -> Bool {
        (try? authenticate(vector, assertion, with: credential)) != nil
    }

    private func authenticate(
        _ vector: WebAuthnVector, _ assertion: WebAuthnAssertion, with credential: WebAuthnCredential
    ) throws -> WebAuthnAuthentication {
        try checks.authenticate(
            assertion, with: credential, expecting: vector.expectation(vector.authentication.challenge))
    }

    @Test(
        "WebAuthn level 3 sections 16.2, 16.3, 16.6 to 16.11 and 16.13 to 16.16: registrations and authentications are accepted",
        arguments: WebAuthnVector.accepted)
    func accepted(vector: WebAuthnVector) throws {
        let credential = try register(vector)
        #expect(credential.attestationFormat == vector.format)
        #expect(credential.aaguid.count == 16)
        #expect(credential.signatureCount == 0)
        let flags = bytes(vector.authentication.authenticatorData)[32]
        let outcome = try authenticate(vector, vector.assertion, with: credential)
        #expect(outcome.signatureCount == 0)
        #expect(outcome.isUserVerified == (flags & 0x04 != 0))
        #expect(outcome.isBackedUp == (flags & 0x10 != 0))
        #expect(credential.isBackupEligible == (flags & 0x08 != 0))
    }

    @Test("WebAuthn level 3 sections 16.2 and 16.6: what is stored of a credential is what its vector says")
    func credential() throws {
        let credential = try register(.noneES256)
        #expect(credential.aaguid == bytes("8446ccb9ab1db374750b2367ff6f3a1f"))
        #expect(credential.credentialID == bytes("f91f391db4c9b2fde0ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4"))
        #expect(credential.publicKey.starts(with: bytes("a5010203262001215820afefa16f97ca")) && credential.publicKey.count == 77)
        #expect(credential.isBackupEligible && credential.isBackedUp)
        #expect(try register(.noneES256LongCredentialID).credentialID.count == 1023)
    }

    @Test(
        "WebAuthn level 3 sections 16.4 and 16.5: ceremonies inside another site's frame are refused",
        arguments: WebAuthnVector.framed)
    func framed(vector: WebAuthnVector) throws {
        #expect(throws: WebAuthnError.wrongOrigin) { try register(vector) }
        let object = try AttestationObject(parsing: vector.attestation.attestationObject)
        let attested = try #require(object.authenticatorData.credential)
        let credential = WebAuthnCredential(credentialID: attested.id, publicKey: attested.publicKeyBytes, signatureCount: 0)
        #expect(throws: WebAuthnError.wrongOrigin) { try authenticate(vector, vector.assertion, with: credential) }
    }

    @Test("WebAuthn level 3 section 16.12: a credential with Ed448, an algorithm that we do not offer, is refused")
    func unknownAlgorithm() throws {
        let vector = WebAuthnVector.packedEd448
        #expect(throws: WebAuthnError.unsupportedAlgorithm) { try register(vector) }
        var credential = WebAuthnCredential(
            credentialID: bytes("224fcde324e6b075ede55098a24b9ddce5f5a7c71d23703efd528a38f8a5f33c"),
            publicKey: Array(vector.attestation.attestationObject.suffix(68)), signatureCount: 0)
        credential.isBackupEligible = true
        #expect(credential.publicKey.starts(with: bytes("a40101033834200721")))
        #expect(throws: WebAuthnError.unsupportedAlgorithm) { try authenticate(vector, vector.assertion, with: credential) }
    }

    @Test("An assertion with one bit changed anywhere is refused", arguments: WebAuthnVector.packed)
    func changedAssertion(vector: WebAuthnVector) throws {
        let credential = try register(vector)
        let assertion = vector.assertion
        for member in Self.members {
            let accepted = assertion[keyPath: member].indices.filter { index in
                var changed = assertion
                changed[keyPath: member][index] ^= 1
                return isAccepted(vector, changed, with: credential)
            }
            #expect(accepted.isEmpty)
        }
    }

    @Test("A packed attestation with one bit of what it signs changed is refused", arguments: WebAuthnVector.packed)
    func changedAttestation(vector: WebAuthnVector) throws {
        let attestation = vector.attestation
        let object = attestation.attestationObject
        let data = try AttestationObject(parsing: object).authenticatorData.bytes
        let accepted = ((object.count - data.count)..<object.count).filter { index in
            var changed = attestation
            changed.attestationObject[index] ^= 1
            return isAccepted(vector, changed)
        }
        #expect(accepted.isEmpty)
    }

    @Test("A response cut short at any byte, or with a byte behind it, is refused", arguments: WebAuthnVector.accepted)
    func truncated(vector: WebAuthnVector) throws {
        let (attestation, assertion) = (vector.attestation, vector.assertion)
        let credential = try register(vector)
        let accepted = Self.wrongLengths(of: attestation.attestationObject).filter { object in
            isAccepted(vector, WebAuthnAttestation(clientDataJSON: attestation.clientDataJSON, attestationObject: object))
        }
        #expect(accepted.isEmpty)
        for member in Self.members {
            let accepted = Self.wrongLengths(of: assertion[keyPath: member]).filter { value in
                var changed = assertion
                changed[keyPath: member] = value
                return isAccepted(vector, changed, with: credential)
            }
            #expect(accepted.isEmpty)
        }
    }

    /// Every beginning, and one byte more.
    private static func wrongLengths(of bytes: [UInt8]) -> [[UInt8]] {
        bytes.indices.map { Array(bytes[..<$0]) } + [bytes + [0]]
    }

    @Test("A credential's assertion is refused for another credential")
    func otherCredential() throws {
        var credential = try register(.packedSelfES256)
        credential.publicKey = try register(.packedES256).publicKey
        #expect(throws: WebAuthnError.wrongSignature) {
            try authenticate(.packedSelfES256, WebAuthnVector.packedSelfES256.assertion, with: credential)
        }
    }


    @Test("A new credential has one of the algorithms that were offered")
    func offered() throws {
        let vector = WebAuthnVector.noneES256
        var expected = vector.expectation(vector.registration.challenge)
        expected.algorithms = [-8, -7, -257]
        #expect(try checks.register(vector.attestation, expecting: expected).attestationFormat == "none")
        expected.algorithms = [-8, -257]
        #expect(throws: WebAuthnError.unsupportedAlgorithm) { try checks.register(vector.attestation, expecting: expected) }
    }
}

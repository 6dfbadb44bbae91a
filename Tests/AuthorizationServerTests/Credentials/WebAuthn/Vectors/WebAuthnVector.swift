import AuthorizationServer
import Testing

/// One of the test vectors of WebAuthn level 3 (https://www.w3.org/TR/webauthn-3/#sctn-test-vectors): a credential is made,
/// then used once. Bytes are in hexadecimal, and every one of them was compared with a published copy, but those of 16.12.
struct WebAuthnVector: Sendable, CustomTestStringConvertible {
    struct Registration: Sendable {
        let challenge: String
        let clientDataJSON: String
        let attestationObject: String
    }

    struct Authentication: Sendable {
        let challenge: String
        let clientDataJSON: String
        let authenticatorData: String
        let signature: String
    }

    /// Of the specification.
    let section: String
    /// The `info` that the vector's random values are derived with.
    let name: String
    let format: String
    let registration: Registration
    let authentication: Authentication

    var testDescription: String { "WebAuthn level 3 section \(section), \(name)" }

    static let none = [noneES256, noneES256LongCredentialID]
    static let packed = [packedSelfES256, packedES256, packedES384, packedES512, packedRS256, packedEdDSA]
    static let unverified = [tpmES256, androidKeyES256, appleES256, fidoU2FES256]
    static let accepted = none + packed + unverified
    static let framed = [noneES256CrossOrigin, noneES256TopOrigin]

    var attestation: WebAuthnAttestation {
        WebAuthnAttestation(
            clientDataJSON: Array(registration.clientDataJSON.utf8), attestationObject: bytes(registration.attestationObject))
    }

    var assertion: WebAuthnAssertion {
        WebAuthnAssertion(
            clientDataJSON: Array(authentication.clientDataJSON.utf8),
            authenticatorData: bytes(authentication.authenticatorData), signature: bytes(authentication.signature))
    }

    func expectation(_ challenge: String) -> WebAuthnExpectation {
        WebAuthnExpectation(
            challenge: bytes(challenge), relyingPartyID: "example.org", origins: ["https://example.org"],
            requiresUserVerification: false)
    }
}

/// Bytes from hexadecimal; white space between them is left out.
func bytes(_ hexadecimal: String) -> [UInt8] {
    let digits = hexadecimal.compactMap(\.hexDigitValue)
    return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
}

/// Checks what an authenticator answered (WebAuthn level 3, sections 7.1 and 7.2). Declared here, implemented in `Credentials`.
/// Pure: whether the challenge was ours, is unused, and whose credential it is, is the caller's to know.
package protocol WebAuthnVerifier: Sendable {
    /// Throws `WebAuthnError`.
    func register(_ response: WebAuthnAttestation, expecting: WebAuthnExpectation) throws(WebAuthnError) -> WebAuthnCredential
    func authenticate(
        _ response: WebAuthnAssertion, with credential: WebAuthnCredential, expecting: WebAuthnExpectation
    ) throws(WebAuthnError) -> WebAuthnAuthentication
}

/// What the relying party expects of a ceremony.
package struct WebAuthnExpectation: Sendable {
    package var challenge: [UInt8]
    package var relyingPartyID: String
    /// Serialized origins that may run the ceremony.
    package var origins: [String]
    package var requiresUserVerification: Bool
    /// COSE numbers of the algorithms that a new credential may have, as they were offered to the authenticator; `nil` takes
    /// all that can be verified (section 7.1 step 20).
    package var algorithms: [Int64]?

    package init(challenge: [UInt8], relyingPartyID: String, origins: [String], requiresUserVerification: Bool) {
        (self.challenge, self.relyingPartyID, self.origins) = (challenge, relyingPartyID, origins)
        self.requiresUserVerification = requiresUserVerification
    }
}

/// `AuthenticatorAttestationResponse`.
package struct WebAuthnAttestation: Sendable {
    package var clientDataJSON: [UInt8]
    package var attestationObject: [UInt8]

    package init(clientDataJSON: [UInt8], attestationObject: [UInt8]) {
        (self.clientDataJSON, self.attestationObject) = (clientDataJSON, attestationObject)
    }
}

/// `AuthenticatorAssertionResponse`.
package struct WebAuthnAssertion: Sendable {
    package var clientDataJSON: [UInt8]
    package var authenticatorData: [UInt8]
    package var signature: [UInt8]

    package init(clientDataJSON: [UInt8], authenticatorData: [UInt8], signature: [UInt8]) {
        (self.clientDataJSON, self.authenticatorData, self.signature) = (clientDataJSON, authenticatorData, signature)
    }
}

/// A credential as it is stored.
package struct WebAuthnCredential: Sendable, Equatable {
    package var credentialID: [UInt8]
    /// COSE_Key.
    package var publicKey: [UInt8]
    package var signatureCount: Int64
    package var isBackupEligible: Bool
    package var isBackedUp: Bool
    /// The attestation format: `none`, `packed` …; only these two are verified, others are stored as unverified.
    package var attestationFormat: String
    package var aaguid: [UInt8]

    package init(credentialID: [UInt8], publicKey: [UInt8], signatureCount: Int64) {
        (self.credentialID, self.publicKey, self.signatureCount) = (credentialID, publicKey, signatureCount)
        (isBackupEligible, isBackedUp, attestationFormat, aaguid) = (false, false, "none", [])
    }
}

package struct WebAuthnAuthentication: Sendable, Equatable {
    package var signatureCount: Int64
    package var isUserVerified: Bool
    package var isBackedUp: Bool

    package init(signatureCount: Int64, isUserVerified: Bool, isBackedUp: Bool) {
        (self.signatureCount, self.isUserVerified, self.isBackedUp) = (signatureCount, isUserVerified, isBackedUp)
    }
}

package enum WebAuthnError: Error, Sendable, Equatable {
    case malformed
    case wrongType, wrongChallenge, wrongOrigin, wrongRelyingParty
    case userNotPresent, userNotVerified
    case unsupportedAlgorithm, wrongSignature, wrongAttestation
    /// The counter went back: the authenticator may have been cloned.
    case counterWentBack
}

package import AuthorizationServer
import Crypto

/// The relying party's side of WebAuthn level 3: sections 7.1 (registration) and 7.2 (authentication), without trust in
/// attestation roots. Pure, and safe to feed with any bytes.
package struct WebAuthnChecks: WebAuthnVerifier {
    package init() {}

    package func register(
        _ response: WebAuthnAttestation, expecting expected: WebAuthnExpectation
    ) throws(WebAuthnError) -> WebAuthnCredential {
        try ClientData(parsing: response.clientDataJSON).check(.create, expected)
        let attestation = try AttestationObject(parsing: response.attestationObject)
        let data = attestation.authenticatorData
        try data.check(expected)
        guard let attested = data.credential else { throw .malformed }
        if let offered = expected.algorithms, !offered.contains(attested.publicKey.algorithm.rawValue) {
            throw .unsupportedAlgorithm
        }
        let evidence = AttestationEvidence(
            authenticatorData: data, credential: attested, clientDataHash: Self.hash(response.clientDataJSON))
        try attestation.statement.check(evidence)
        var credential = WebAuthnCredential(
            credentialID: attested.id, publicKey: attested.publicKeyBytes, signatureCount: Int64(data.signatureCount))
        credential.isBackupEligible = data.flags.contains(.backupEligible)
        credential.isBackedUp = data.flags.contains(.backedUp)
        credential.attestationFormat = attestation.statement.format.rawValue
        credential.aaguid = attested.aaguid
        return credential
    }

    /// Also `malformed` when whether the credential can be backed up is not what it was at registration (section 7.2 step 18).
    package func authenticate(
        _ response: WebAuthnAssertion, with credential: WebAuthnCredential, expecting expected: WebAuthnExpectation
    ) throws(WebAuthnError) -> WebAuthnAuthentication {
        try ClientData(parsing: response.clientDataJSON).check(.get, expected)
        let data = try AuthenticatorData(parsing: response.authenticatorData)
        try data.check(expected)
        // An assertion carries no new credential (section 6.1).
        guard data.credential == nil, data.flags.contains(.backupEligible) == credential.isBackupEligible else {
            throw .malformed
        }
        let key = try COSEKey(parsing: credential.publicKey)
        guard key.verify(response.signature, for: response.authenticatorData + Self.hash(response.clientDataJSON)) else {
            throw .wrongSignature
        }
        // After the signature: a counter that nobody signed proves nothing.
        let count = Int64(data.signatureCount)
        let isUncounted = count == 0 && credential.signatureCount == 0
        guard isUncounted || count > credential.signatureCount else { throw .counterWentBack }
        return WebAuthnAuthentication(
            signatureCount: count, isUserVerified: data.flags.contains(.userVerified),
            isBackedUp: data.flags.contains(.backedUp))
    }

    private static func hash(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }
}

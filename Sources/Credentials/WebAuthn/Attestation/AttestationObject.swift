package import AuthorizationServer
import OAuthProtocol

/// `attestationObject` (WebAuthn section 6.5): a map of `fmt`, `attStmt` and `authData`.
package struct AttestationObject: Sendable {
    package let authenticatorData: AuthenticatorData
    package let statement: AttestationStatement

    /// Throws `malformed`, `unsupportedAlgorithm` for the credential's key, and `wrongAttestation` for a format that is not
    /// known or a statement that is not of its format's form.
    package init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard let map = (try? CBOR.decode(bytes))?.map, let format = map["fmt"]?.text, let members = map["attStmt"]?.map,
            let authenticatorData = map["authData"]?.bytes
        else { throw .malformed }
        self.authenticatorData = try AuthenticatorData(parsing: authenticatorData)
        statement = try AttestationStatement(format, members)
    }
}

/// What an attestation statement speaks of.
package struct AttestationEvidence: Sendable {
    let authenticatorData: AuthenticatorData
    let credential: AttestedCredential
    let clientDataHash: [UInt8]

    var signedBytes: [UInt8] { authenticatorData.bytes + clientDataHash }
}

/// An attestation statement of a known format (WebAuthn section 8).
package struct AttestationStatement: Sendable {
    package let format: AttestationFormat
    package let members: CBORMap

    /// Throws `wrongAttestation`.
    init(_ name: String, _ members: CBORMap) throws(WebAuthnError) {
        guard let format = AttestationFormat.allCases.first(where: { $0.rawValue.isExactly(name) }) else {
            throw .wrongAttestation
        }
        for (name, kind) in format.requiredMembers {
            guard let value = members[name], kind.accepts(value) else { throw .wrongAttestation }
        }
        (self.format, self.members) = (format, members)
    }

    /// Throws `wrongAttestation` when a `none` or `packed` statement is not true of `evidence`, `unsupportedAlgorithm` for a
    /// `packed` one signed with an algorithm that is not known.
    func check(_ evidence: AttestationEvidence) throws(WebAuthnError) {
        switch format {
        case .none:
            guard members.entries.isEmpty else { throw .wrongAttestation }
        case .packed: try PackedAttestation(members).check(evidence)
        case .tpm, .apple, .androidKey, .androidSafetyNet, .fidoU2F: break
        }
    }
}

import AuthorizationServer
import OAuthProtocol

/// The `packed` statement (WebAuthn section 8.2): signed with the credential's own key, or with that of a certificate.
struct PackedAttestation {
    private let algorithm: COSEAlgorithm
    private let signature: [UInt8]
    private let certificates: [[UInt8]]?

    /// Throws `wrongAttestation` for members that the format does not have, or `unsupportedAlgorithm`.
    init(_ members: CBORMap) throws(WebAuthnError) {
        guard let identifier = members["alg"]?.integer, let signature = members["sig"]?.bytes,
            members.keys.isSubset(of: ["alg", "sig", "x5c"])
        else { throw .wrongAttestation }
        guard let algorithm = COSEAlgorithm(rawValue: identifier) else { throw .unsupportedAlgorithm }
        (self.algorithm, self.signature) = (algorithm, signature)
        certificates = try members["x5c"].map { (value) throws(WebAuthnError) in
            guard let certificates = AttestationFormat.Certificates.read(value) else { throw .wrongAttestation }
            return certificates
        }
    }

    func check(_ evidence: AttestationEvidence) throws(WebAuthnError) {
        guard let leaf = certificates?.first else { return try checkSelfSigned(evidence) }
        guard let certificate = AttestationCertificate(der: leaf), certificate.isPackedLeaf(of: evidence.credential.aaguid),
            let key = certificate.key(for: algorithm), key.verify(signature, for: evidence.signedBytes)
        else { throw .wrongAttestation }
    }

    private func checkSelfSigned(_ evidence: AttestationEvidence) throws(WebAuthnError) {
        let key = evidence.credential.publicKey
        guard key.algorithm == algorithm, key.verify(signature, for: evidence.signedBytes) else { throw .wrongAttestation }
    }
}

extension AttestationCertificate {
    /// What section 8.2.1 demands of the certificate that signs. Its issuers and its dates are not looked at: they matter to
    /// those who keep a list of roots.
    func isPackedLeaf(of aaguid: [UInt8]) -> Bool {
        isVersion3 && hasAuthenticatorSubject && isCertificateAuthority == false && names(aaguid)
    }

    private var hasAuthenticatorSubject: Bool {
        guard let country = only(.country), let organization = only(.organization), let unit = only(.organizationalUnit),
            only(.commonName)?.isEmpty == false
        else { return false }
        return country.utf8.count == 2 && !organization.isEmpty && unit.isExactly("Authenticator Attestation")
    }

    /// The model that the certificate names, if it does, is the one that the authenticator says it is (section 8.2).
    private func names(_ aaguid: [UInt8]) -> Bool {
        guard let named = extensions[.aaguid] else { return true }
        var reader = DERReader(named.value[...])
        return !named.isCritical && reader.next(.octetString).map(Array.init) == aaguid && reader.isAtEnd
    }
}

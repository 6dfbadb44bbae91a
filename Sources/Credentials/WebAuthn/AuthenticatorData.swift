package import AuthorizationServer
import Crypto

/// What the authenticator says (WebAuthn section 6.1): 37 bytes, then the new credential and extension outputs, if their
/// flags are set, and nothing else.
package struct AuthenticatorData: Sendable {
    package struct Flags: OptionSet, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }

        package static let userPresent = Flags(rawValue: 0x01)
        package static let userVerified = Flags(rawValue: 0x04)
        package static let backupEligible = Flags(rawValue: 0x08)
        package static let backedUp = Flags(rawValue: 0x10)
        package static let attestedCredential = Flags(rawValue: 0x40)
        package static let extensions = Flags(rawValue: 0x80)
    }

    /// As it is signed.
    package let bytes: [UInt8]
    /// SHA-256 of the relying party ID.
    package let relyingPartyIDHash: [UInt8]
    package let flags: Flags
    package let signatureCount: UInt32
    package let credential: AttestedCredential?
    package let extensions: CBORMap?

    private static let fixedLength = 37

    /// Throws `malformed`, and `unsupportedAlgorithm` for the key of a new credential.
    package init(parsing bytes: [UInt8]) throws(WebAuthnError) {
        guard bytes.count >= Self.fixedLength else { throw .malformed }
        let flags = Flags(rawValue: bytes[32])
        // What cannot be backed up is not backed up (section 6.1.3).
        guard !flags.contains(.backedUp) || flags.contains(.backupEligible) else { throw .malformed }
        var rest = bytes[Self.fixedLength...]
        credential = flags.contains(.attestedCredential) ? try AttestedCredential(parsingStartOf: &rest) : nil
        extensions = flags.contains(.extensions) ? try Self.extensions(parsingStartOf: &rest) : nil
        guard rest.isEmpty else { throw .malformed }
        (self.bytes, self.flags, relyingPartyIDHash) = (bytes, flags, Array(bytes[..<32]))
        signatureCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func extensions(parsingStartOf rest: inout ArraySlice<UInt8>) throws(WebAuthnError) -> CBORMap {
        guard let (value, count) = try? CBOR.decodeFirst(rest), let map = value.map, map.entries.allSatisfy(isNamedByText) else {
            throw .malformed
        }
        rest = rest.dropFirst(count)
        return map
    }

    private static func isNamedByText(_ entry: CBORMap.Entry) -> Bool {
        if case .text = entry.key { true } else { false }
    }

    /// Steps 13 to 15 of section 7.1, 15 to 17 of 7.2.
    package func check(_ expected: WebAuthnExpectation) throws(WebAuthnError) {
        guard relyingPartyIDHash.elementsEqual(SHA256.hash(data: Array(expected.relyingPartyID.utf8))) else {
            throw .wrongRelyingParty
        }
        guard flags.contains(.userPresent) else { throw .userNotPresent }
        guard flags.contains(.userVerified) || !expected.requiresUserVerification else { throw .userNotVerified }
    }
}

/// `attestedCredentialData` (WebAuthn section 6.5.2).
package struct AttestedCredential: Sendable {
    package let aaguid: [UInt8]
    package let id: [UInt8]
    /// COSE_Key as written.
    package let publicKeyBytes: [UInt8]
    package let publicKey: COSEKey

    /// Longer ones are refused (section 7.1 step 25).
    static let maximumIDLength = 1023

    /// Takes the structure off the front of `rest`. Throws `malformed` or `unsupportedAlgorithm`.
    init(parsingStartOf rest: inout ArraySlice<UInt8>) throws(WebAuthnError) {
        let head = rest.prefix(18)
        guard head.count == 18 else { throw .malformed }
        let idLength = head.suffix(2).reduce(0) { $0 << 8 | Int($1) }
        let id = rest.dropFirst(18).prefix(idLength)
        guard (1...Self.maximumIDLength).contains(idLength), id.count == idLength else { throw .malformed }
        let keyAndMore = rest.dropFirst(18 + idLength)
        guard let (value, count) = try? CBOR.decodeFirst(keyAndMore), let map = value.map else { throw .malformed }
        publicKey = try COSEKey(map)
        (aaguid, self.id, publicKeyBytes) = (Array(head.prefix(16)), Array(id), Array(keyAndMore.prefix(count)))
        rest = keyAndMore.dropFirst(count)
    }
}

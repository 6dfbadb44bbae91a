import Crypto

/// An object identifier, as DER contents, and those that an attestation certificate is asked for.
struct OID: Hashable, Sendable {
    let contents: [UInt8]

    static let commonName = OID(contents: [0x55, 4, 3])
    static let country = OID(contents: [0x55, 4, 6])
    static let organization = OID(contents: [0x55, 4, 10])
    static let organizationalUnit = OID(contents: [0x55, 4, 11])
    static let basicConstraints = OID(contents: [0x55, 0x1D, 19])
    /// id-fido-gen-ce-aaguid, 1.3.6.1.4.1.45724.1.1.4.
    static let aaguid = OID(contents: [0x2B, 6, 1, 4, 1, 0x82, 0xE5, 0x1C, 1, 1, 4])
    /// 1.2.840.113549.1.1.1.
    static let rsaEncryption = OID(contents: [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 1])
    /// 1.3.101.112.
    static let ed25519 = OID(contents: [0x2B, 0x65, 0x70])
}

/// As much of an X.509 certificate (RFC 5280 section 4.1) as WebAuthn section 8.2.1 asks about. Neither its signature nor its
/// dates are looked at.
package struct AttestationCertificate: Sendable {
    struct Extension: Sendable {
        let isCritical: Bool
        let value: [UInt8]
    }

    let isVersion3: Bool
    private let subject: [(type: OID, value: String)]
    let extensions: [OID: Extension]
    private let subjectPublicKeyInfo: [UInt8]

    /// `nil` for what is no DER certificate, or has an extension twice.
    package init?(der: [UInt8]) {
        var file = DERReader(der[...])
        guard var certificate = file.enter(.sequence), file.isAtEnd, var fields = certificate.enter(.sequence),
            certificate.next(.sequence) != nil, certificate.next(.bitString) != nil, certificate.isAtEnd
        else { return nil }
        var version = fields.enter(.context0)
        guard fields.next(.integer) != nil, fields.next(.sequence) != nil, fields.next(.sequence) != nil,
            fields.next(.sequence) != nil, let subject = fields.enter(.sequence).flatMap(Self.names),
            fields.nextTag == .sequence, let key = fields.next()?.whole, let extensions = Self.extensions(&fields)
        else { return nil }
        isVersion3 = version?.next(.integer) == [2]
        (self.subject, self.extensions, subjectPublicKeyInfo) = (subject, extensions, Array(key))
    }

    /// The value of the one attribute of this type in the subject; `nil` when there is none or more than one.
    func only(_ type: OID) -> String? {
        let values = subject.filter { $0.type == type }
        return values.count == 1 ? values[0].value : nil
    }

    /// `nil` without (readable) basic constraints.
    var isCertificateAuthority: Bool? {
        guard let constraints = extensions[.basicConstraints] else { return nil }
        var value = DERReader(constraints.value[...])
        guard var fields = value.enter(.sequence), value.isAtEnd else { return nil }
        guard !fields.isAtEnd else { return false }
        return fields.next(.boolean).map { $0 != [0] }
    }

    /// Attributes in a string type that WebAuthn does not name are left out.
    private static func names(_ subject: DERReader) -> [(type: OID, value: String)]? {
        var subject = subject
        var names: [(type: OID, value: String)] = []
        while !subject.isAtEnd {
            guard var relative = subject.enter(.set) else { return nil }
            while !relative.isAtEnd {
                guard var attribute = relative.enter(.sequence), let type = attribute.next(.objectIdentifier) else { return nil }
                guard let value = attribute.next(.utf8String) ?? attribute.next(.printableString) else { continue }
                guard let text = String(validating: value, as: UTF8.self) else { return nil }
                names.append((OID(contents: Array(type)), text))
            }
        }
        return names
    }

    /// Those that stand at the end of `fields`, perhaps behind the unique identifiers that nobody writes.
    private static func extensions(_ fields: inout DERReader) -> [OID: Extension]? {
        while !fields.isAtEnd, fields.nextTag != .context3 {
            if fields.next() == nil { return nil }
        }
        if fields.isAtEnd { return [:] }
        guard var wrapper = fields.enter(.context3), fields.isAtEnd, var list = wrapper.enter(.sequence), wrapper.isAtEnd else {
            return nil
        }
        var found: [OID: Extension] = [:]
        while !list.isAtEnd {
            guard var element = list.enter(.sequence), let type = element.next(.objectIdentifier) else { return nil }
            let isCritical = element.next(.boolean).map { $0 != [0] } ?? false
            guard let value = element.next(.octetString), element.isAtEnd else { return nil }
            let isNew = found.updateValue(
                Extension(isCritical: isCritical, value: Array(value)), forKey: OID(contents: Array(type))) == nil
            guard isNew else { return nil }
        }
        return found
    }
}

extension AttestationCertificate {
    /// The subject's key; `nil` when it is not one for `algorithm`.
    func key(for algorithm: COSEAlgorithm) -> SignatureKey? {
        switch algorithm {
        case .es256: (try? P256.Signing.PublicKey(derRepresentation: subjectPublicKeyInfo)).map(SignatureKey.es256)
        case .es384: (try? P384.Signing.PublicKey(derRepresentation: subjectPublicKeyInfo)).map(SignatureKey.es384)
        case .es512: (try? P521.Signing.PublicKey(derRepresentation: subjectPublicKeyInfo)).map(SignatureKey.es512)
        case .edDSA: keyBits(.ed25519).flatMap { SignatureKey(ed25519: Array($0)) }
        case .rs256: keyBits(.rsaEncryption).flatMap(Self.rsa)
        }
    }

    /// The contents of `subjectPublicKey`, if its algorithm is `type`.
    private func keyBits(_ type: OID) -> ArraySlice<UInt8>? {
        var reader = DERReader(subjectPublicKeyInfo[...])
        guard var info = reader.enter(.sequence), var algorithm = info.enter(.sequence),
            algorithm.next(.objectIdentifier).map(Array.init) == type.contents, let bits = info.next(.bitString), info.isAtEnd,
            bits.first == 0
        else { return nil }
        return bits.dropFirst()
    }

    private static func rsa(_ bits: ArraySlice<UInt8>) -> SignatureKey? {
        var reader = DERReader(bits)
        guard var key = reader.enter(.sequence), reader.isAtEnd, let modulus = key.next(.integer),
            let exponent = key.next(.integer), key.isAtEnd
        else { return nil }
        return SignatureKey(modulus: Array(modulus), exponent: Array(exponent))
    }
}

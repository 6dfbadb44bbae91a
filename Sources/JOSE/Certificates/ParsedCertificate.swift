import CLibCrypto
import OAuthProtocol

/// A certificate in libcrypto's memory, for the time of reading it; whoever makes one frees it.
struct ParsedCertificate {
    let pointer: OpaquePointer

    init(der: [UInt8]) throws(CertificateError) {
        let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var cursor = buffer.baseAddress
            guard let certificate = d2i_X509(nil, &cursor, buffer.count) else { return nil }
            guard cursor == buffer.baseAddress.map({ $0 + buffer.count }) else {
                X509_free(certificate)
                return nil
            }
            return certificate
        }
        guard let parsed else { throw malformed() }
        pointer = parsed
    }

    func free() { X509_free(pointer) }

    func subject() throws(CertificateError) -> String {
        guard let output = BIO_new(BIO_s_mem()) else { throw malformed() }
        defer { BIO_free(output) }
        let written = X509_NAME_print_ex(output, X509_get_subject_name(pointer), 0, martlet_xn_flag_rfc4514)
        guard written >= 0 else { throw malformed() }
        var bytes = [UInt8](repeating: 0, count: BIO_ctrl_pending(output))
        guard !bytes.isEmpty else { return "" }
        guard BIO_read(output, &bytes, Int32(bytes.count)) == Int32(bytes.count),
            let text = String(validating: bytes, as: UTF8.self)
        else { throw malformed() }
        return text
    }

    func publicKey() -> PublicKey? {
        guard let borrowed = X509_get0_pubkey(pointer), EVP_PKEY_up_ref(borrowed) == 1 else {
            ERR_clear_error()
            return nil
        }
        return try? PublicKey(EVPKey(owning: borrowed))
    }

    func notBefore() throws(CertificateError) -> Timestamp { try timestamp(X509_get0_notBefore(pointer)) }
    func notAfter() throws(CertificateError) -> Timestamp { try timestamp(X509_get0_notAfter(pointer)) }

    private func timestamp(_ time: UnsafePointer<ASN1_TIME>?) throws(CertificateError) -> Timestamp {
        let epoch = ASN1_TIME_set(nil, 0)
        defer { ASN1_TIME_free(epoch) }
        var (days, seconds): (Int32, Int32) = (0, 0)
        guard let epoch, ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { throw malformed() }
        return Timestamp(seconds: Int64(days) * 86_400 + Int64(seconds))
    }

    /// The subject alternative names (RFC 5280 section 4.2.1.6) of the kinds that RFC 8705 section 2.1.2 names.
    func alternativeNames() throws(CertificateError) -> AlternativeNames {
        var criticality: Int32 = 0
        let extensionValue = X509_get_ext_d2i(pointer, NID_subject_alt_name, &criticality, nil)
        guard let extensionValue else {
            // Minus one says that there is none; anything else, that it is there twice or broken.
            guard criticality == -1 else { throw malformed() }
            return AlternativeNames()
        }
        let names = OpaquePointer(extensionValue)
        defer { GENERAL_NAMES_free(names) }
        var result = AlternativeNames()
        for index in 0..<martlet_general_name_count(names) {
            if let name = martlet_general_name(names, index) { result.append(name.pointee) }
        }
        return result
    }
}

/// The names of a certificate beside its subject.
struct AlternativeNames {
    private(set) var dns: [String] = []
    private(set) var uri: [String] = []
    private(set) var ip: [String] = []
    private(set) var email: [String] = []

    fileprivate mutating func append(_ name: GENERAL_NAME) {
        switch name.type {
        case GEN_DNS: text(name.d.dNSName).map { dns.append($0) }
        case GEN_URI: text(name.d.uniformResourceIdentifier).map { uri.append($0) }
        case GEN_EMAIL: text(name.d.rfc822Name).map { email.append($0) }
        case GEN_IPADD: IPAddressText(bytes(name.d.iPAddress)).map { ip.append($0.text) }
        default: break
        }
    }

    private func bytes(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> [UInt8] {
        Array(UnsafeBufferPointer(start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string))))
    }

    /// Only printable ASCII: a NUL or a line break in a name is there to be read differently by different programs.
    private func text(_ string: UnsafeMutablePointer<ASN1_STRING>?) -> String? {
        let bytes = bytes(string)
        guard !bytes.isEmpty, bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Empties libcrypto's queue of errors: what it did not like is the certificate's fault.
private func malformed() -> CertificateError {
    ERR_clear_error()
    return .malformed
}

extension PublicKey {
    /// The public half of a key that libcrypto read. Throws `KeyError` for kinds, sizes and curves that we do not use.
    init(_ key: EVPKey) throws {
        switch key.kind {
        case .rsa:
            self = .rsa(
                try RSAPublicKey(modulus: key.number(OSSL_PKEY_PARAM_RSA_N), exponent: key.number(OSSL_PKEY_PARAM_RSA_E)))
        case .ec:
            guard let name = key.groupName, let curve = ECCurve(groupName: name) else { throw KeyError.malformed }
            self = .ec(
                try ECPublicKey(
                    curve: curve, x: key.number(OSSL_PKEY_PARAM_EC_PUB_X, count: curve.coordinateSize),
                    y: key.number(OSSL_PKEY_PARAM_EC_PUB_Y, count: curve.coordinateSize)))
        case .ed25519: self = .ed25519(try Ed25519PublicKey(x: key.rawKey(.publicHalf)))
        case .other: throw KeyError.malformed
        }
    }
}

import CLibCrypto
import Crypto
import OAuthProtocol

/// A certificate in the forms in which tools ask for it that read no JWK (contract 3.2).
package struct CertificateForms: Sendable {
    package let der: [UInt8]

    package init(der: [UInt8]) { self.der = der }

    /// RFC 7468 section 5.
    package var pem: String { PEM.text(of: der, label: "CERTIFICATE") }

    /// The `SubjectPublicKeyInfo` alone, in PEM (RFC 7468 section 13). Throws `CertificateError.malformed`.
    package func publicKeyPEM() throws -> String {
        let certificate = try ParsedCertificate(der: der)
        defer { certificate.free() }
        return PEM.text(of: try certificate.publicKeyInfo(), label: "PUBLIC KEY")
    }

    /// A PKCS #7 bundle in DER that signs nothing and holds the certificate (RFC 2315 section 9.1; `certs-only` of RFC 8551
    /// section 3.8). Throws `CertificateError.malformed`.
    package func pkcs7() throws -> [UInt8] {
        let certificate = try ParsedCertificate(der: der)
        defer { certificate.free() }
        return try certificate.bundle()
    }

    /// SHA-1 of the DER in upper-case hexadecimal, colons between the bytes. It names a certificate and protects nothing.
    package var fingerprint: String {
        let digits = Array("0123456789ABCDEF".utf8)
        let pairs = Insecure.SHA1.hash(data: der).map { byte in
            String(decoding: [digits[Int(byte >> 4)], digits[Int(byte & 15)]], as: UTF8.self)
        }
        return pairs.joined(separator: ":")
    }
}

/// Textual encodings of DER (RFC 7468).
enum PEM {
    /// 64 characters a line (section 2), a line feed after each.
    static func text(of der: [UInt8], label: String) -> String {
        var lines = ["-----BEGIN \(label)-----"]
        var rest = Base64.encode(der)[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        lines.append("-----END \(label)-----\n")
        return lines.joined(separator: "\n")
    }
}

extension ParsedCertificate {
    /// The `SubjectPublicKeyInfo` (RFC 5280 section 4.1.2.7) in DER.
    func publicKeyInfo() throws -> [UInt8] {
        let key = try check(X509_get0_pubkey(pointer), "X509_get0_pubkey")
        return try derBytes("i2d_PUBKEY") { i2d_PUBKEY(key, $0) }
    }

    /// The certificate in a bundle of its own. What such a bundle would sign is left out, as by `openssl crl2pkcs7`.
    func bundle() throws -> [UInt8] {
        let bundle = try check(PKCS7_new(), "PKCS7_new")
        defer { PKCS7_free(bundle) }
        try check(PKCS7_set_type(bundle, NID_pkcs7_signed), "PKCS7_set_type")
        try check(PKCS7_content_new(bundle, NID_pkcs7_data), "PKCS7_content_new")
        try check(Int32(PKCS7_ctrl(bundle, PKCS7_OP_SET_DETACHED_SIGNATURE, 1, nil)), "PKCS7_set_detached")
        try check(PKCS7_add_certificate(bundle, pointer), "PKCS7_add_certificate")
        return try derBytes("i2d_PKCS7") { i2d_PKCS7(bundle, $0) }
    }
}

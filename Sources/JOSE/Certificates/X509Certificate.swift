import CLibCrypto
import Crypto
package import OAuthProtocol

/// Why bytes are no certificate.
package enum CertificateError: Error, Sendable, Equatable {
    case tooLarge
    /// Not one whole X.509 certificate, or not PEM.
    case malformed
}

/// What a client certificate says (RFC 5280), as far as RFC 8705 asks. Reading it verifies nothing: neither its signature, nor
/// its time, nor who issued it.
package struct X509Certificate: Sendable {
    package let der: [UInt8]
    /// The subject as RFC 4514 writes it, the last part of the sequence first: `CN=client,O=Example,C=DE`. Types that libcrypto
    /// knows have its short names, others are dotted numbers with a value in `#` and hexadecimal.
    package let subjectDN: String
    package let sanDNS: [String]
    package let sanURI: [String]
    /// As RFC 5952 and dotted decimals write them.
    package let sanIP: [String]
    package let sanEmail: [String]
    /// `nil` for a kind of key that we do not use, and for RSA keys of unusable size.
    package let publicKey: PublicKey?
    package let notBefore: Timestamp
    package let notAfter: Timestamp

    private static let maximumBytes = 32_768

    /// Reads one whole certificate of at most 32 KiB.
    package init(der: [UInt8]) throws(CertificateError) {
        guard der.count <= Self.maximumBytes else { throw .tooLarge }
        let parsed = try ParsedCertificate(der: der)
        defer { parsed.free() }
        self.der = der
        subjectDN = try parsed.subject()
        let names = try parsed.alternativeNames()
        (sanDNS, sanURI, sanIP, sanEmail) = (names.dns, names.uri, names.ip, names.email)
        publicKey = parsed.publicKey()
        (notBefore, notAfter) = (try parsed.notBefore(), try parsed.notAfter())
    }

    /// The SHA-256 of the DER in base64url: `x5t#S256` (RFC 7517 section 4.9, RFC 8705 section 3.1).
    package var thumbprintS256: String { Base64URL.encode(SHA256.hash(data: der)) }

    /// Whether `key` is the certificate's: how `self_signed_tls_client_auth` knows a client (RFC 8705 section 2.2).
    package func isSame(key: JWK) -> Bool { publicKey == key.key }

    /// Whether the subject is the registered one: the same attributes in the same order, however escaped, and types by
    /// their names in any case or by their numbers (RFC 8705 section 2.1.2, RFC 4514). False for text that is no such name.
    package func hasSubject(_ registered: String) -> Bool {
        guard let registered = DistinguishedName(registered), let own = DistinguishedName(subjectDN) else { return false }
        return !own.isEmpty && own == registered
    }

    package func isValid(at now: Timestamp) -> Bool { notBefore <= now && now <= notAfter }
}

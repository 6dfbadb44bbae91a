import Crypto
import FoundationEssentials
import NIOSSL
import OAuthProtocol
import SwiftASN1
import X509

/// A certificate authority of this data directory and the server certificate that it signed: `localhost`, `*.localhost`,
/// 127.0.0.1 and ::1. Kept, and renewed before they expire.
struct LocalAuthority {
    /// PEM of the authority's certificate, for clients to trust.
    let certificatePath: String
    let tls: TLSConfiguration

    private static let authorityLifetime: Lifetime = .days(3650)
    private static let serverLifetime: Lifetime = .days(397)
    private static let renewalMargin: Lifetime = .days(30)

    /// Reads what is in `directory`, or makes it. Throws `CommandFailure` when files cannot be written.
    static func open(in directory: String, now: Timestamp) throws -> LocalAuthority {
        try PlainFile.makeDirectory(directory)
        let authority = try pair("\(directory)/ca", now: now) { try makeAuthority(now: now) }
        let server = try pair("\(directory)/server", now: now, signedBy: authority) {
            try makeServer(signedBy: authority, now: now)
        }
        let chain = try NIOSSLCertificate(bytes: Array(server.certificate.serializeAsPEM().pemString.utf8), format: .pem)
        let key = try NIOSSLPrivateKey(bytes: Array(server.key.serializeAsPEM().pemString.utf8), format: .pem)
        return LocalAuthority(certificatePath: "\(directory)/ca.pem", tls: .listener(chain: [chain], key: key))
    }

    struct Pair {
        let certificate: Certificate
        let key: Certificate.PrivateKey
    }

    /// What the two files hold, unless it is unreadable, near its end or signed by another; otherwise a new pair.
    private static func pair(
        _ path: String, now: Timestamp, signedBy authority: Pair? = nil, make: () throws -> Pair
    ) throws -> Pair {
        if let kept = try read(path), isUsable(kept, now: now, signedBy: authority) { return kept }
        let made = try make()
        try PlainFile.replace("\(path).key", with: Array(made.key.serializeAsPEM().pemString.utf8 + [0x0A]))
        try PlainFile.replace("\(path).pem", with: Array(made.certificate.serializeAsPEM().pemString.utf8 + [0x0A]), mode: 0o644)
        return made
    }

    private static func read(_ path: String) throws -> Pair? {
        guard let pem = try PlainFile.readIfPresent("\(path).pem"), let key = try PlainFile.readIfPresent("\(path).key"),
            let certificate = try? Certificate(pemEncoded: String(decoding: pem, as: UTF8.self)),
            let privateKey = try? Certificate.PrivateKey(pemEncoded: String(decoding: key, as: UTF8.self))
        else { return nil }
        return Pair(certificate: certificate, key: privateKey)
    }

    private static func isUsable(_ pair: Pair, now: Timestamp, signedBy authority: Pair?) -> Bool {
        let isYoung = pair.certificate.notValidAfter > date(now + renewalMargin)
        let isSigned =
            authority.map { $0.certificate.publicKey.isValidSignature(pair.certificate.signature, for: pair.certificate) } ?? true
        return isYoung && isSigned && pair.key.publicKey == pair.certificate.publicKey
    }

    private static func makeAuthority(now: Timestamp) throws -> Pair {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let name = try DistinguishedName {
            CommonName("Martlet development CA \(Date(timeIntervalSince1970: Double(now.seconds)).ISO8601Format())")
        }
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
            Critical(KeyUsage(keyCertSign: true, cRLSign: true))
            SubjectKeyIdentifier(hash: key.publicKey)
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: date(now - .days(1)),
            notValidAfter: date(now + authorityLifetime), issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: key)
        return Pair(certificate: certificate, key: key)
    }

    private static func makeServer(signedBy authority: Pair, now: Timestamp) throws -> Pair {
        let key = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let authorityKeyID = SubjectKeyIdentifier(hash: authority.key.publicKey).keyIdentifier
        let loopback6 = [UInt8](repeating: 0, count: 15) + [1]
        let extensions = try Certificate.Extensions {
            Critical(BasicConstraints.notCertificateAuthority)
            Critical(KeyUsage(digitalSignature: true))
            try ExtendedKeyUsage([.serverAuth])
            SubjectKeyIdentifier(hash: key.publicKey)
            AuthorityKeyIdentifier(keyIdentifier: authorityKeyID)
            SubjectAlternativeNames([
                .dnsName("localhost"), .dnsName("*.localhost"),
                .ipAddress(ASN1OctetString(contentBytes: [127, 0, 0, 1])),
                .ipAddress(ASN1OctetString(contentBytes: loopback6[...])),
            ])
        }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key.publicKey,
            notValidBefore: date(now - .days(1)),
            notValidAfter: date(now + serverLifetime), issuer: authority.certificate.subject,
            subject: try DistinguishedName { CommonName("localhost") }, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: authority.key)
        return Pair(certificate: certificate, key: key)
    }

    private static func date(_ timestamp: Timestamp) -> Date { Date(timeIntervalSince1970: Double(timestamp.seconds)) }
}

package import AuthorizationServer
package import HTTPTypes
import JOSE

/// The fields in which a proxy that terminates TLS reports the client's certificate (contract 2.2). They count only when the
/// request comes from a trusted proxy, which must remove what clients send under these names.
package struct CertificateFields: Sendable, Equatable {
    /// The leaf, as PEM in one of the forms in which proxies write it.
    package var certificate: HTTPField.Name
    /// `SUCCESS`, `FAILED:reason` or `NONE`.
    package var verification: HTTPField.Name

    package init(certificate: HTTPField.Name = .clientCertificate, verification: HTTPField.Name = .clientCertificateVerified) {
        (self.certificate, self.verification) = (certificate, verification)
    }

    /// `nil` without a certificate, for one that cannot be read, and when a field stands there twice: then someone else than
    /// the proxy wrote one of them.
    package func presented(_ fields: HTTPFields) -> PresentedCertificate? {
        let (certificates, verdicts) = (fields[values: certificate], fields[values: verification])
        guard certificates.count == 1, verdicts.count <= 1, !certificates[0].isEmpty, verdicts.first != "NONE",
            let leaf = try? X509Certificate(pem: certificates[0])
        else { return nil }
        return PresentedCertificate(der: leaf.der, isChainVerified: verdicts.first == "SUCCESS")
    }
}

extension HTTPField.Name {
    package static let clientCertificate = HTTPField.Name("client-certificate")!
    package static let clientCertificateVerified = HTTPField.Name("client-certificate-ca-verified")!
}

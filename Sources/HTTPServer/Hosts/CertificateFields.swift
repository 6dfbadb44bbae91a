package import AuthorizationServer
import Crypto
package import HTTPTypes
import JOSE
package import OAuthProtocol

/// The fields in which a proxy that terminates TLS reports the client's certificate (contract 2.2). They count only when the
/// request comes from a trusted proxy and carries the secret that the proxy was given: a proxy that was set up without
/// certificates in mind passes on what clients write under these names.
package struct CertificateFields: Sendable {
    /// The leaf, as PEM in one of the forms in which proxies write it.
    package var certificate: HTTPField.Name
    /// `SUCCESS`, `FAILED:reason` or `NONE`.
    package var verification: HTTPField.Name
    /// What the proxy sends as `cname-api-key`.
    private let secret: SecretString

    package init(
        secret: SecretString, certificate: HTTPField.Name = .clientCertificate,
        verification: HTTPField.Name = .clientCertificateVerified
    ) {
        (self.secret, self.certificate, self.verification) = (secret, certificate, verification)
    }

    /// `nil` without the secret, without a certificate, for one that cannot be read, and when a field stands there twice: then
    /// someone else than the proxy wrote one of them.
    package func presented(_ fields: HTTPFields) -> PresentedCertificate? {
        let (certificates, verdicts) = (fields[values: certificate], fields[values: verification])
        guard isFromProxy(fields[values: .cnameAPIKey]), certificates.count == 1, verdicts.count <= 1, !certificates[0].isEmpty, verdicts.first != "NONE",
            let leaf = try? X509Certificate(pem: certificates[0])
        else { return nil }
        return PresentedCertificate(der: leaf.der, isChainVerified: verdicts.first == "SUCCESS")
    }

    /// Digests are compared, so that time tells nothing of the secret.
    private func isFromProxy(_ keys: [String]) -> Bool {
        keys.count == 1 && SHA256.hash(data: Array(keys[0].utf8)) == SHA256.hash(data: Array(secret.revealed.utf8))
    }
}

extension HTTPField.Name {
    package static let clientCertificate = HTTPField.Name("client-certificate")!
    /// Auth0's name for the field by which an edge authenticates itself (contract 2.2).
    package static let cnameAPIKey = HTTPField.Name("cname-api-key")!
    package static let clientCertificateVerified = HTTPField.Name("client-certificate-ca-verified")!
}

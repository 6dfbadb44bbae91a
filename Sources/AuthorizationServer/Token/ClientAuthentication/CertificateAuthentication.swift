import JOSE
import OAuthProtocol
import Storage

/// Mutual TLS as client authentication (RFC 8705 section 2). That the sender holds the certificate's key was proved in the
/// handshake; what is judged here is whose certificate it is.
struct CertificateAuthentication {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Why the request's certificate does not prove the client; `nil` when it does.
    func refusal(of client: Client, in request: RequestInfo) async -> String? {
        guard let presented = request.clientCertificate else { return "no client certificate" }
        guard let certificate = try? X509Certificate(der: presented.der) else { return "unreadable client certificate" }
        guard client.tokenEndpointAuthMethod == .tlsClientAuth else {
            return await isRegistered(certificate, for: client, in: request) ? nil : "an unregistered client certificate"
        }
        guard presented.isChainVerified else { return "the client certificate is not from a trusted authority" }
        return Self.names(certificate, client.proof) ? nil : "another subject's client certificate"
    }

    /// RFC 8705 section 2.1.2: the registered name, and every one of them when there are several.
    private static func names(_ certificate: X509Certificate, _ proof: ClientProof) -> Bool {
        let subject = proof.tlsClientAuthSubjectDN.map(certificate.hasSubject)
        let alternatives = [
            (proof.tlsClientAuthSANDNS?.lowercased(), certificate.sanDNS.map { $0.lowercased() }),
            (proof.tlsClientAuthSANURI, certificate.sanURI), (proof.tlsClientAuthSANIP, certificate.sanIP),
            (proof.tlsClientAuthSANEmail, certificate.sanEmail),
        ].map { expected, present in expected.map { name in present.contains(where: name.isExactly) } }
        let verdicts = ([subject] + alternatives).compactMap(\.self)
        return !verdicts.isEmpty && verdicts.allSatisfy { $0 }
    }

    /// RFC 8705 section 2.2: the certificate's key is one that the client registered, by value or by `jwks_uri`.
    private func isRegistered(_ certificate: X509Certificate, for client: Client, in request: RequestInfo) async -> Bool {
        let source = ClientKeys(context)
        do {
            let known = try await source.keys(of: client, in: request)
            if known.keys.contains(where: certificate.isSame) { return true }
            let fresh = try await source.refreshed(of: client, insteadOf: known, in: request)
            return fresh?.keys.contains(where: certificate.isSame) ?? false
        } catch {
            return false
        }
    }
}

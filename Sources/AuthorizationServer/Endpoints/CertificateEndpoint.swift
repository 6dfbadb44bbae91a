package import JOSE
import OAuthProtocol
import Storage

/// The certificate of the key that signs tokens with RS256 now, for tools that read no JWK Set (contract 3.2).
package struct CertificateEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Makes the tenant's first keys when it has none.
    package func certificate(in request: RequestInfo) async throws -> CertificateForms {
        let keys = try await context.environment.signingKeys.keySet(for: context, host: request.issuer.host, now: request.now)
        return CertificateForms(der: keys.current.certificate)
    }
}

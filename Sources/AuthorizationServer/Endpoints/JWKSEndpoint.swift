import JOSE
package import OAuthProtocol
import Storage

/// `GET /.well-known/jwks.json` (RFC 7517, contract 3.2): current, next and previous key of each algorithm.
package struct JWKSEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Makes the keys of algorithms that the tenant lists and that have none: whoever keeps a copy must know them before the first
    /// token comes that they signed.
    package func document(in request: RequestInfo) async throws -> JSONObject {
        let listed = context.settings.signingAlgorithms.compactMap(SignatureAlgorithm.init(exactly:)).filter { !$0.isSymmetric }
        let keys = try await context.environment.signingKeys.keySet(
            for: context, having: listed, host: request.issuer.host, now: request.now)
        return keys.jwks
    }
}

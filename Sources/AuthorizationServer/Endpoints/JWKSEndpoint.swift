package import OAuthProtocol
import Storage

/// `GET /.well-known/jwks.json` (RFC 7517, contract 3.2): current, next and previous key.
package struct JWKSEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    package func document(in request: RequestInfo) async throws -> JSONObject {
        let keys = try await context.environment.signingKeys.keySet(
            for: context, host: request.issuer.host, now: request.now)
        return keys.jwks
    }
}

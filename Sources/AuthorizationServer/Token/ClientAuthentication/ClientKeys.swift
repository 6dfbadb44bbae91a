package import JOSE
import OAuthProtocol
package import Storage

/// Why the keys of a client or of an identity provider are not to be had. For the log.
package enum ClientKeysError: Error, Sendable, Equatable {
    /// Neither `jwks` nor `jwks_uri` is registered.
    case none
    case malformed
    case notFetched(OutboundError)
}

/// The public keys of a client, as it registered them: by value or by `jwks_uri` (RFC 7591 section 2).
package struct ClientKeys: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The keys, fetched ones from memory while they are fresh. Throws `ClientKeysError`.
    package func keys(of client: Client, in request: RequestInfo) async throws(ClientKeysError) -> JWKSet {
        if let text = client.proof.jwks {
            do { return try context.environment.remoteDocuments.keySets.keys(in: text) } catch { throw .malformed }
        }
        guard let url = client.proof.jwksURI else { throw .none }
        return try await PublishedKeys(context, in: request).keys(at: url)
    }

    /// The keys fetched again, because `known` neither explain a signature nor have one to encrypt to: at most once in 30 seconds
    /// by anybody, who then reads them for all. `nil` when they are still the same, and for keys by value. Throws
    /// `ClientKeysError`.
    package func refreshed(
        of client: Client, insteadOf known: JWKSet, in request: RequestInfo
    ) async throws(ClientKeysError) -> JWKSet? {
        guard client.proof.jwks == nil, let url = client.proof.jwksURI else { return nil }
        return try await PublishedKeys(context, in: request).refreshed(at: url, insteadOf: known)
    }
}

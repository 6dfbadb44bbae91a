package import JOSE
import OAuthProtocol
package import Storage

/// Why a client's keys are not to be had. For the log.
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

    /// How long fetched keys serve.
    private static let maximumAge: Lifetime = .minutes(10)

    /// The keys, fetched ones from memory while they are fresh. Throws `ClientKeysError`.
    package func keys(of client: Client, in request: RequestInfo) async throws(ClientKeysError) -> JWKSet {
        if let text = client.proof.jwks { return try parsed(text) }
        guard let url = client.proof.jwksURI else { throw .none }
        return try await fetched(url, DocumentFreshness(now: request.now, maximumAge: Self.maximumAge))
    }

    /// The keys fetched again, for a signature that those known do not explain: at most once in 30 seconds, `nil` otherwise
    /// and for keys by value. Throws `ClientKeysError`.
    package func refreshed(of client: Client, in request: RequestInfo) async throws(ClientKeysError) -> JWKSet? {
        guard client.proof.jwks == nil, let url = client.proof.jwksURI else { return nil }
        let known = try await keys(of: client, in: request)
        var freshness = DocumentFreshness(now: request.now, maximumAge: Self.maximumAge)
        freshness.asksAgain = true
        let fresh = try await fetched(url, freshness)
        return fresh.keys.map(\.json) == known.keys.map(\.json) ? nil : fresh
    }

    private func fetched(_ url: String, _ freshness: DocumentFreshness) async throws(ClientKeysError) -> JWKSet {
        let document: OutboundResponse
        do {
            document = try await context.environment.remoteDocuments.document(
                at: url, accepting: "application/jwk-set+json, application/json", through: context.environment.outbound,
                freshness: freshness)
        } catch { throw .notFetched(error) }
        guard let text = String(validating: document.body, as: UTF8.self) else { throw .malformed }
        return try parsed(text)
    }

    private func parsed(_ text: String) throws(ClientKeysError) -> JWKSet {
        do { return try context.environment.remoteDocuments.keySets.keys(in: text) } catch { throw .malformed }
    }
}

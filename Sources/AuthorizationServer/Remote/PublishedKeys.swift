import JOSE
import OAuthProtocol

/// The key sets that clients and identity providers publish under a `jwks_uri`: fetched through the guarded way out, parsed
/// once, kept for ten minutes.
struct PublishedKeys: Sendable {
    private let environment: ServerEnvironment
    private let now: Timestamp

    init(_ context: TenantContext, in request: RequestInfo) { (environment, now) = (context.environment, request.now) }

    /// How long fetched keys serve.
    private static let maximumAge: Lifetime = .minutes(10)

    /// The keys, from memory while they are fresh. Throws `ClientKeysError`.
    func keys(at url: String) async throws(ClientKeysError) -> JWKSet {
        try await fetched(url, DocumentFreshness(now: now, maximumAge: Self.maximumAge))
    }

    /// The keys fetched again, because `known` neither explain a signature nor have one to encrypt to: at most once in 30 seconds
    /// by anybody, who then reads them for all. `nil` when they are still the same. Throws `ClientKeysError`.
    func refreshed(at url: String, insteadOf known: JWKSet) async throws(ClientKeysError) -> JWKSet? {
        var freshness = DocumentFreshness(now: now, maximumAge: Self.maximumAge)
        freshness.asksAgain = true
        let fresh = try await fetched(url, freshness)
        return fresh.keys.map(\.json) == known.keys.map(\.json) ? nil : fresh
    }

    private func fetched(_ url: String, _ freshness: DocumentFreshness) async throws(ClientKeysError) -> JWKSet {
        let document: OutboundResponse
        do {
            document = try await environment.remoteDocuments.document(
                at: url, accepting: "application/jwk-set+json, application/json", through: environment.outbound,
                freshness: freshness)
        } catch { throw .notFetched(error) }
        guard let text = String(validating: document.body, as: UTF8.self) else { throw .malformed }
        do { return try environment.remoteDocuments.keySets.keys(in: text) } catch { throw .malformed }
    }
}

extension JWSError {
    /// Whether other keys could verify the same token.
    var mayHealWithNewKeys: Bool {
        switch self {
        case .unknownKey, .wrongAlgorithm, .wrongSignature: true
        case .tooLarge, .malformed, .refusedHeader, .unusableKey: false
        }
    }
}

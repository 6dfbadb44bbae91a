import JOSE
import OAuthProtocol
import Storage

/// The bearer token by which an identity provider asks for the end of a user's sessions: a JWT of its own (contract 12.4,
/// draft-parecki-oauth-global-token-revocation, RFC 7523 section 3).
struct RevocationToken: Sendable {
    private let context: TenantContext
    private let request: RequestInfo
    private let upstream: UpstreamConnection

    init(_ context: TenantContext, of upstream: UpstreamConnection, in request: RequestInfo) {
        (self.context, self.upstream, self.request) = (context, upstream, request)
    }

    /// A token that holds now. Only `verify` makes one; it still has to be used up.
    struct Verified: Sendable {
        fileprivate let jti: String
        fileprivate let expiresAt: Timestamp
    }

    /// The `typ` of its header, and its name in the metadata.
    static let type = "global-token-revocation+jwt"
    private static let maximumLifetime: Lifetime = .hours(1)
    private static let maximumBytes = 16_384

    /// Throws `invalidToken` for everything that is wrong with it, keys that cannot be had included.
    func verify(_ compact: String) async throws -> Verified {
        let policy = policy
        let jwt = try await signatureChecked(compact, policy)
        // Another JWT of the provider, an ID token say, is no order to end sessions: the type must be there.
        guard jwt.typ.map(ClientSignedJWT.mediaType)?.isExactly(Self.type) == true else { throw policy.refuse("another type of JWT") }
        let claims = ClientJWTClaims(jwt.payload, policy)
        try claims.check(issuer: upstream.provider.issuer, at: request.now)
        guard let jti = claims.jti, let end = claims.expiresAt else { throw policy.refuse("no jti or exp") }
        return Verified(jti: jti, expiresAt: end)
    }

    /// Counts once across nodes, for as long as it would be accepted. Throws `invalidToken` the second time.
    func useUp(_ token: Verified) async throws {
        let issuer = upstream.provider.issuer
        let key = "global-token-revocation:\(issuer.utf8.count):\(issuer):\(token.jti)"
        guard try await context.stores.replays.claim(key, until: token.expiresAt, at: request.now) else {
            throw policy.refuse("jti was used before")
        }
    }

    /// Where the provider sends its token, as the metadata spell it.
    private var endpoint: String { request.issuer.url(GlobalTokenRevocationEndpoint.path + upstream.connection.name) }

    private var policy: ClientJWTPolicy {
        var policy = ClientJWTPolicy(
            refusal: .invalidToken, text: WireText.invalidRevocationToken, algorithms: SignatureAlgorithm.asymmetric,
            audience: .anyOf([endpoint, request.issuer.description]))
        policy.required = ["iss", "aud", "exp", "iat", "jti"]
        (policy.maximumLifetime, policy.maximumAge) = (Self.maximumLifetime, Self.maximumLifetime)
        return policy
    }

    private func signatureChecked(_ compact: String, _ policy: ClientJWTPolicy) async throws -> VerifiedJWT {
        guard let url = upstream.provider.jwksURI else { throw policy.refuse("the connection names no keys") }
        let published = PublishedKeys(context, in: request)
        do {
            let known = try await published.keys(at: url)
            do throws(JWSError) {
                return try Self.checked(compact, known, policy)
            } catch {
                // The provider may have changed its keys since they were read.
                guard error.mayHealWithNewKeys, let fresh = try await published.refreshed(at: url, insteadOf: known) else {
                    throw policy.refuse("\(error)")
                }
                do { return try Self.checked(compact, fresh, policy) } catch { throw policy.refuse("\(error)") }
            }
        } catch let error as ClientKeysError {
            throw policy.refuse("\(error)")
        }
    }

    private static func checked(
        _ compact: String, _ keys: JWKSet, _ policy: ClientJWTPolicy
    ) throws(JWSError) -> VerifiedJWT {
        try JWS.verify(compact, keys: keys, algorithms: policy.algorithms, limits: JWSLimits(maximumBytes: maximumBytes))
    }
}

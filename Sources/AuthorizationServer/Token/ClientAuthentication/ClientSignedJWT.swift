package import JOSE
import OAuthProtocol
package import Storage

/// Checks a JWT that a client signed with a key of its own: a client assertion (RFC 7523), a request object (RFC 9101), a
/// CIBA request. The keys are the registered ones; a key that the JWT brings along counts for nothing.
package struct ClientSignedJWT: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The JWT, its signature and all claims that the policy names found right. Throws the policy's refusal for whatever is
    /// wrong with it, keys that cannot be had included, and what the stores throw. A `jti` is claimed last: nobody but the
    /// client can use one up.
    package func verify(
        _ compact: String, of client: Client, policy: ClientJWTPolicy, in request: RequestInfo
    ) async throws -> VerifiedJWT {
        let jwt = try await signatureChecked(compact, of: client, policy, in: request)
        try await accept(jwt, from: client, policy, in: request)
        return jwt
    }

    /// The same for a JWT that is signed with a secret of the client's (`client_secret_jwt`).
    func verify(
        _ compact: String, secretsOf client: Client, policy: ClientJWTPolicy, in request: RequestInfo
    ) async throws -> VerifiedJWT {
        let jwt = try Self.signatureChecked(compact, client.liveSecrets(at: request.now), policy)
        try await accept(jwt, from: client, policy, in: request)
        return jwt
    }

    private func accept(
        _ jwt: VerifiedJWT, from client: Client, _ policy: ClientJWTPolicy, in request: RequestInfo
    ) async throws {
        try Self.checkType(jwt, policy)
        let claims = ClientJWTClaims(jwt.payload, policy)
        try claims.check(issuer: client.clientID, at: request.now)
        try await claim(claims, of: client, policy, in: request)
    }

    private func signatureChecked(
        _ compact: String, of client: Client, _ policy: ClientJWTPolicy, in request: RequestInfo
    ) async throws -> VerifiedJWT {
        let source = ClientKeys(context)
        do {
            let known = try await source.keys(of: client, in: request)
            do throws(JWSError) {
                return try Self.checked(compact, known, policy)
            } catch {
                // The client may have changed its keys since they were read.
                guard error.mayHealWithNewKeys,
                    let fresh = try await source.refreshed(of: client, insteadOf: known, in: request)
                else { throw policy.refuse("\(error)") }
                do { return try Self.checked(compact, fresh, policy) } catch { throw policy.refuse("\(error)") }
            }
        } catch let error as ClientKeysError {
            throw policy.refuse("\(error)")
        }
    }

    private static func checked(
        _ compact: String, _ keys: JWKSet, _ policy: ClientJWTPolicy
    ) throws(JWSError) -> VerifiedJWT {
        try JWS.verify(compact, keys: keys, algorithms: policy.algorithms, limits: JWSLimits(maximumBytes: policy.maximumBytes))
    }

    private static func signatureChecked(
        _ compact: String, _ secrets: [SecretString], _ policy: ClientJWTPolicy
    ) throws(OAuthError) -> VerifiedJWT {
        var reason = "the client has no secret"
        for secret in secrets {
            do {
                return try JWS.verifyHMAC(
                    compact, secret: Array(secret.revealed.utf8), algorithms: policy.algorithms,
                    limits: JWSLimits(maximumBytes: policy.maximumBytes))
            } catch { reason = "\(error)" }
        }
        throw policy.refuse(reason)
    }

    private static func checkType(_ jwt: VerifiedJWT, _ policy: ClientJWTPolicy) throws(OAuthError) {
        guard let types = policy.types, let value = jwt.header["typ"] else { return }
        guard let name = value.string.map(mediaType), types.contains(name) else { throw policy.refuse("another type of JWT") }
    }

    /// RFC 7515 section 4.1.9: without regard to case, `application/` left out.
    static func mediaType(_ text: String) -> String {
        let name = text.lowercased()
        return name.hasPrefix("application/") ? String(name.dropFirst("application/".count)) : name
    }

    /// Single use across nodes, for as long as the JWT would be accepted.
    private func claim(
        _ claims: ClientJWTClaims, of client: Client, _ policy: ClientJWTPolicy, in request: RequestInfo
    ) async throws {
        guard let purpose = policy.replay, let jti = claims.jti else { return }
        let end = claims.expiresAt ?? request.now + .hours(24)
        let key = "\(purpose):\(client.clientID.utf8.count):\(client.clientID):\(jti)"
        guard try await context.stores.replays.claim(key, until: end, at: request.now) else {
            throw policy.refuse("jti was used before")
        }
    }
}

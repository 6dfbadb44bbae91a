import Crypto
import JOSE
import OAuthProtocol
package import Storage

/// A DPoP proof that was found good for one request (RFC 9449 section 4.3). Only `DPoPProofCheck` makes one.
package struct DPoPProof: Sendable {
    /// The key that the sender holds.
    package let key: Confirmation
    /// It carries a nonce of ours that is still good.
    package let hasNonce: Bool

    fileprivate init(_ key: JWK, hasNonce: Bool) {
        self.key = Confirmation(method: .jkt, thumbprint: key.thumbprint)
        self.hasNonce = hasNonce
    }
}

/// Checks the `DPoP` header of a request, as the profile of the client that sent it wants it.
struct DPoPProofCheck {
    private let context: TenantContext
    private let request: RequestInfo
    private let rules: ProfileRules

    init(_ context: TenantContext, _ profile: WireProfile, _ request: RequestInfo) {
        (self.context, self.request, rules) = (context, request, profile.rules)
    }

    private static let limits = JWSLimits(maximumBytes: 8192, maximumDepth: 8)
    private static let maximumJTIBytes = 256
    /// How far `iat` may be off (contract 16.1); with a nonce, which dates the proof itself, further.
    private static let tolerance: Lifetime = 60
    private static let toleranceWithNonce: Lifetime = 300

    /// The request's proof; `nil` when it has none. `accessToken` is the token that is used with it at a resource. Throws
    /// `invalidDPoPProof`, `useDPoPNonce` for a nonce that is not good (any more), and what the stores throw. The `jti` is
    /// claimed last.
    func proof(accessToken: String? = nil) async throws -> DPoPProof? {
        guard let compact = request.dpopProofs.first else { return nil }
        guard request.dpopProofs.count == 1 else { throw refusal("more than one DPoP header") }
        let (jwt, key) = try signatureChecked(compact)
        guard jwt.typ?.isExactly("dpop+jwt") == true else { throw refusal("typ is not dpop+jwt") }
        let jti = try checkClaims(jwt.payload)
        try checkToken(jwt.payload, accessToken)
        let hasNonce = try checkNonce(jwt.payload)
        let expiresAt = try checkAge(jwt.payload, hasNonce)
        guard try await context.stores.replays.claim("dpop:\(key.thumbprint):\(jti)", until: expiresAt, at: request.now) else {
            throw refusal("the proof was used before")
        }
        return DPoPProof(key, hasNonce: hasNonce)
    }

    private func signatureChecked(_ compact: String) throws(OAuthError) -> (VerifiedJWT, JWK) {
        do {
            return try JWS.verifyEmbedded(compact, algorithms: Set(rules.proofSignatures), limits: Self.limits)
        } catch { throw refusal("\(error)") }
    }

    /// The `jti`, when method and address are those of the request.
    private func checkClaims(_ claims: JSONObject) throws(OAuthError) -> String {
        guard let jti = claims["jti"]?.string, (1...Self.maximumJTIBytes).contains(jti.utf8.count) else {
            throw refusal("no usable jti")
        }
        guard claims["htm"]?.string?.isExactly(request.method) == true else { throw refusal("another htm") }
        guard let sent = claims["htu"]?.string, addresses.contains(where: { RequestAddress.isSame(sent, $0) }) else {
            throw refusal("another htu")
        }
        return jti
    }

    /// Where the request may have been sent to: the endpoint, or its alias for client certificates.
    private var addresses: [String] {
        let path = String(request.path.drop { $0 == "/" })
        return [request.issuer.url(path)] + (request.mtlsIssuerURL.map { [$0 + path] } ?? [])
    }

    /// RFC 9449 section 4.2: base64url of the SHA-256 of the token's ASCII characters.
    private func checkToken(_ claims: JSONObject, _ accessToken: String?) throws(OAuthError) {
        guard let accessToken else { return }
        let expected = Base64URL.encode(SHA256.hash(data: Array(accessToken.utf8)))
        guard claims["ath"]?.string?.isExactly(expected) == true else { throw refusal("another ath") }
    }

    private func checkNonce(_ claims: JSONObject) throws(OAuthError) -> Bool {
        guard let value = claims["nonce"] else { return false }
        guard let nonce = value.string, DPoPNonce(context).accepts(nonce, at: request.now) else { throw nonceDemand }
        return true
    }

    /// When the proof stops being accepted.
    private func checkAge(_ claims: JSONObject, _ hasNonce: Bool) throws(OAuthError) -> Timestamp {
        guard let issued = claims["iat"].flatMap(NumericDate.timestamp) else { throw refusal("no usable iat") }
        let tolerance = hasNonce ? Self.toleranceWithNonce : Self.tolerance
        guard issued >= request.now - tolerance, issued <= request.now + tolerance else { throw refusal("iat is too far off") }
        return issued + tolerance + 1
    }

    private func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidDPoPProof, WireText.invalidDPoPProof, auditReason: reason)
    }

    /// RFC 9449 section 8, with a fresh nonce.
    var nonceDemand: OAuthError {
        var error = OAuthError(.useDPoPNonce, WireText.useDPoPNonce)
        error.dpopNonce = DPoPNonce(context).current(at: request.now)
        return error
    }
}

/// Compares `htu` with the request's address: without query and fragment, scheme and host in lower case, without the default
/// port (RFC 9449 section 4.3 step 9, RFC 3986 section 6.2).
enum RequestAddress {
    static func isSame(_ sent: String, _ expected: String) -> Bool {
        guard let sent = normalized(sent), let expected = normalized(expected) else { return false }
        return sent.isExactly(expected)
    }

    private static func normalized(_ text: String) -> String? {
        guard text.utf8.count <= 4096, let uri = RedirectURI(text), let origin = uri.origin else { return nil }
        return origin + (uri.path.isEmpty ? "/" : uri.path)
    }
}

import OAuthProtocol
import Storage

extension PresentedAccessToken {
    /// The token of an `Authorization` header (RFC 6750 section 2.1, RFC 9449 section 7.1), its scheme compared without regard to
    /// case. `nil` for another scheme.
    package init?(authorization: String) {
        let parts = authorization.utf8.split(separator: UInt8(ascii: " "), maxSplits: 1)
        let name = parts.first.map { String(decoding: $0, as: UTF8.self).lowercased() }
        guard let scheme = ["Bearer", "DPoP"].first(where: { $0.lowercased() == name }) else { return nil }
        let token = parts.count == 2 ? String(decoding: parts[1].drop { $0 == UInt8(ascii: " ") }, as: UTF8.self) : ""
        self.init(token: token, scheme: scheme)
    }

    /// The token of an `Authorization: Bearer` header. `nil` when the header is absent, empty or of another scheme.
    package static func bearer(in authorization: String?) -> String? {
        guard let presented = authorization.flatMap({ PresentedAccessToken(authorization: $0) }),
            presented.scheme.isExactly("Bearer"), let token = presented.token, !token.isEmpty
        else { return nil }
        return token
    }
}

/// Checks at a resource of ours that whoever presents an access token holds the key that it is bound to.
package struct ResourceProof: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// `scheme` is `Bearer` or `DPoP`. Returns a fresh nonce for the answer's `DPoP-Nonce` header when a proof came. Throws
    /// `invalidToken` when the token is presented by the wrong scheme or without its certificate, `invalidDPoPProof` and
    /// `useDPoPNonce`.
    @discardableResult package func check(
        _ token: VerifiedAccessToken, presentedAs scheme: String, accessToken: String, in request: RequestInfo
    ) async throws -> String? {
        let isDPoP = scheme.isExactly("DPoP")
        switch (token.confirmation?.method, isDPoP) {
        case (nil, false): return nil
        case (nil, true): throw Self.refusal("an unbound token with a DPoP proof")
        case (.jkt, false): throw Self.refusal("a DPoP-bound token as bearer token")
        case (.x5tS256, true): throw Self.refusal("a certificate-bound token with a DPoP proof")
        case (.x5tS256, false):
            guard request.clientCertificate?.confirmation == token.confirmation else {
                throw Self.refusal("without the certificate that the token is bound to")
            }
            return nil
        case (.jkt, true):
            return try await checkProof(token, accessToken, in: request)
        }
    }

    private func checkProof(
        _ token: VerifiedAccessToken, _ accessToken: String, in request: RequestInfo
    ) async throws -> String {
        let check = DPoPProofCheck(context, context.profile(of: token.client), request)
        guard let proof = try await check.proof(accessToken: accessToken) else {
            throw OAuthError(.invalidDPoPProof, WireText.invalidDPoPProof, auditReason: "no DPoP proof")
        }
        guard proof.key == token.confirmation else { throw Self.refusal("a proof of another key") }
        return DPoPNonce(context).current(at: request.now)
    }

    private static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: reason)
    }
}

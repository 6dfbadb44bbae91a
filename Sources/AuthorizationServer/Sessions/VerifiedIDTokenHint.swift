import JOSE
package import OAuthProtocol
import Storage

/// An ID token that this issuer signed, handed back as a hint of who the user is (OIDC Core 3.1.2.1, RP-Initiated
/// Logout 2). It may have expired; signature and issuer were checked.
package struct VerifiedIDTokenHint: Sendable, Equatable {
    package let userID: String
    package let clientID: String
    package let sid: String?

    /// Throws `.invalidRequest` for anything that is not such a token.
    static func verify(
        _ text: String, _ context: TenantContext, in request: RequestInfo
    ) async throws -> VerifiedIDTokenHint {
        let keys = try await context.environment.signingKeys.keySet(for: context, host: request.issuer.host, now: request.now)
        guard let payload = try? JWS.verify(text, keys: keys.verification).payload, let hint = Self(payload, request.issuer) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("id_token_hint"))
        }
        return hint
    }

    private init?(_ payload: JSONObject, _ issuer: Issuer) {
        // Access tokens of ours are signed by the same keys: an ID token names one audience, and has none of these.
        guard ["scope", "azp", "client_id"].allSatisfy({ payload[$0] == nil }) else { return nil }
        guard let issuedBy = payload["iss"]?.string, issuedBy.isExactly(issuer.description),
            let userID = payload["sub"]?.string, let clientID = payload["aud"]?.string
        else { return nil }
        (self.userID, self.clientID, sid) = (userID, clientID, payload["sid"]?.string)
    }
}

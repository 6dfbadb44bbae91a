import JOSE
import OAuthProtocol
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
        guard let payload = try await verifiedPayload(text, context, request), let hint = Self(payload, request.issuer) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("id_token_hint"))
        }
        guard let client = try await context.client(hint.clientID) else { return hint }
        let userID = try await SubjectIdentifier(context).userID(from: hint.userID, for: client)
        return VerifiedIDTokenHint(userID: userID ?? hint.userID, clientID: hint.clientID, sid: hint.sid)
    }

    private static func verifiedPayload(
        _ text: String, _ context: TenantContext, _ request: RequestInfo
    ) async throws -> JSONObject? {
        guard let algorithm = (try? JWS.unverifiedHeader(text))?["alg"]?.string else { return nil }
        if algorithm.isExactly(SignatureAlgorithm.hs256.rawValue) { return try await payloadSignedForClient(text, context) }
        let keys = try await context.environment.signingKeys.keySet(for: context, host: request.issuer.host, now: request.now)
        return try? JWS.verify(text, keys: keys.verification).payload
    }

    /// The claimed audience only says whose secret to try: under it, a token of another client does not verify.
    private static func payloadSignedForClient(_ text: String, _ context: TenantContext) async throws -> JSONObject? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.decode(String(Substring(parts[1]))),
            let audience = (try? JSONValue.parse(bytes))?.object?["aud"]?.string,
            let client = try await context.client(audience), let secret = TokenIssuer.symmetricSecret(of: client)
        else { return nil }
        return try? JWS.verifyHS256(text, secret: Array(secret.revealed.utf8)).payload
    }

    private init(userID: String, clientID: String, sid: String?) {
        (self.userID, self.clientID, self.sid) = (userID, clientID, sid)
    }

    private init?(_ payload: JSONObject, _ issuer: Issuer) {
        // Access tokens of ours are signed by the same keys: as are logout tokens: an ID token names one audience, and
        // has none of these.
        guard ["scope", "azp", "client_id", "events"].allSatisfy({ payload[$0] == nil }) else { return nil }
        guard let issuedBy = payload["iss"]?.string, issuedBy.isExactly(issuer.description),
            let userID = payload["sub"]?.string, let clientID = payload["aud"]?.string
        else { return nil }
        (self.userID, self.clientID, sid) = (userID, clientID, payload["sid"]?.string)
    }
}

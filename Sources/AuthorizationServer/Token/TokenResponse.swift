package import OAuthProtocol

/// What the token endpoint answers (RFC 6749 section 5.1, contract 7).
package struct TokenResponse: Sendable {
    package var accessToken: String
    package var refreshToken: String?
    package var idToken: String?
    /// What was granted; `nil` when nothing was.
    package var scope: String?
    /// Seconds.
    package var expiresIn: Int64
    /// `Bearer`, or `DPoP` when the token is bound to a key (RFC 9449 section 5); `N_A` when it is no access token.
    package var tokenType: String
    /// What only some grants answer, such as `authorization_details` or `issued_token_type`.
    package var extra: [(name: String, value: JSONValue)] = []
    /// A fresh nonce for the client's next DPoP proof, sent as a header.
    package var dpopNonce: String?

    /// `online_access` is never echoed (contract 8.8).
    init(_ token: IssuedAccessToken, granting scopes: Scopes) {
        (accessToken, expiresIn, tokenType) = (token.value, token.expiresIn, token.tokenType)
        let echoed = scopes.subtracting([Scopes.onlineAccess])
        scope = echoed.isEmpty ? nil : echoed.description
    }

    /// A session transfer token (contract 8.5): no access token, so that its type says so (RFC 8693 section 2.2.1), and without
    /// scopes.
    init(sessionTransfer token: SecretString) {
        (accessToken, expiresIn, tokenType) = (token.revealed, SessionTransferToken.lifetime.seconds, "N_A")
        extra = [("issued_token_type", .string(SessionTransferToken.type))]
    }

    /// The body, its members in Auth0's order.
    package var json: JSONObject {
        var body = JSONObject()
        body.append("access_token", .string(accessToken))
        if let refreshToken { body.append("refresh_token", .string(refreshToken)) }
        if let idToken { body.append("id_token", .string(idToken)) }
        if let scope { body.append("scope", .string(scope)) }
        body.append("expires_in", .integer(expiresIn))
        body.append("token_type", .string(tokenType))
        for member in extra { body.append(member.name, member.value) }
        return body
    }
}

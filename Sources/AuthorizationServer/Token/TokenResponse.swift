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
    package var tokenType = "Bearer"

    init(_ token: IssuedAccessToken, granting scopes: Scopes) {
        (accessToken, expiresIn) = (token.value, token.expiresIn)
        scope = scopes.isEmpty ? nil : scopes.description
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
        return body
    }
}

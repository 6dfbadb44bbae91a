/// A `grant_type` of the token endpoint and of a client's `grant_types` (contract 2.1).
package struct GrantType: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
    package var rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
    package init(_ rawValue: String) { self.rawValue = rawValue }
    package var description: String { rawValue }

    package static let authorizationCode = GrantType("authorization_code")
    package static let implicit = GrantType("implicit")
    package static let refreshToken = GrantType("refresh_token")
    package static let clientCredentials = GrantType("client_credentials")
    package static let password = GrantType("password")
    package static let passwordRealm = GrantType("http://auth0.com/oauth/grant-type/password-realm")
}

/// How a client proves itself at the token endpoint (OIDC Core 9, contract 2.2).
package enum ClientAuthenticationMethod: String, Sendable, Codable, CaseIterable {
    case none
    case clientSecretPost = "client_secret_post"
    case clientSecretBasic = "client_secret_basic"
}

/// The `app_type` of a client (contract 2.1).
package enum ApplicationType: String, Sendable, Codable, CaseIterable {
    case spa, native
    case regularWeb = "regular_web"
    case nonInteractive = "non_interactive"
    case resourceServer = "resource_server"
}

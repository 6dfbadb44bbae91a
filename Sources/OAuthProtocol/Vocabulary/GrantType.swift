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
    package static let passwordlessOTP = GrantType("http://auth0.com/oauth/grant-type/passwordless/otp")
    package static let mfaOTP = GrantType("http://auth0.com/oauth/grant-type/mfa-otp")
    package static let mfaOOB = GrantType("http://auth0.com/oauth/grant-type/mfa-oob")
    package static let mfaRecoveryCode = GrantType("http://auth0.com/oauth/grant-type/mfa-recovery-code")
    package static let webauthn = GrantType("urn:okta:params:oauth:grant-type:webauthn")
    package static let deviceCode = GrantType("urn:ietf:params:oauth:grant-type:device_code")
    package static let ciba = GrantType("urn:openid:params:grant-type:ciba")
    package static let tokenExchange = GrantType("urn:ietf:params:oauth:grant-type:token-exchange")
    package static let jwtBearer = GrantType("urn:ietf:params:oauth:grant-type:jwt-bearer")
    package static let federatedConnectionAccessToken =
        GrantType("urn:auth0:params:oauth:grant-type:token-exchange:federated-connection-access-token")
}

/// How a client proves itself at the token endpoint (OIDC Core 9, contract 2.2).
package enum ClientAuthenticationMethod: String, Sendable, Codable, CaseIterable {
    case none
    case clientSecretPost = "client_secret_post"
    case clientSecretBasic = "client_secret_basic"
    case clientSecretJWT = "client_secret_jwt"
    case privateKeyJWT = "private_key_jwt"
    case tlsClientAuth = "tls_client_auth"
    case selfSignedTLSClientAuth = "self_signed_tls_client_auth"
}

/// The `app_type` of a client (contract 2.1).
package enum ApplicationType: String, Sendable, Codable, CaseIterable {
    case spa, native
    case regularWeb = "regular_web"
    case nonInteractive = "non_interactive"
    case resourceServer = "resource_server"
}

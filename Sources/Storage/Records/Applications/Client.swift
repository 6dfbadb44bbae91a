package import OAuthProtocol

/// An application (contract 2). The member names of its JSON form are Auth0's.
package struct Client: Sendable, Codable, Equatable {
    /// 32 characters `[A-Za-z0-9]`; unique in the tenant.
    package var clientID: String
    package var name: String
    package var description: String?
    package var logoURI: String?
    /// Absent behaves like a confidential web application.
    package var appType: ApplicationType?
    package var isFirstParty = true
    /// `nil`: strict. Counts only for third parties.
    package var thirdPartySecurityMode: ThirdPartySecurityMode?
    /// `nil`: as the security mode says. Counts only for third parties.
    package var redirectionPolicy: RedirectionPolicy?
    package var tokenEndpointAuthMethod: ClientAuthenticationMethod
    package var grantTypes: [GrantType]
    package var callbacks: [String] = []
    package var allowedLogoutURLs: [String] = []
    package var webOrigins: [String] = []
    package var allowedOrigins: [String] = []
    package var initiateLoginURI: String?
    /// Whether the confirmation of callbacks that any program may claim is left out; `nil`: as the tenant says (contract 6.2).
    package var skipsCallbackConfirmation: Bool?
    package var oidcConformant = true
    package var isTokenEndpointIPHeaderTrusted = false
    package var jwtConfiguration = JWTConfiguration()
    package var refreshToken = RefreshTokenSettings()
    package var clientMetadata: [String: String] = [:]
    /// `nil`: the tenant's default.
    package var wireProfile: WireProfile?
    /// Any callback, logout URL and web origin on loopback is accepted. Counts only in a development tenant.
    package var acceptsAnyLoopback = false
    /// Its own pages may ask for passwords and sign users in by `/co/authenticate` (contract 21.3).
    package var crossOriginAuthentication = false
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// The API that a `resource_server` client is, which may exchange tokens that were meant for it (contract 18).
    package var resourceServerIdentifier: String?
    /// How the client proves itself beyond a secret: keys and certificates (contract 2.2).
    package var proof = ClientProof()
    /// What its authorization requests must look like (PAR, JAR).
    package var requests = ClientRequestRules()
    /// How what it receives is signed, encrypted and made pairwise.
    package var responses = ClientResponseRules()
    /// Whom to tell when a session ends.
    package var logout = ClientLogoutRules()
    /// Backchannel authentication (CIBA).
    package var ciba = ClientCIBARules()
    /// Native-to-web single sign-on.
    package var sessionTransfer = ClientSessionTransferRules()
    /// What the pages show of it.
    package var presentation = ClientPresentation()
    /// Present for clients that registered themselves (RFC 7591) or are described by a document of theirs.
    package var registration: ClientRegistration?
    /// Sealed at rest. Never part of `Codable` output.
    package var clientSecret: SecretString?
    /// Further secrets that are accepted, so that a secret can be replaced without an outage. Sealed at rest.
    package var additionalSecrets: [ClientSecret] = []

    package init(
        clientID: String, name: String, tokenEndpointAuthMethod: ClientAuthenticationMethod, grantTypes: [GrantType],
        createdAt: Timestamp
    ) {
        self.clientID = clientID
        self.name = name
        self.tokenEndpointAuthMethod = tokenEndpointAuthMethod
        self.grantTypes = grantTypes
        self.createdAt = createdAt
        updatedAt = createdAt
    }

    /// A client that cannot keep a secret (contract 2.1).
    package var isPublic: Bool { tokenEndpointAuthMethod == .none }

    package enum CodingKeys: String, CodingKey {
        case clientID = "client_id"
        case name, description
        case logoURI = "logo_uri"
        case appType = "app_type"
        case isFirstParty = "is_first_party"
        case thirdPartySecurityMode = "third_party_security_mode"
        case redirectionPolicy = "redirection_policy"
        case tokenEndpointAuthMethod = "token_endpoint_auth_method"
        case grantTypes = "grant_types"
        case callbacks
        case allowedLogoutURLs = "allowed_logout_urls"
        case webOrigins = "web_origins"
        case allowedOrigins = "allowed_origins"
        case initiateLoginURI = "initiate_login_uri"
        case skipsCallbackConfirmation = "skip_non_verifiable_callback_uri_confirmation_prompt"
        case oidcConformant = "oidc_conformant"
        case isTokenEndpointIPHeaderTrusted = "is_token_endpoint_ip_header_trusted"
        case jwtConfiguration = "jwt_configuration"
        case refreshToken = "refresh_token"
        case clientMetadata = "client_metadata"
        case wireProfile = "wire_profile"
        case acceptsAnyLoopback = "accepts_any_loopback"
        case crossOriginAuthentication = "cross_origin_authentication"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
        case resourceServerIdentifier = "resource_server_identifier"
        case sessionTransfer = "session_transfer"
        case proof, requests, responses, logout, ciba, presentation, registration
    }
}

/// How a client's ID tokens are signed and how long they live (contract 2.1, 9.4).
package struct JWTConfiguration: Sendable, Codable, Equatable {
    package var alg: String = "RS256"
    package var lifetime: Lifetime = 36_000

    package init() {}
    package enum CodingKeys: String, CodingKey {
        case alg
        case lifetime = "lifetime_in_seconds"
    }
}

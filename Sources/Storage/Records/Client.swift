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
    package var tokenEndpointAuthMethod: ClientAuthenticationMethod
    package var grantTypes: [GrantType]
    package var callbacks: [String] = []
    package var allowedLogoutURLs: [String] = []
    package var webOrigins: [String] = []
    package var allowedOrigins: [String] = []
    package var initiateLoginURI: String?
    package var oidcConformant = true
    package var isTokenEndpointIPHeaderTrusted = false
    package var jwtConfiguration = JWTConfiguration()
    package var refreshToken = RefreshTokenSettings()
    package var clientMetadata: [String: String] = [:]
    package var wireProfile: WireProfile = .auth0
    /// Any callback, logout URL and web origin on loopback is accepted. Counts only in a development tenant.
    package var acceptsAnyLoopback = false
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    /// Sealed at rest. Never part of `Codable` output.
    package var clientSecret: SecretString?

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
        case tokenEndpointAuthMethod = "token_endpoint_auth_method"
        case grantTypes = "grant_types"
        case callbacks
        case allowedLogoutURLs = "allowed_logout_urls"
        case webOrigins = "web_origins"
        case allowedOrigins = "allowed_origins"
        case initiateLoginURI = "initiate_login_uri"
        case oidcConformant = "oidc_conformant"
        case isTokenEndpointIPHeaderTrusted = "is_token_endpoint_ip_header_trusted"
        case jwtConfiguration = "jwt_configuration"
        case refreshToken = "refresh_token"
        case clientMetadata = "client_metadata"
        case wireProfile = "wire_profile"
        case acceptsAnyLoopback = "accepts_any_loopback"
        case createdAt = "created_at"
        case updatedAt = "updated_at"
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

/// A client's refresh-token rules (contract 8.6, 8.9).
package struct RefreshTokenSettings: Sendable, Codable, Equatable {
    package enum RotationType: String, Sendable, Codable, CaseIterable {
        case rotating
        case nonRotating = "non-rotating"
    }
    package enum ExpirationType: String, Sendable, Codable, CaseIterable {
        case expiring
        case nonExpiring = "non-expiring"
    }

    package var rotationType: RotationType = .nonRotating
    package var expirationType: ExpirationType = .nonExpiring
    /// How long the token before the current one is still answered, with the same successor.
    package var leeway: Lifetime = 0
    package var tokenLifetime: Lifetime = 2_592_000
    package var infiniteTokenLifetime = true
    package var idleTokenLifetime: Lifetime = 1_296_000
    package var infiniteIdleTokenLifetime = true

    package init() {}

    /// What new public clients and every SPA get: rotating, expiring, 30 s of leeway (contract 8.6 row 8, 24 row 11).
    package static var rotatingDefaults: RefreshTokenSettings {
        var settings = RefreshTokenSettings()
        settings.rotationType = .rotating
        settings.expirationType = .expiring
        settings.leeway = 30
        settings.infiniteTokenLifetime = false
        settings.infiniteIdleTokenLifetime = false
        settings.idleTokenLifetime = 2_592_000
        return settings
    }

    package enum CodingKeys: String, CodingKey {
        case rotationType = "rotation_type"
        case expirationType = "expiration_type"
        case leeway
        case tokenLifetime = "token_lifetime"
        case infiniteTokenLifetime = "infinite_token_lifetime"
        case idleTokenLifetime = "idle_token_lifetime"
        case infiniteIdleTokenLifetime = "infinite_idle_token_lifetime"
    }
}

/// Permission of a client to ask for an API in its own name (contract 7.3; management contract 5).
package struct ClientGrant: Sendable, Codable, Equatable {
    /// `cgr_` and 16 characters.
    package var id: String
    package var clientID: String
    /// The API's identifier.
    package var audience: String
    package var scope: Scopes

    package init(id: String, clientID: String, audience: String, scope: Scopes) {
        (self.id, self.clientID, self.audience, self.scope) = (id, clientID, audience, scope)
    }

    package enum CodingKeys: String, CodingKey {
        case id
        case clientID = "client_id"
        case audience, scope
    }
}

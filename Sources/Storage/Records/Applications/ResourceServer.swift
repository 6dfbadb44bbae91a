package import OAuthProtocol

/// An API that access tokens are for (contract 9; management contract 4).
package struct ResourceServer: Sendable, Codable, Equatable {
    package struct Scope: Sendable, Codable, Equatable {
        package var value: String
        package var description: String?
        package init(value: String, description: String? = nil) { (self.value, self.description) = (value, description) }
    }
    package enum TokenDialect: String, Sendable, Codable, CaseIterable {
        case accessToken = "access_token"
        case accessTokenAuthz = "access_token_authz"
        case rfc9068 = "rfc9068_profile"
        case rfc9068Authz = "rfc9068_profile_authz"

        /// Tokens carry `permissions` (contract 9.2).
        package var listsPermissions: Bool { self == .accessTokenAuthz || self == .rfc9068Authz }
        /// RFC 9068: `at+jwt`, `client_id`, `jti`.
        package var isRFC9068: Bool { self == .rfc9068 || self == .rfc9068Authz }
    }
    /// What access tokens of the API look like.
    package enum TokenFormat: String, Sendable, Codable, CaseIterable { case jwt, opaque }
    /// Whether tokens must be bound to a key of the client (contract 16.1).
    package enum ProofOfPossession: String, Sendable, Codable, CaseIterable {
        case none, allowed
        case requiredForPublicClients = "required_for_public_clients"
        case required
    }
    package enum UserPolicy: String, Sendable, Codable, CaseIterable {
        case allowAll = "allow_all"
        case denyAll = "deny_all"
        case requireClientGrant = "require_client_grant"
    }
    package enum ClientPolicy: String, Sendable, Codable, CaseIterable {
        case denyAll = "deny_all"
        case requireClientGrant = "require_client_grant"
    }

    /// 24 hexadecimal digits.
    package var id: String
    /// The `audience`, compared byte by byte; unique in the tenant; never changes.
    package var identifier: String
    package var name: String
    package var scopes: [Scope] = []
    package var signingAlgorithm = "RS256"
    package var tokenLifetime: Lifetime = 86_400
    package var tokenLifetimeForWeb: Lifetime = 86_400
    package var allowOfflineAccess = false
    package var skipConsentForVerifiableFirstPartyClients = true
    package var tokenDialect: TokenDialect = .accessToken
    package var userPolicy: UserPolicy = .allowAll
    package var clientPolicy: ClientPolicy = .requireClientGrant
    /// Online refresh tokens may be asked for (contract 8.8).
    package var allowOnlineAccess = false
    /// User flows grant only scopes that are among the user's permissions (contract 9.2).
    package var enforcePolicies = false
    package var tokenFormat: TokenFormat = .jwt
    package var proofOfPossession: ProofOfPossession = .allowed
    /// The `type` values of `authorization_details` that the API knows (RFC 9396).
    package var authorizationDetailsTypes: [String] = []
    /// The API is an MCP server: its protected-resource document is published and clients may register themselves.
    package var isMCPServer = false
    package var createdAt: Timestamp

    package init(id: String, identifier: String, name: String, createdAt: Timestamp) {
        (self.id, self.identifier, self.name, self.createdAt) = (id, identifier, name, createdAt)
    }

    /// The values of `scopes` as a set.
    package var definedScopes: Scopes { Scopes(scopes.map(\.value)) }

    /// The key of HS256 tokens, shared with the API. Sealed at rest, never part of `Codable` output.
    package var signingSecret: SecretString?

    package enum CodingKeys: String, CodingKey {
        case id, identifier, name, scopes
        case signingAlgorithm = "signing_alg"
        case tokenLifetime = "token_lifetime"
        case tokenLifetimeForWeb = "token_lifetime_for_web"
        case allowOfflineAccess = "allow_offline_access"
        case skipConsentForVerifiableFirstPartyClients = "skip_consent_for_verifiable_first_party_clients"
        case tokenDialect = "token_dialect"
        case userPolicy = "user_policy"
        case clientPolicy = "client_policy"
        case allowOnlineAccess = "allow_online_access"
        case enforcePolicies = "enforce_policies"
        case tokenFormat = "token_format"
        case proofOfPossession = "proof_of_possession"
        case authorizationDetailsTypes = "authorization_details_types"
        case isMCPServer = "is_mcp_server"
        case createdAt = "created_at"
    }
}

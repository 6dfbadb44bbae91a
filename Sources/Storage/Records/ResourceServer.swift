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
        case rfc9068 = "rfc9068_profile"
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
    package var createdAt: Timestamp

    package init(id: String, identifier: String, name: String, createdAt: Timestamp) {
        (self.id, self.identifier, self.name, self.createdAt) = (id, identifier, name, createdAt)
    }

    /// The values of `scopes` as a set.
    package var definedScopes: Scopes { Scopes(scopes.map(\.value)) }

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
        case createdAt = "created_at"
    }
}

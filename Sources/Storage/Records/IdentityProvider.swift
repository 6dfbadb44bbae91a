package import OAuthProtocol

/// The identity provider that a connection names: Auth0's `options` of the strategies below (management contract 7).
package struct IdentityProvider: Sendable, Equatable {
    /// Strategies whose users an identity provider knows. All are configured alike.
    package enum Strategy: String, Sendable, CaseIterable {
        case oidc, okta, waad
        case googleOAuth2 = "google-oauth2"

        /// The id of the provider's user `subject` at our side: enterprise strategies name the connection too (management
        /// contract 6).
        package func userID(of subject: String, at connection: String) -> String {
            switch self {
            case .oidc, .okta, .waad: "\(rawValue)|\(connection)|\(subject)"
            case .googleOAuth2: "\(rawValue)|\(subject)"
            }
        }
    }

    /// The `iss` of what it signs, compared byte by byte.
    package var issuer: String
    /// Where it publishes its keys.
    package var jwksURI: String?
    package var tokenEndpoint: String?
    /// How it knows us.
    package var clientID: String
    /// Sealed at rest. Never part of `Codable` output.
    package var clientSecret: SecretString?
    /// What it is asked for, separated by spaces.
    package var scope: String?

    package init(issuer: String, clientID: String) { (self.issuer, self.clientID) = (issuer, clientID) }
}

extension IdentityProvider: Codable {
    package enum CodingKeys: String, CodingKey, CaseIterable {
        case issuer
        case jwksURI = "jwks_uri"
        case tokenEndpoint = "token_endpoint"
        case clientID = "client_id"
        case scope
    }

    /// What is missing is empty: whoever makes a record judges it.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        issuer = try container.decodeIfPresent(String.self, forKey: .issuer) ?? ""
        clientID = try container.decodeIfPresent(String.self, forKey: .clientID) ?? ""
        jwksURI = try container.decodeIfPresent(String.self, forKey: .jwksURI)
        tokenEndpoint = try container.decodeIfPresent(String.self, forKey: .tokenEndpoint)
        scope = try container.decodeIfPresent(String.self, forKey: .scope)
    }
}

extension Connection: Codable {
    package enum CodingKeys: String, CodingKey {
        case id, name, strategy, options
        case enabledClients = "enabled_clients"
        case isDomainConnection = "is_domain_connection"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try container.decode(String.self, forKey: .id), name: try container.decode(String.self, forKey: .name),
            strategy: try container.decode(String.self, forKey: .strategy),
            options: try container.decode(DatabaseOptions.self, forKey: .options),
            enabledClients: try container.decodeIfPresent([String].self, forKey: .enabledClients))
        isDomainConnection = try container.decode(Bool.self, forKey: .isDomainConnection)
        let members = try container.nestedContainer(keyedBy: IdentityProvider.CodingKeys.self, forKey: .options)
        if !members.allKeys.isEmpty { provider = try container.decode(IdentityProvider.self, forKey: .options) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(name, forKey: .name)
        try container.encode(strategy, forKey: .strategy)
        try container.encode(Options(database: options, provider: provider), forKey: .options)
        try container.encodeIfPresent(enabledClients, forKey: .enabledClients)
        try container.encode(isDomainConnection, forKey: .isDomainConnection)
    }

    /// Both kinds share the member `options`. The rules of a database are always there: older versions read them.
    private struct Options: Encodable {
        let database: DatabaseOptions
        let provider: IdentityProvider?

        func encode(to encoder: any Encoder) throws {
            try database.encode(to: encoder)
            try provider?.encode(to: encoder)
        }
    }
}

import AuthorizationServer
import OAuthProtocol
import Storage

/// Making and checking clients (contract 2).
enum ClientRecord {
    static let shape = RecordShape(
        name: "client", optional: ["description", "logo_uri", "app_type", "initiate_login_uri", "client_secret"],
        fixed: ["client_id", "created_at", "updated_at"],
        vocabularies: [
            "app_type": ApplicationType.allCases.map(\.rawValue),
            "token_endpoint_auth_method": ClientAuthenticationMethod.allCases.map(\.rawValue),
            "rotation_type": RefreshTokenSettings.RotationType.allCases.map(\.rawValue),
            "expiration_type": RefreshTokenSettings.ExpirationType.allCases.map(\.rawValue),
            "wire_profile": WireProfile.allCases.map(\.rawValue),
            "alg": ["RS256", "HS256"],
        ],
        free: ["client_metadata"])

    /// The record that the type's defaults make (contract 2.1), without a secret.
    static func template(_ type: ApplicationType?, name: String, _ randomness: Randomness, now: Timestamp) -> Client {
        var client = Client(
            clientID: randomness.alphanumeric(32), name: name, tokenEndpointAuthMethod: method(for: type),
            grantTypes: grants(for: type), createdAt: now)
        client.appType = type
        if client.isPublic { client.refreshToken = .rotatingDefaults }
        return client
    }

    /// Gives a confidential client a secret of 64 URL-safe characters unless it has one, and takes a public one's away.
    static func settleSecret(_ client: inout Client, _ randomness: Randomness) {
        if client.isPublic {
            client.clientSecret = nil
        } else if client.clientSecret == nil {
            client.clientSecret = newSecret(randomness)
        }
    }

    static func newSecret(_ randomness: Randomness) -> SecretString {
        SecretString(Base64URL.encode(randomness.bytes(48)))
    }

    /// Throws `CommandFailure` that lists everything wrong with the record.
    static func check(_ client: Client) throws {
        var problems: [String] = []
        if client.name.isEmpty { problems.append("name: must not be empty") }
        if client.name.contains(where: { $0 == "<" || $0 == ">" }) { problems.append("name: must not have < or >") }
        if client.appType == .spa && !client.isPublic {
            problems.append("token_endpoint_auth_method: a spa cannot keep a secret; use none")
        }
        if client.isPublic && client.grantTypes.contains(.clientCredentials) {
            problems.append("grant_types: client_credentials needs a client with a secret")
        }
        if client.isPublic && client.jwtConfiguration.alg == "HS256" {
            problems.append("jwt_configuration.alg: HS256 needs a client with a secret")
        }
        for grant in client.grantTypes where !knownGrants.contains(grant) {
            problems.append("grant_types: \"\(grant)\" is not one of \(knownGrants.map(\.rawValue).joined(separator: ", "))")
        }
        problems += urlProblems(client) + lifetimeProblems(client)
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the client") }
    }

    /// The JSON form, with the secret when asked.
    static func json(_ client: Client, withSecret: Bool) throws -> JSONObject {
        var object = try RecordOutput.json(client)
        guard withSecret, let secret = client.clientSecret else { return object }
        var result: JSONObject = ["client_id": .string(client.clientID), "client_secret": .string(secret.revealed)]
        object["client_id"] = nil
        for member in object.members { result.append(member.name, member.value) }
        return result
    }

    private static let knownGrants: [GrantType] = [
        .authorizationCode, .implicit, .refreshToken, .clientCredentials, .password, .passwordRealm,
    ]

    private static func method(for type: ApplicationType?) -> ClientAuthenticationMethod {
        switch type {
        case .spa, .native: .none
        case .regularWeb, .nonInteractive, .resourceServer, nil: .clientSecretPost
        }
    }

    private static func grants(for type: ApplicationType?) -> [GrantType] {
        switch type {
        case .spa, .native: [.authorizationCode, .implicit, .refreshToken]
        case .regularWeb, nil: [.authorizationCode, .implicit, .refreshToken, .clientCredentials]
        case .nonInteractive: [.clientCredentials]
        case .resourceServer: []
        }
    }

    private static func urlProblems(_ client: Client) -> [String] {
        let lists = [
            ("callbacks", client.callbacks), ("allowed_logout_urls", client.allowedLogoutURLs),
            ("web_origins", client.webOrigins), ("allowed_origins", client.allowedOrigins),
        ]
        return lists.flatMap { name, urls in
            urls.compactMap { URLGrammar.isRegistrable($0) ? nil : "\(name): \"\($0)\" is not an absolute URL" }
        }
    }

    private static func lifetimeProblems(_ client: Client) -> [String] {
        let tokens = client.refreshToken
        let limits: [(String, Lifetime, ClosedRange<Int64>)] = [
            ("refresh_token.token_lifetime", tokens.tokenLifetime, 1...31_557_600),
            ("refresh_token.idle_token_lifetime", tokens.idleTokenLifetime, 1...31_557_600),
            ("refresh_token.leeway", tokens.leeway, 0...31_557_600),
            ("jwt_configuration.lifetime_in_seconds", client.jwtConfiguration.lifetime, 1...2_592_000),
        ]
        return limits.compactMap { name, lifetime, range in
            range.contains(lifetime.seconds) ? nil : "\(name): must be \(range.lowerBound) to \(range.upperBound) seconds"
        }
    }
}

/// What may be registered as a callback, logout URL or origin (contract 2.3, 2.4).
enum URLGrammar {
    /// Absolute, without control characters, spaces or backslashes; placeholders count as a label.
    static func isRegistrable(_ text: String) -> Bool {
        let plain = text.split(separator: "*", omittingEmptySubsequences: false).joined(separator: "x")
            .split(separator: "{organization_name}", omittingEmptySubsequences: false).joined(separator: "x")
        return RedirectURI(plain) != nil && !text.utf8.contains(UInt8(ascii: "#"))
    }
}

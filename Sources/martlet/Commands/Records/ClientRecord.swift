import AuthorizationServer
import JOSE
import OAuthProtocol
import Storage

/// Making and checking clients (contract 2).
enum ClientRecord {
    static let shape = RecordShape(
        name: "client",
        optional: [
            "description", "logo_uri", "app_type", "initiate_login_uri", "client_secret", "wire_profile",
            "resource_server_identifier", "skip_non_verifiable_callback_uri_confirmation_prompt", "third_party_security_mode",
            "redirection_policy",
        ] + optionalParts,
        fixed: ["client_id", "created_at", "updated_at", "registration"],
        vocabularies: vocabularies, free: ["client_metadata"], embedded: ["jwks"])

    private static let optionalParts = [
        "proof": [
            "jwks", "jwks_uri", "token_endpoint_auth_signing_alg", "tls_client_auth_subject_dn", "tls_client_auth_san_dns",
            "tls_client_auth_san_uri", "tls_client_auth_san_ip", "tls_client_auth_san_email",
        ],
        "requests": ["request_object_signing_alg", "response_types", "default_max_age"],
        "responses": [
            "id_token_encrypted_response_alg", "id_token_encrypted_response_enc", "userinfo_signed_response_alg",
            "userinfo_encrypted_response_alg", "userinfo_encrypted_response_enc", "authorization_signed_response_alg",
            "sector_identifier_uri", "claims_in_id_token",
        ],
        "logout": ["frontchannel_logout_uri"],
        "ciba": ["backchannel_client_notification_endpoint", "backchannel_authentication_request_signing_alg"],
        "presentation": ["client_uri", "policy_uri", "tos_uri"],
    ].flatMap { part, names in names.map { "\(part).\($0)" } }

    private static let vocabularies: [String: [String]] = {
        let signing = SignatureAlgorithm.allCases.map(\.rawValue)
        let asymmetric = SignatureAlgorithm.allCases.filter { !$0.isSymmetric }.map(\.rawValue)
        let (keys, contents) = (KeyManagementAlgorithm.allCases.map(\.rawValue), ContentEncryption.allCases.map(\.rawValue))
        return [
            "third_party_security_mode": ThirdPartySecurityMode.allCases.map(\.rawValue),
            "redirection_policy": RedirectionPolicy.allCases.map(\.rawValue),
            "app_type": ApplicationType.allCases.map(\.rawValue),
            "token_endpoint_auth_method": ClientAuthenticationMethod.allCases.map(\.rawValue),
            "rotation_type": RefreshTokenSettings.RotationType.allCases.map(\.rawValue),
            "expiration_type": RefreshTokenSettings.ExpirationType.allCases.map(\.rawValue),
            "wire_profile": WireProfile.allCases.map(\.rawValue),
            "subject_type": ClientResponseRules.SubjectType.allCases.map(\.rawValue),
            "enforce_device_binding": ClientSessionTransferRules.DeviceBinding.allCases.map(\.rawValue),
            "backchannel_token_delivery_mode": ClientCIBARules.DeliveryMode.allCases.map(\.rawValue),
            "alg": TokenSigning.algorithms, "userinfo_signed_response_alg": TokenSigning.algorithms,
            "authorization_signed_response_alg": TokenSigning.algorithms,
            "token_endpoint_auth_signing_alg": signing, "request_object_signing_alg": signing + ["none"],
            "backchannel_authentication_request_signing_alg": asymmetric,
            "id_token_encrypted_response_alg": keys, "userinfo_encrypted_response_alg": keys,
            "id_token_encrypted_response_enc": contents, "userinfo_encrypted_response_enc": contents,
        ]
    }()

    /// The record that the type's defaults make (contract 2.1), without a secret.
    static func template(_ type: ApplicationType?, name: String, _ randomness: Randomness, now: Timestamp) -> Client {
        var client = Client(
            clientID: randomness.alphanumeric(32), name: name, tokenEndpointAuthMethod: method(for: type),
            grantTypes: grants(for: type), createdAt: now)
        client.appType = type
        if client.isPublic { client.refreshToken = .rotatingDefaults }
        return client
    }

    /// The record that the members of a new client's JSON form begin with: by its type, and for a strict third party with what
    /// such a client may have, and the prefix that marks one (contract 2.1, 4.7).
    static func template(_ members: JSONObject, _ randomness: Randomness, now: Timestamp) -> Client {
        let type = members["app_type"]?.string.flatMap(ApplicationType.init)
        var client = template(type, name: "", randomness, now: now)
        let mode = members["third_party_security_mode"]?.string.flatMap(ThirdPartySecurityMode.init) ?? .strict
        guard members["is_first_party"] == .bool(false), mode == .strict else { return client }
        client.clientID = "tpc_" + randomness.alphanumeric(28)
        client.grantTypes = type == .nonInteractive ? [.clientCredentials] : [.authorizationCode, .refreshToken]
        client.refreshToken = .rotatingDefaults
        if !client.isPublic { client.refreshToken.rotationType = .nonRotating }
        return client
    }

    /// Gives a client that proves itself by one, or has its ID tokens signed by one, a secret of 64 URL-safe characters unless
    /// it has one, and takes a public one's away. Clients with keys or certificates may have a secret and need none.
    static func settleSecret(_ client: inout Client, _ randomness: Randomness) {
        if client.isPublic {
            (client.clientSecret, client.additionalSecrets) = (nil, [])
        } else if client.clientSecret == nil, needsSecret(client) {
            client.clientSecret = newSecret(randomness)
        }
    }

    private static func needsSecret(_ client: Client) -> Bool {
        switch client.tokenEndpointAuthMethod {
        case .clientSecretPost, .clientSecretBasic, .clientSecretJWT: true
        case .privateKeyJWT, .tlsClientAuth, .selfSignedTLSClientAuth: client.jwtConfiguration.alg == TokenSigning.shared
        case .none: false
        }
    }

    static func newSecret(_ randomness: Randomness) -> SecretString {
        SecretString(Base64URL.encode(randomness.bytes(48)))
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

/// What may sign the tokens of a tenant.
enum TokenSigning {
    /// The one whose key is a secret shared with the recipient.
    static let shared = SignatureAlgorithm.hs256.rawValue
    static let algorithms = [SignatureAlgorithm.rs256, .ps256, .es256, .hs256].map(\.rawValue)
}

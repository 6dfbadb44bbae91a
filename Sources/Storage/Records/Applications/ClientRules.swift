package import OAuthProtocol

// The parts of a client's record that go beyond a secret and callbacks. In JSON each is an object whose members have the
// names of RFC 7591 and its extensions.

/// How a client proves itself by keys and certificates, and how its tokens are bound (RFC 7523, 8705, 9449).
package struct ClientProof: Sendable, Codable, Equatable {
    /// A JWK Set as JSON text: the client's public keys by value.
    package var jwks: String?
    /// Where the client publishes its keys; not both.
    package var jwksURI: String?
    /// The only `alg` of client assertions; `nil` accepts every algorithm that the profile allows.
    package var tokenEndpointAuthSigningAlg: String?
    /// `tls_client_auth` (RFC 8705 section 2.1.2): exactly one is set.
    package var tlsClientAuthSubjectDN: String?
    package var tlsClientAuthSANDNS: String?
    package var tlsClientAuthSANURI: String?
    package var tlsClientAuthSANIP: String?
    package var tlsClientAuthSANEmail: String?
    package var tlsClientCertificateBoundAccessTokens = false
    /// Every token request must carry a DPoP proof (RFC 9449 section 5.2; Auth0's `require_proof_of_possession`).
    package var dpopBoundAccessTokens = false

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case jwks
        case jwksURI = "jwks_uri"
        case tokenEndpointAuthSigningAlg = "token_endpoint_auth_signing_alg"
        case tlsClientAuthSubjectDN = "tls_client_auth_subject_dn"
        case tlsClientAuthSANDNS = "tls_client_auth_san_dns"
        case tlsClientAuthSANURI = "tls_client_auth_san_uri"
        case tlsClientAuthSANIP = "tls_client_auth_san_ip"
        case tlsClientAuthSANEmail = "tls_client_auth_san_email"
        case tlsClientCertificateBoundAccessTokens = "tls_client_certificate_bound_access_tokens"
        case dpopBoundAccessTokens = "dpop_bound_access_tokens"
    }
}

/// What a client's authorization requests must look like (RFC 9126, RFC 9101).
package struct ClientRequestRules: Sendable, Codable, Equatable {
    /// Only what was pushed counts.
    package var requirePushedAuthorizationRequests = false
    /// Only what is in a signed request object counts.
    package var requireSignedRequestObject = false
    /// The only `alg` of request objects; `none` allows unsigned ones.
    package var requestObjectSigningAlg: String?
    /// The `request_uri` values it may use, fragments included.
    package var requestURIs: [String] = []
    /// The response types it registered; `nil` allows what its grant types allow.
    package var responseTypes: [String]?
    /// Used when a request has no `max_age`.
    package var defaultMaxAge: Int64?
    /// ID tokens always carry `auth_time`.
    package var requireAuthTime = false
    package var defaultACRValues: [String] = []

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case requirePushedAuthorizationRequests = "require_pushed_authorization_requests"
        case requireSignedRequestObject = "require_signed_request_object"
        case requestObjectSigningAlg = "request_object_signing_alg"
        case requestURIs = "request_uris"
        case responseTypes = "response_types"
        case defaultMaxAge = "default_max_age"
        case requireAuthTime = "require_auth_time"
        case defaultACRValues = "default_acr_values"
    }
}

/// How what a client receives is signed, encrypted and made pairwise (OIDC Registration 2, JARM). The ID token's `alg` is in
/// `jwtConfiguration`.
package struct ClientResponseRules: Sendable, Codable, Equatable {
    package enum SubjectType: String, Sendable, Codable, CaseIterable { case `public`, pairwise }

    package var idTokenEncryptedResponseAlg: String?
    package var idTokenEncryptedResponseEnc: String?
    /// Present: `/userinfo` answers a JWT.
    package var userinfoSignedResponseAlg: String?
    package var userinfoEncryptedResponseAlg: String?
    package var userinfoEncryptedResponseEnc: String?
    /// The `alg` of JARM responses; `nil` takes the ID token's.
    package var authorizationSignedResponseAlg: String?
    package var subjectType: SubjectType = .public
    package var sectorIdentifierURI: String?
    /// Authorization responses carry `iss` (RFC 9207), whatever the profile says.
    package var includesIssuer = false
    /// The claims of `profile`, `email` … are in the ID token also when an access token is issued beside it. `nil`: as the
    /// wire profile says.
    package var claimsInIDToken: Bool?

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case idTokenEncryptedResponseAlg = "id_token_encrypted_response_alg"
        case idTokenEncryptedResponseEnc = "id_token_encrypted_response_enc"
        case userinfoSignedResponseAlg = "userinfo_signed_response_alg"
        case userinfoEncryptedResponseAlg = "userinfo_encrypted_response_alg"
        case userinfoEncryptedResponseEnc = "userinfo_encrypted_response_enc"
        case authorizationSignedResponseAlg = "authorization_signed_response_alg"
        case subjectType = "subject_type"
        case sectorIdentifierURI = "sector_identifier_uri"
        case includesIssuer = "includes_issuer"
        case claimsInIDToken = "claims_in_id_token"
    }
}

/// Whom to tell when a session ends (OIDC Back-Channel and Front-Channel Logout).
package struct ClientLogoutRules: Sendable, Codable, Equatable {
    package var backchannelLogoutURIs: [String] = []
    package var backchannelLogoutSessionRequired = false
    package var frontchannelLogoutURI: String?
    package var frontchannelLogoutSessionRequired = false
    /// A session's end also revokes the refresh tokens that it issued to this client.
    package var revokesRefreshTokens = false

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case backchannelLogoutURIs = "backchannel_logout_uris"
        case backchannelLogoutSessionRequired = "backchannel_logout_session_required"
        case frontchannelLogoutURI = "frontchannel_logout_uri"
        case frontchannelLogoutSessionRequired = "frontchannel_logout_session_required"
        case revokesRefreshTokens = "revokes_refresh_tokens"
    }
}

/// Backchannel authentication (OIDC CIBA section 4).
package struct ClientCIBARules: Sendable, Codable, Equatable {
    package enum DeliveryMode: String, Sendable, Codable, CaseIterable { case poll, ping }

    package var tokenDeliveryMode: DeliveryMode = .poll
    package var clientNotificationEndpoint: String?
    /// Present: requests must be signed with it.
    package var authenticationRequestSigningAlg: String?

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case tokenDeliveryMode = "backchannel_token_delivery_mode"
        case clientNotificationEndpoint = "backchannel_client_notification_endpoint"
        case authenticationRequestSigningAlg = "backchannel_authentication_request_signing_alg"
    }
}

/// Single sign-on from a native application into a web application (contract 8.5; management contract 3, `session_transfer`).
/// Auth0's members, of which each concerns the native or the web side.
package struct ClientSessionTransferRules: Sendable, Codable, Equatable {
    /// How a web application's browser may bring a session transfer token to `/authorize`.
    package enum AuthenticationMethod: String, Sendable, Codable, CaseIterable { case cookie, query }
    /// What of the device must be the same where the token was made and where it is used.
    package enum DeviceBinding: String, Sendable, Codable, CaseIterable {
        case ip
        /// Kept as it was set, and judged like `ip`, which is stricter: we know no autonomous systems.
        case asn
        case none
    }

    /// Native: refresh tokens may be exchanged for session transfer tokens.
    package var canCreateSessionTransferToken = false
    /// Native: the revocation of a refresh token ends the sessions and refresh tokens that were made from it.
    package var enforceCascadeRevocation = true
    /// Web: none admits no token.
    package var allowedAuthenticationMethods: [AuthenticationMethod] = []
    /// Web.
    package var enforceDeviceBinding: DeviceBinding = .ip
    /// Web: refresh tokens may be issued in a session that a token opened.
    package var allowRefreshToken = false
    /// Web: refresh tokens that are issued in such a session end with it.
    package var enforceOnlineRefreshTokens = true

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case canCreateSessionTransferToken = "can_create_session_transfer_token"
        case enforceCascadeRevocation = "enforce_cascade_revocation"
        case allowedAuthenticationMethods = "allowed_authentication_methods"
        case enforceDeviceBinding = "enforce_device_binding"
        case allowRefreshToken = "allow_refresh_token"
        case enforceOnlineRefreshTokens = "enforce_online_refresh_tokens"
    }
}

/// What the pages show of a client.
package struct ClientPresentation: Sendable, Codable, Equatable {
    package var clientURI: String?
    package var policyURI: String?
    package var tosURI: String?
    package var contacts: [String] = []

    package init() {}

    package enum CodingKeys: String, CodingKey {
        case clientURI = "client_uri"
        case policyURI = "policy_uri"
        case tosURI = "tos_uri"
        case contacts
    }
}

/// Where a client comes from that no administrator made.
package struct ClientRegistration: Sendable, Codable, Equatable {
    package enum Origin: String, Sendable, Codable, CaseIterable {
        case dynamic
        case metadataDocument = "metadata_document"
    }

    package var origin: Origin
    /// Hash of the registration access token (RFC 7592), base64url.
    package var accessTokenHash: String?
    package var softwareID: String?
    package var softwareVersion: String?
    /// The address that registered it.
    package var address: String?
    /// All that was registered, as JSON text, to be echoed (RFC 7591 section 3.2.1).
    package var metadata = "{}"

    package init(origin: Origin) { self.origin = origin }

    package enum CodingKeys: String, CodingKey {
        case origin
        case accessTokenHash = "access_token_hash"
        case softwareID = "software_id"
        case softwareVersion = "software_version"
        case address, metadata
    }
}

/// A further secret of a client. Kept sealed, not in the client's document.
package struct ClientSecret: Sendable, Equatable {
    /// `cred_` and 16 characters.
    package var id: String
    package var value: SecretString
    package var createdAt: Timestamp
    /// `nil` means never.
    package var expiresAt: Timestamp?

    package init(id: String, value: SecretString, createdAt: Timestamp, expiresAt: Timestamp? = nil) {
        (self.id, self.value, self.createdAt, self.expiresAt) = (id, value, createdAt, expiresAt)
    }
}

extension Client {
    /// Every secret that is accepted at `now`, the main one first.
    package func liveSecrets(at now: Timestamp) -> [SecretString] {
        let further = additionalSecrets.filter { $0.expiresAt.map { $0 > now } ?? true }.map(\.value)
        return (clientSecret.map { [$0] } ?? []) + further
    }
}

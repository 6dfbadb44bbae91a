package import OAuthProtocol

// What a tenant decides for single features.

/// Clients that register themselves (contract 21.1; RFC 7591) or publish a metadata document.
package struct RegistrationSettings: Sendable, Codable, Equatable {
    /// `POST /oidc/register` answers.
    package var enabled = false
    /// A URL may be a client id; the document behind it describes the client.
    package var metadataDocuments = false
    /// SHA-256 hashes, base64url, of initial access tokens; registration is open when there are none.
    package var initialAccessTokenHashes: [String] = []
    /// Registrations from one address.
    package var perAddress = Bucket(capacity: 100, refillInterval: 60)
    /// A registered client that was never used goes after this.
    package var unusedLifetime: Lifetime = .days(30)
    /// A JWK Set as JSON text: whose software statements are believed. Without it statements are refused.
    package var softwareStatementJWKS: String?
    package var requiresSoftwareStatement = false
    /// The APIs that third parties may ask for in a user's name without a client grant of their own: identifiers.
    package var defaultAudiences: [String] = []
    /// What clients get that register themselves from now on, and those described by a document.
    package var thirdPartySecurityMode: ThirdPartySecurityMode = .strict
    /// The grants that clients may have that registered themselves or are strict third parties, beside what their records say.
    package var grantTypes: [GrantType] = [.authorizationCode, .refreshToken, .clientCredentials]

    package init() {}
}

/// Contract 14.
package struct DeviceFlowSettings: Sendable, Codable, Equatable {
    package enum Charset: String, Sendable, Codable, CaseIterable { case base20, digits }
    package var charset: Charset = .base20
    /// `*` stands for a character; `-` and space separate.
    package var mask = "****-****"
    package var lifetime: Lifetime = 900
    package var interval: Lifetime = 5
    package init() {}
}

/// Contract 15.3.
package struct BackchannelSettings: Sendable, Codable, Equatable {
    package var enabled = true
    package var lifetime: Lifetime = 300
    package var maximumLifetime: Lifetime = 259_200
    package var interval: Lifetime = 5
    /// Requests from one address, which is as a rule a client's server.
    package var requestsPerAddress = Bucket(capacity: 300, refillInterval: 1)
    /// Messages to one user at the request of one client.
    package var messagesPerUserAndClient = Bucket(capacity: 10, refillInterval: .minutes(1))
    /// Requests that wait for one user at a time, whichever clients they are of.
    package var pendingPerUser = 10
    package init() {}
}

/// Contract 20, 23.
package struct PasswordlessSettings: Sendable, Codable, Equatable {
    package var codeLifetime: Lifetime = 180
    package var attempts = 3
    /// `/passwordless/start` and `/otp/challenge` from one address.
    package var startsPerAddress = Bucket(capacity: 50, refillInterval: 72)
    package init() {}
}

/// Contract 17, 23.
package struct MultifactorSettings: Sendable, Codable, Equatable {
    package enum Policy: String, Sendable, Codable, CaseIterable {
        /// Only where a request asks for it.
        case never
        /// Users who have a factor are asked for it.
        case enrolled
        case always
    }
    package var policy: Policy = .never
    /// `otp`, `email`, `phone`, `recovery-code`.
    package var factors = ["otp", "email", "phone", "recovery-code"]
    package var wrongCodesPerUser = Bucket(capacity: 10, refillInterval: .minutes(6))
    package var textMessagesPerUser = Bucket(capacity: 10, refillInterval: .hours(1))
    package init() {}
}

/// Contract 19.
package struct PasskeySettings: Sendable, Codable, Equatable {
    package var enabled = true
    /// The domain of credentials; the request's host when absent.
    package var relyingPartyID: String?
    /// Further origins that may use them, such as a native application's.
    package var origins: [String] = []
    package init() {}
}

/// Whose assertions are exchanged for tokens: the `jwt-bearer` grant (RFC 7523 section 2.1) and custom token exchange.
package struct TrustedIssuer: Sendable, Codable, Equatable {
    package var issuer: String
    /// A JWK Set as JSON text, or where it is published.
    package var jwks: String?
    package var jwksURI: String?
    /// The `subject_token_type` that custom token exchange uses; absent: only the `jwt-bearer` grant.
    package var subjectTokenType: String?
    /// The `jwt-bearer` grant takes plain assertions (RFC 7523) as well; absent: identity assertion authorization grants
    /// (`oauth-id-jag+jwt`) alone, which name their client.
    package var acceptsPlainAssertions: Bool?
    /// Client ids that may exchange; `nil` means every client with the grant.
    package var clients: [String]?
    /// The connection whose users the subjects are.
    package var connection: String
    /// The claim that names the user: `sub` compares with the part of the user id behind `|` and with the whole; `email` counts
    /// only with `email_verified`.
    package var subjectClaim = "sub"

    package init(issuer: String, connection: String) { (self.issuer, self.connection) = (issuer, connection) }
}

/// An authentication context class (OIDC Core 2, `acr`).
package struct AuthenticationContext: Sendable, Codable, Equatable {
    package var acr: String
    /// RFC 8176 methods that must all be among the session's `amr`.
    package var methods: [String]

    package init(acr: String, methods: [String]) { (self.acr, self.methods) = (acr, methods) }
}

/// A claim that a tenant adds to tokens from a user's metadata (contract 9.5).
package struct CustomClaim: Sendable, Codable, Equatable {
    package var name: String
    /// `user_metadata.a.b` or `app_metadata.a`.
    package var source: String
    /// `id_token`, `access_token`.
    package var tokens: [String]

    package init(name: String, source: String, tokens: [String]) { (self.name, self.source, self.tokens) = (name, source, tokens) }
}

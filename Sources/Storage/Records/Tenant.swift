package import OAuthProtocol

/// An issuer with its own clients, users, keys and settings.
package struct Tenant: Sendable, Codable, Equatable {
    package var id: TenantID
    /// Hosts that select this tenant beside its canonical one, lower case, with port where not the scheme's default.
    package var customDomains: [String]
    package var settings: TenantSettings
    package var createdAt: Timestamp

    package init(id: TenantID, customDomains: [String] = [], settings: TenantSettings = TenantSettings(), createdAt: Timestamp) {
        self.id = id
        self.customDomains = customDomains
        self.settings = settings
        self.createdAt = createdAt
    }
}

/// What an administrator decides for a whole tenant. Each default is the contract's (section 23).
package struct TenantSettings: Sendable, Codable, Equatable {
    /// Shown on every page.
    package var friendlyName = "Martlet"
    package var pictureURL: String?
    package var supportEmail: String?
    package var supportURL: String?
    /// API identifier used when a request names none.
    package var defaultAudience: String?
    /// Name of the connection that the `password` grant uses (contract 7.5).
    package var defaultDirectory: String? = "Username-Password-Authentication"
    /// Where errors go instead of our page (contract 4.2).
    package var errorPageURL: String?
    /// Where lost login transactions go (contract 4.2).
    package var defaultRedirectionURI: String?
    package var allowedLogoutURLs: [String] = []
    /// Browser session: idle and absolute lifetimes (contract 5).
    package var idleSessionLifetime: Lifetime = .hours(72)
    package var sessionLifetime: Lifetime = .hours(168)
    /// Whether the session cookie outlives the browser.
    package var persistentSession = true
    package var transactionLifetime: Lifetime = .hours(1)
    package var authorizationCodeLifetime: Lifetime = 300
    package var passwordResetTicketLifetime: Lifetime = .days(5)
    /// Whoever signs up is sent a link that verifies the address (contract 13.1).
    package var verificationMails = true
    package var emailVerificationTicketLifetime: Lifetime = .days(5)
    /// Tenant flags of contract 11 to 13.
    package var revokeRefreshTokenGrant = false
    package var enablePublicSignupUserExistsError = false
    package var rpLogoutEndSessionEndpointDiscovery = true
    /// Ask before ending a session that the request did not prove to know (contract 12.2).
    package var confirmLogout = true
    /// `resource` means the same as `audience` (contract 4.1).
    package var resourceParameterCompatibility = true
    /// Public clients must use PKCE (contract 7.2 [R]).
    package var requirePKCEForPublicClients = true
    /// `code_challenge_method=plain` is accepted (contract 24 row 7).
    package var allowPlainCodeChallenge = false
    /// Ask for confirmation before a callback that cannot be verified to belong to the client (contract 6.2).
    package var confirmNonVerifiableCallbacks = true
    package var attackProtection = AttackProtection()
    /// A development tenant: its clients may accept any loopback callback, logout URL and web origin, and a server that
    /// serves it in production refuses to start.
    package var isDevelopment = false
    /// What clients without a profile of their own get; decides as well which metadata the tenant publishes.
    package var defaultWireProfile: WireProfile = .auth0
    /// The `alg` values that may sign here, the first being the default. RS256 and HS256 need no key but those there are; PS256
    /// and ES256 get keys of their own when listed (clients that accept only RSA keys fail on ES256 keys in the JWKS).
    package var signingAlgorithms = ["RS256", "PS256", "HS256"]
    package var registration = RegistrationSettings()
    package var device = DeviceFlowSettings()
    package var backchannel = BackchannelSettings()
    package var passwordless = PasswordlessSettings()
    package var multifactor = MultifactorSettings()
    package var passkeys = PasskeySettings()
    /// `POST /oauth/par` answers and is published (contract 15.1).
    package var pushedAuthorizationRequests = true
    /// Public clients may push authorization requests (contract 15.1 [R]).
    package var pushedRequestsForPublicClients = false
    /// Every client must push its authorization requests; published in the metadata.
    package var requirePushedAuthorizationRequests = false
    /// `POST /oauth/introspect` answers and is published. `nil`: unless the default profile is `auth0` (contract 21.2).
    package var introspection: Bool?
    /// A session's end also revokes the refresh tokens that it issued.
    package var sessionEndRevokesRefreshTokens = false
    /// Issuers whose assertions are exchanged for tokens of ours (RFC 7523, RFC 8693).
    package var trustedIssuers: [TrustedIssuer] = []
    /// `acr` values that a login can reach, weakest first, with the methods that reach them.
    package var authenticationContexts: [AuthenticationContext] = []
    /// Bucket sizes by name (contract 1.5); what is not named has the server's default.
    package var rateLimits: [String: Bucket] = [:]
    /// Claims that are added to tokens (contract 9.5).
    package var customClaims: [CustomClaim] = []
    /// Client certificates bind and authenticate; published in the metadata.
    package var mutualTLS = true

    package init() {}

    package var offersIntrospection: Bool { introspection ?? (defaultWireProfile != .auth0) }
}

/// Brakes on guessing (contract 1.4, 1.5, 7.5).
package struct AttackProtection: Sendable, Codable, Equatable {
    /// Wrong passwords for one account from one address before it waits.
    package var attemptsPerAccountAndAddress = Bucket(capacity: 10, refillInterval: .minutes(6))
    /// Wrong passwords for one account from anywhere.
    package var attemptsPerAccount = Bucket(capacity: 50, refillInterval: .minutes(1))
    /// Wrong passwords from one address for any account.
    package var attemptsPerAddress = Bucket(capacity: 100, refillInterval: 14)
    /// Signups from one address.
    package var signupsPerAddress = Bucket(capacity: 50, refillInterval: .minutes(1))
    /// Password-reset mails per address of sender and recipient (contract 1.5).
    package var passwordResets = Bucket(capacity: 10, refillInterval: .minutes(1))
    /// Codes of devices typed at one address.
    package var userCodesPerAddress = Bucket(capacity: 20, refillInterval: 30)

    package init() {}
}

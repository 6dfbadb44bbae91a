package import OAuthProtocol

/// A tenant's name in URLs, commands and rows: lower-case ASCII letters, digits and inner hyphens, 1 to 63 of them.
package struct TenantID: Hashable, Sendable, Codable, CustomStringConvertible {
    package let rawValue: String
    package var description: String { rawValue }

    /// `nil` when the text is not a DNS label in lower case.
    package init?(_ rawValue: String) {
        let bytes = Array(rawValue.utf8)
        let isLabel = bytes.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard (1...63).contains(bytes.count), isLabel, bytes.first != 0x2D, bytes.last != 0x2D else { return nil }
        self.rawValue = rawValue
    }

    private init(known: String) { rawValue = known }
    /// The tenant of a fresh database (architecture section 4).
    package static let `default` = TenantID(known: "default")

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let id = TenantID(text) else {
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "not a tenant name"))
        }
        self = id
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

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

    package init() {}
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

    package init() {}
}

/// A token bucket: `capacity` at once, then one more each `refillInterval`.
package struct Bucket: Sendable, Codable, Equatable {
    package var capacity: Int
    package var refillInterval: Lifetime

    package init(capacity: Int, refillInterval: Lifetime) {
        self.capacity = capacity
        self.refillInterval = refillInterval
    }
}

package import OAuthProtocol

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
    /// Further APIs that one refresh token is good for (contract 8.5, "MRRT").
    package var policies: [RefreshTokenPolicyEntry] = []

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
        case policies
    }
}

/// One line of a client's multi-resource policy: an API and the scopes that a refresh may ask of it (contract 8.5).
package struct RefreshTokenPolicyEntry: Sendable, Codable, Equatable {
    package var audience: String
    package var scope: Scopes

    package init(audience: String, scope: Scopes) { (self.audience, self.scope) = (audience, scope) }
}

package import OAuthProtocol
package import Storage

/// What happens to a refresh token that is genuine and the asking client's own (contract 8.6). Pure: the same family, client
/// and instant give the same decision.
package enum RefreshDecision: Sendable, Equatable {
    /// The current token: carry out the exchange.
    case exchange(RefreshExchange)
    /// The token just before the current one, within the leeway: answer the current token once more.
    case repeatSuccessor
    /// A token that was used before: somebody has a copy. The family ends.
    case reuse
    /// The family ended before, or the token is none that it can have issued.
    case refuse(Refusal)

    /// The true reason, for the audit log; the client gets one text for all (contract 8.7).
    package enum Refusal: String, Sendable, Equatable {
        case revoked = "the refresh token was revoked"
        case idleTooLong = "the refresh token was not used for too long"
        case expired = "the refresh token has expired"
        case superseded = "the refresh token was replaced when rotation was switched off"
        case ahead = "the refresh token is newer than the stored family"
        case unsafeClient = "the client's settings no longer allow it refresh tokens"
    }

    package static func decide(
        presentedGeneration: Int64, family: RefreshTokenFamily, client: Client, now: Timestamp
    ) -> RefreshDecision {
        if let refusal = ended(family, now) { return .refuse(refusal) }
        guard RefreshTokenPolicy.mayHold(client) else { return .refuse(.unsafeClient) }
        if presentedGeneration == family.generation { return .exchange(RefreshExchange(of: family, client: client, now: now)) }
        // Only a database that was set back to an older state knows less than a genuine token.
        guard presentedGeneration < family.generation else { return .refuse(.ahead) }
        if presentedGeneration == family.generation - 1, isWithinLeeway(family, client, now) { return .repeatSuccessor }
        // Whoever switched rotation off gave up reuse detection; the rotated tokens before it are simply void.
        return family.isRotating ? .reuse : .refuse(.superseded)
    }

    private static func ended(_ family: RefreshTokenFamily, _ now: Timestamp) -> Refusal? {
        if family.revokedAt != nil { return .revoked }
        if let end = family.absoluteExpiresAt, end <= now { return .expired }
        if let end = family.idleExpiresAt, end <= now { return .idleTooLong }
        return nil
    }

    /// A leeway of zero never helps, not even when another node's clock is ahead.
    private static func isWithinLeeway(_ family: RefreshTokenFamily, _ client: Client, _ now: Timestamp) -> Bool {
        let leeway = client.refreshToken.leeway
        return leeway > 0 && now < family.rotatedAt + leeway
    }
}

/// What an exchange of the current token changes, by the client's settings as they are now (contract 8.6 rows 1, 4 to 6).
package struct RefreshExchange: Sendable, Equatable {
    /// The answer carries a new refresh token.
    package var advancesGeneration: Bool
    package var isRotating: Bool
    package var idleExpiresAt: Timestamp?
    package var absoluteExpiresAt: Timestamp?
    package var deletesOtherNonRotating: Bool

    init(of family: RefreshTokenFamily, client: Client, now: Timestamp) {
        isRotating = client.refreshToken.rotationType == .rotating
        // Switching rotation on or off replaces the token once.
        advancesGeneration = isRotating || family.isRotating
        deletesOtherNonRotating = isRotating && !family.isRotating
        // Fixed at first issue and inherited; a family without an end takes one up when the client has got one.
        let absoluteEnd = family.absoluteExpiresAt ?? RefreshTokenLifetimes.absoluteEnd(for: client, from: now)
        absoluteExpiresAt = absoluteEnd
        idleExpiresAt = RefreshTokenLifetimes.idleEnd(for: client, from: now, absoluteEnd: absoluteEnd)
    }
}

/// The scopes of a refreshed access token (contract 8.5).
package enum RefreshScopes {
    /// All of the grant when nothing is asked; else what is both asked and granted. `offline_access` stays granted. The
    /// grant itself is not narrowed. Throws `accessDenied` when nothing remains.
    package static func narrow(_ granted: Scopes, to requested: Scopes) throws(OAuthError) -> Scopes {
        guard !requested.isEmpty else { return granted }
        let remaining = granted.values.filter(requested.contains)
        guard !remaining.isEmpty else { throw OAuthError(.accessDenied, WireText.noGrantedScope) }
        return Scopes(granted.values.filter { $0 == Scopes.offlineAccess || requested.contains($0) })
    }
}

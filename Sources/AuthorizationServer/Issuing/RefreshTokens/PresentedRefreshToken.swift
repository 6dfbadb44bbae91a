import OAuthProtocol
import Storage

/// A refresh token that was found genuine and the asking client's own, with what it stands for. Only `find` makes one; whether
/// it is good now is for `check` and `decision`.
struct PresentedRefreshToken: Sendable {
    let token: RefreshTokenValue
    let family: RefreshTokenFamily
    let user: User?
    let client: Client

    private init(_ token: RefreshTokenValue, _ family: RefreshTokenFamily, _ user: User?, _ client: Client) {
        (self.token, self.family, self.user, self.client) = (token, family, user, client)
    }

    /// A forged token and another client's are refused and change nothing: neither proves that the token leaked from its
    /// owner (contract 8.7).
    static func find(
        _ token: RefreshTokenValue, of client: Client, in context: TenantContext
    ) async throws -> PresentedRefreshToken {
        guard let found = try await context.stores.refreshTokens.findWithUser(token.familyID) else {
            throw refusal("unknown refresh token")
        }
        guard token.isGenuine(in: found.family, masterKeys: context.environment.masterKeys) else {
            throw refusal("forged refresh token")
        }
        guard found.family.access.clientID.isExactly(client.clientID) else { throw refusal("another client's refresh token") }
        return PresentedRefreshToken(token, found.family, found.user, client)
    }

    /// Online refresh tokens keep rules of their own.
    func decision(at now: Timestamp) -> RefreshDecision {
        let isOnline = family.access.details.isOnline == true
        return RefreshDecision.decide(
            presentedGeneration: token.generation, family: family,
            client: isOnline ? OnlineRefreshTokens.steady(client) : client, now: now)
    }

    /// Refuses what no proof of possession could save.
    func check(at now: Timestamp) throws(OAuthError) {
        // Deleting a user revokes the families, but the client is told what happened (contract 8.7).
        if user == nil, token.generation == family.generation { throw Self.userIsGone }
        if case .refuse(let reason) = decision(at: now) { throw Self.refusal(reason.rawValue) }
    }

    /// Throws for a user who is gone or blocked.
    func grantedUser() throws(OAuthError) -> User { try GrantedUser.check(user, orRefuse: Self.userIsGone) }

    /// One text for all; the audit log gets the true reason (contract 8.7).
    static func refusal(_ reason: String) -> OAuthError {
        OAuthError(.invalidGrant, WireText.invalidRefreshToken, auditReason: reason)
    }

    private static var userIsGone: OAuthError { OAuthError(.invalidGrant, WireText.userOfRefreshTokenDeleted) }
}

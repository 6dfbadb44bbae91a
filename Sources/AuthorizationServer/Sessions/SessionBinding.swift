import OAuthProtocol
import Storage

/// Codes are bound to the session that they were made in (contract 4.4).
enum SessionBinding {
    /// The session that must be alive when what it was granted is redeemed: where its end takes the refresh tokens along, none may
    /// be issued after it. `nil` where tokens outlive their session, or there is none.
    static func requiredSession(of access: GrantedAccess, client: Client, in context: TenantContext) -> String? {
        let endsTokens = context.settings.sessionEndRevokesRefreshTokens || client.logout.revokesRefreshTokens
        return endsTokens || access.endsWithSession(for: client) ? access.sid : nil
    }
}

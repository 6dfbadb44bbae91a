import OAuthProtocol
import Storage

/// Refresh tokens that live as long as the browser session (contract 8.8): asked for by `online_access`, never rotated, never
/// echoed in `scope`.
enum OnlineRefreshTokens {
    /// Whether one is due: an interactive flow with a session, to an API that allows it; a public client must have bound it to a
    /// DPoP key.
    static func isDue(for access: GrantedAccess, client: Client, api: ResourceServer?) -> Bool {
        guard access.scopes.contains(Scopes.onlineAccess), !access.scopes.contains(Scopes.offlineAccess), access.sid != nil,
            RefreshTokenPolicy.allowsOnline(flow: .authorizationCode, client: client, api: api)
        else { return false }
        return !client.isPublic || access.details.boundKey?.method == .jkt
    }

    /// The client as its online refresh tokens see it: the session ends them and nothing else, so they neither rotate nor have
    /// a lifetime of their own.
    static func steady(_ client: Client) -> Client {
        var steady = client
        (steady.refreshToken, steady.appType, steady.isFirstParty) = (RefreshTokenSettings(), .regularWeb, true)
        return steady
    }

    /// Restarts the session's idle timer, by the rules of every other activity. False when the session has ended.
    static func touchSession(of access: GrantedAccess, in context: TenantContext, at now: Timestamp) async throws -> Bool {
        guard let sid = access.sid else { return false }
        return try await BrowserSessions(context).touch(sid: sid, at: now)
    }
}

extension NewRefreshToken {
    /// A family for the access when `offline_access` was granted or an online refresh token is due, else `nil`. Nothing is
    /// stored.
    static func ifDue(
        forOnlineOr access: GrantedAccess, client: Client, in context: TenantContext, at now: Timestamp
    ) throws -> NewRefreshToken? {
        guard access.details.isOnline == true else { return try ifDue(for: access, client: client, in: context, at: now) }
        var asking = access
        asking.scopes = access.scopes.union([Scopes.offlineAccess])
        guard let token = try ifDue(for: asking, client: OnlineRefreshTokens.steady(client), in: context, at: now) else {
            return nil
        }
        var family = token.family
        family.access = access
        return NewRefreshToken(family: family, value: token.value)
    }
}

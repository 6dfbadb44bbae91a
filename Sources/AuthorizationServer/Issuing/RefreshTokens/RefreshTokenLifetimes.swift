package import OAuthProtocol
package import Storage

/// When the refresh tokens of a client end (contract 8.6 rows 4 and 6, 8.9). `nil` means never.
package enum RefreshTokenLifetimes {
    /// The absolute end of a family that begins now. Single-page applications always have one (contract 8.1 row 6).
    package static func absoluteEnd(for client: Client, from now: Timestamp) -> Timestamp? {
        let settings = client.refreshToken
        guard settings.expirationType == .expiring else { return nil }
        let isEndless = settings.infiniteTokenLifetime && client.appType != .spa
        return isEndless ? nil : now + settings.tokenLifetime
    }

    /// The idle end after a use at `now`, never beyond the absolute end.
    package static func idleEnd(for client: Client, from now: Timestamp, absoluteEnd: Timestamp?) -> Timestamp? {
        let settings = client.refreshToken
        guard settings.expirationType == .expiring, !settings.infiniteIdleTokenLifetime else { return nil }
        let end = now + settings.idleTokenLifetime
        return absoluteEnd.map { min($0, end) } ?? end
    }
}

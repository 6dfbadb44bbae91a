import OAuthProtocol
import Storage

/// Ends the session of a browser (contract 12).
struct SessionEnd: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Ends the session, if there is one, with the event `slo` in the same write. The cookie goes in any
    /// case, also when it could not be read: another site under the same domain may have set one beside ours.
    func end(_ browser: BrowserState, client: Client?, in request: RequestInfo) async throws -> BrowserChanges {
        var changes = BrowserChanges()
        changes.session = .clear
        guard let cookie = browser.session else { return changes }
        let hash = TokenHash(of: cookie)
        guard let session = try await context.stores.sessions.find(hash, at: request.now) else { return changes }
        let user = try await context.stores.users.find(session.userID)
        let event = request.event(.logoutSucceeded, client: client, user: user)
        _ = try await context.stores.sessions.end(hash, recording: event)
        return changes
    }
}

/// The addresses that a logout may go to: the client's list when it is known, otherwise the tenant's (contract 2.5).
struct LogoutAddresses: Sendable {
    private let settings: TenantSettings
    private let client: Client?

    init(_ settings: TenantSettings, _ client: Client?) { (self.settings, self.client) = (settings, client) }

    private var registered: [String] {
        guard let client else { return settings.allowedLogoutURLs }
        let addresses = client.allowedLogoutURLs
        return client.isFirstParty ? addresses : addresses.filter { !RedirectURI.hasPlaceholder($0) }
    }

    /// Where a client's users go when the request names no address.
    var standard: String? { client?.allowedLogoutURLs.first.flatMap { RedirectURI($0)?.original } }

    /// The address, if it is in the list. `ignoringQuery` is the rule of `/v2/logout`.
    func allowed(_ text: String, ignoringQuery: Bool) -> RedirectURI? {
        guard let uri = RedirectURI(text) else { return nil }
        let isListed = registered.contains {
            ignoringQuery ? uri.matchesIgnoringQuery(registered: $0) : uri.matches(registered: $0)
        }
        if isListed { return uri }
        guard let client, DevelopmentLoopback(settings).accepts(uri, for: client) else { return nil }
        return uri
    }
}

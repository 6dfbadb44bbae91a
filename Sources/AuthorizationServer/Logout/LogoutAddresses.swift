import OAuthProtocol
import Storage

/// The addresses that a logout may go to: the client's list when it is known, otherwise the tenant's (contract 2.5).
struct LogoutAddresses: Sendable {
    private let settings: TenantSettings
    private let client: Client?

    private let profile: WireProfile

    init(_ settings: TenantSettings, _ client: Client?, profile: WireProfile = .auth0) {
        (self.settings, self.client, self.profile) = (settings, client, profile)
    }

    private var registered: [String] {
        guard let client else { return settings.allowedLogoutURLs }
        let addresses = client.allowedLogoutURLs
        return client.isFirstParty ? addresses : addresses.filter { !RedirectURI.hasPlaceholder($0) }
    }

    /// Where a client's users go when the request names no address: nowhere but in Auth0's profile (conformance 5).
    var standard: String? {
        guard profile == .auth0 else { return nil }
        return client?.allowedLogoutURLs.first.flatMap { RedirectURI($0)?.original }
    }

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

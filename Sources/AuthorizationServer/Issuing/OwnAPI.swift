import OAuthProtocol

/// The APIs that this server is itself: the audiences whose tokens open something here (contract 4.1).
package enum OwnAPI: String, Sendable, CaseIterable {
    case userinfo
    /// The Management API.
    case management = "api/v2/"
    /// The API by which users manage their factors.
    case multifactor = "mfa/"
    /// My Account.
    case account = "me/"

    /// The one that an audience names, under whichever host of the tenant's; `nil` for anybody else's API. For what is forbidden
    /// to them: what a token opens is judged by the host of the request alone.
    package init?(_ audience: String, of context: TenantContext) {
        let parts = audience.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "https:" || parts[0] == "http:", parts[1].isEmpty,
            let own = Self.allCases.first(where: { $0.rawValue.isExactly(parts[3]) }), context.isHost(parts[2])
        else { return nil }
        self = own
    }
}

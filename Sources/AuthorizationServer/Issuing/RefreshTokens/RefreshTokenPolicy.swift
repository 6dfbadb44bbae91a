package import OAuthProtocol
package import Storage

/// Whether a refresh token is due: the restriction list of contract 8.1, one rule per line of its table. Rows 9 (consent),
/// 10 (the Management API), 11 (the cap of 200) and 13 (both access scopes) are kept by `/authorize`, `AudienceResolution` and
/// the store.
package enum RefreshTokenPolicy {
    /// True when every rule holds. `api` is `nil` for `/userinfo` alone.
    package static func allows(requested: Scopes, flow: GrantFlow, client: Client, api: ResourceServer?) -> Bool {
        requested.contains(Scopes.offlineAccess)
            && isIssued(by: flow)
            && (api?.allowOfflineAccess ?? true)
            && client.grantTypes.contains(.refreshToken)
            && mayHold(client)
            && (client.oidcConformant || api != nil)
    }

    /// Rows 6 and 8, which an exchange must keep as well: settings may have changed since the token was issued.
    static func mayHold(_ client: Client) -> Bool { keepsBrowserAppsSafe(client) && keepsThirdPartiesExpiring(client) }

    /// Rows 2 and 3: never from the front channel, never without a user.
    private static func isIssued(by flow: GrantFlow) -> Bool {
        switch flow {
        case .authorizationCode, .password, .deviceCode, .backchannel, .passwordless, .webauthn, .tokenExchange: true
        case .frontChannel, .clientCredentials, .delegation: false
        }
    }

    /// Online refresh tokens: interactive flows in a browser, to an API that allows them (contract 8.8).
    static func allowsOnline(flow: GrantFlow, client: Client, api: ResourceServer?) -> Bool {
        flow == .authorizationCode && client.grantTypes.contains(.refreshToken) && (api?.allowOnlineAccess ?? false)
    }

    /// Row 6: a single-page application gets refresh tokens only if they rotate and expire.
    private static func keepsBrowserAppsSafe(_ client: Client) -> Bool {
        let settings = client.refreshToken
        return client.appType != .spa
            || (settings.rotationType == .rotating && settings.expirationType == .expiring)
    }

    /// Row 8: strict third-party clients get expiring refresh tokens only.
    private static func keepsThirdPartiesExpiring(_ client: Client) -> Bool {
        !client.isStrictThirdParty || client.refreshToken.expirationType == .expiring
    }
}

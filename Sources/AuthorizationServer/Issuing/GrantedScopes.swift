package import OAuthProtocol
package import Storage

/// The ways to a token that differ in what they may grant (contract 8.1 rows 2 and 3).
package enum GrantFlow: Sendable, CaseIterable {
    /// The token endpoint half of a code or hybrid flow, with or without PKCE.
    case authorizationCode
    /// Tokens that `/authorize` hands to the browser: implicit, and the front-channel half of hybrid flows.
    case frontChannel
    /// `password` and `password-realm`.
    case password
    case clientCredentials
    /// The user approved on another device, or was asked by the server (RFC 8628, CIBA).
    case deviceCode, backchannel
    /// A code or link that was sent to the user; a passkey.
    case passwordless, webauthn
    /// A token of another issuer, exchanged for one of ours in the user's name.
    case tokenExchange
    /// An exchange that keeps somebody else acting: on-behalf-of, `actor_token`, `jwt-bearer`. Never a refresh token.
    case delegation

    /// Whether a person is behind the token.
    var hasUser: Bool { self != .clientCredentials }
}

/// Which of the requested scopes are granted. Scopes that are not granted are dropped without an error (contract 8.1, 9.2,
/// 24 row 14).
package struct ScopeDecision: Sendable {
    /// Scopes that OpenID Connect and Auth0 define for the user's claims (contract 3.1 `scopes_supported`).
    package static let claimScopes: Scopes = [
        "openid", "profile", "email", "address", "phone", "name", "given_name", "family_name", "nickname", "email_verified",
        "picture", "created_at", "identities",
    ]
    /// What `openid` alone means to the password grants (contract 7.5).
    private static let impliedByPassword: Scopes = ["openid", "profile", "email", "address", "phone"]

    /// Grants the scopes of OpenID Connect when there is a user, the scopes that `api` defines, and `offline_access` when
    /// `RefreshTokenPolicy` allows it, in the order in which they were requested. `api` is `nil` for `/userinfo` alone.
    package static func decide(requested: Scopes, flow: GrantFlow, client: Client, api: ResourceServer?) -> Scopes {
        let asked = implied(requested, flow: flow, api: api)
        let mayBeOffline = RefreshTokenPolicy.allows(requested: requested, flow: flow, client: client, api: api)
        let defined = api?.definedScopes ?? []
        return Scopes(
            asked.values.filter { scope in
                switch scope {
                case Scopes.offlineAccess: mayBeOffline
                case Scopes.onlineAccess: RefreshTokenPolicy.allowsOnline(flow: flow, client: client, api: api)
                default: (flow.hasUser && claimScopes.contains(scope)) || defined.contains(scope)
                }
            })
    }

    /// Of scopes that were granted before, those that `api` still defines and those of OpenID Connect.
    static func remaining(of granted: Scopes, at api: ResourceServer) -> Scopes {
        let defined = api.definedScopes
        return Scopes(
            granted.values.filter { isAccess($0) || claimScopes.contains($0) || defined.contains($0) })
    }

    private static func isAccess(_ scope: String) -> Bool { scope == Scopes.offlineAccess || scope == Scopes.onlineAccess }

    /// The password grants imply trust: no scope asks for all of the API's, `openid` alone for the user's claims.
    private static func implied(_ requested: Scopes, flow: GrantFlow, api: ResourceServer?) -> Scopes {
        guard flow == .password else { return requested }
        if requested.isEmpty { return api?.definedScopes ?? [] }
        return requested == [Scopes.openid] ? impliedByPassword : requested
    }
}

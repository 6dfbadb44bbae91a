package import OAuthProtocol
package import Storage

/// An authorization request that passed every check. Only `AuthorizeSteps` makes one.
package struct AuthorizeRequest: Sendable {
    package let client: Client
    package let target: ResponseTarget
    package let parameters: AuthorizeParameters
    package let responseType: ResponseType
    /// As sent; `nil` when left out, so that the token request need not repeat it (contract 2.3).
    package let redirectURIAsSent: String?
    package let scopes: Scopes
    package let prompts: [Prompt]
    package let challenge: CodeChallenge?
    package let audience: RequestedAudience
    /// The user that the client expects, from a verified `id_token_hint`.
    package let hintedUserID: String?
    /// The connection that users sign in with.
    package let connection: Connection
    /// What the request was made of, to be kept in a transaction.
    package let form: FormParameters
    package let origin: RequestOrigin
    package let profile: WireProfile
    /// What is asked for in `authorization_details`, checked (RFC 9396).
    package let authorizationDetails: AuthorizationDetails?

    package var claims: RequestedClaims { parameters.claims ?? .none }
    /// Seconds: the request's, else the client's default (OIDC Registration 2).
    package var maxAge: Int64? { parameters.maxAge ?? client.requests.defaultMaxAge }
    /// The key that must prove itself when the code is redeemed.
    package var dpopJKT: String? { parameters.dpopJKT ?? origin.dpopJKT }
    /// Contexts that the client wants, best first (OIDC Core 3.1.2.1, 5.5.1.1).
    package var contextClasses: [String] {
        let claimed = claims.contextClasses.values
        if !claimed.isEmpty { return claimed }
        return parameters.acrValues.isEmpty ? client.requests.defaultACRValues : parameters.acrValues
    }

    package var api: ResourceServer? { audience.api }

    package var isSilent: Bool { prompts.contains(.none) }
    /// ID tokens of this request carry `auth_time` (contract 9.4).
    package var wantsAuthTime: Bool {
        maxAge != nil || prompts.contains(.login) || client.requests.requireAuthTime || claims.wantsAuthTime
            || profile.rules.alwaysSendsAuthTime
    }
    /// What a code stands for.
    package var grantedScopes: Scopes {
        let flow: GrantFlow = responseType.contains(.code) ? .authorizationCode : .frontChannel
        return ScopeDecision.decide(requested: scopes, flow: flow, client: client, api: api)
    }
    /// What the user is asked to agree to: what is granted, and the scopes of the claims that are asked for by name beside it
    /// (OIDC Core 5.5). A claim is no less personal for being asked for on another way.
    package var agreedScopes: Scopes {
        let granted = grantedScopes
        return granted.union(UserClaims.scopes(releasing: claims, beside: granted))
    }
}

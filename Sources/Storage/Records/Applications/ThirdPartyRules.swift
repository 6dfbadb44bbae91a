import OAuthProtocol

// What sets a client that others wrote apart from the tenant's own. The names are Auth0's.

/// How much a third party may do (contract 4.7). Says nothing about first-party clients.
package enum ThirdPartySecurityMode: String, Sendable, Codable, CaseIterable {
    /// What an unknown program can be trusted with: the code flow with PKCE, APIs that were granted to it, connections of the
    /// whole domain, short access tokens.
    case strict
    /// Whatever its record says, as if the tenant had written it; but its users are asked for consent.
    case permissive
}

/// Where a third party's users go when something fails (contract 4.2 step 3).
package enum RedirectionPolicy: String, Sendable, Codable, CaseIterable {
    /// To the client's addresses, as everybody else's.
    case allowAlways = "allow_always"
    /// Nowhere: a link to us must not become a link to a stranger's page.
    case openRedirectProtection = "open_redirect_protection"
}

extension Client {
    /// Not the tenant's own, and without leave to be treated as if it were.
    package var isStrictThirdParty: Bool { !isFirstParty && thirdPartySecurityMode != .permissive }

    /// Only after the user agreed, or followed a link of ours, may a browser be sent to its addresses. First-party clients have
    /// no such policy, strict third parties have it unless their record says otherwise.
    package var isProtectedFromOpenRedirects: Bool {
        guard !isFirstParty else { return false }
        let standard: RedirectionPolicy = isStrictThirdParty ? .openRedirectProtection : .allowAlways
        return (redirectionPolicy ?? standard) == .openRedirectProtection
    }

    /// `frontchannel_logout_uri`, if there is one, lives where a callback does (OIDC Front-Channel Logout 2): our logout page loads
    /// it in a frame, and is not to load what the client merely names.
    package var hasFrontchannelLogoutAtHome: Bool {
        guard let uri = logout.frontchannelLogoutURI else { return true }
        guard let origin = RedirectURI(uri)?.origin else { return false }
        return callbacks.contains { RedirectURI($0)?.origin?.isExactly(origin) ?? false }
    }

    /// A strict third party, or one that registered itself. An API is open to it only by a client grant, its own or the tenant's
    /// default, whatever the API's policy is; and the tenant says which grants such clients may have at all.
    package var isStranger: Bool { isStrictThirdParty || registration != nil }
}

import OAuthProtocol
import Storage

/// The authentication context that a session reaches (OIDC Core 2 `acr`, 5.5.1.1; contract 9.4).
struct ReachedContext: Sendable, Equatable {
    let acr: String?
    let amr: [String]?

    /// The first context of the request that the session's methods reach; without a request, what is best. A context that must be
    /// reached and is not throws `unmetAuthenticationRequirements`.
    init(_ authorize: AuthorizeRequest, _ session: BrowserSession, _ settings: TenantSettings) throws(OAuthError) {
        let reached = settings.authenticationContexts.filter { context in
            context.methods.allSatisfy { session.amr.contains($0) }
        }
        let wanted = authorize.contextClasses
        let best = wanted.lazy.compactMap { name in reached.first { $0.acr.isExactly(name) } }.first
        if best == nil, !wanted.isEmpty, authorize.claims.contextClasses.isEssential {
            throw OAuthError(.unmetAuthenticationRequirements, WireText.unmetContext)
        }
        // Without a wish, or with one that cannot be met, the client is told how the user did sign in (OIDC Core 5.5.1.1).
        acr = (best ?? reached.last)?.acr
        let hasSecondFactor = session.amr.contains("mfa")
        amr = acr != nil || hasSecondFactor ? session.amr : nil
    }
}

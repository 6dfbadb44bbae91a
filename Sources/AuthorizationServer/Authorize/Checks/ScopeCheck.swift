import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses a malformed scope (RFC 6749 section 3.3), and online together with offline access (contract 4.1). Unknown
    /// scopes are dropped later, not refused.
    package static let scope = AuthorizeCheck("scope") { parameters, _ throws(OAuthError) in
        guard let scopes = parameters.scopes else {
            throw OAuthError(.invalidScope, WireText.malformedParameter("scope"))
        }
        if scopes.contains(Scopes.offlineAccess), scopes.contains(Scopes.onlineAccess) {
            throw OAuthError(.invalidRequest, WireText.bothAccessScopes)
        }
    }
}

import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses a `max_age` that is not a number of seconds (OIDC Core 3.1.2.1).
    package static let maxAge = AuthorizeCheck("maxAge") { parameters, _ throws(OAuthError) in
        if parameters.maxAgeText != nil, parameters.maxAge == nil {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("max_age"))
        }
    }
}

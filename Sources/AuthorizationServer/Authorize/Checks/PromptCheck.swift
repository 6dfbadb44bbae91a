import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses unknown members, and `none` beside any other (OIDC Core 3.1.2.1; contract 4.5). An unknown one is not
    /// ignored: a misspelt `login` would quietly skip the authentication that the client insists on.
    package static let prompt = AuthorizeCheck("prompt") { parameters, _ throws(OAuthError) in
        guard let prompts = parameters.prompts else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("prompt"))
        }
        if prompts.contains(.none), prompts.contains(where: { $0 != .none }) {
            throw OAuthError(.invalidRequest, WireText.promptNoneWithOthers)
        }
    }
}

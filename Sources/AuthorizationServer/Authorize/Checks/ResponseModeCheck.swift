import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses unknown modes, and tokens in a query, which servers log and browsers remember (contract 4.1).
    package static let responseMode = AuthorizeCheck("responseMode") { parameters, _ throws(OAuthError) in
        guard let text = parameters.responseModeText else { return }
        guard let mode = ResponseMode(rawValue: text) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("response_mode"))
        }
        let issuesTokens = parameters.responseType?.issuesInFrontChannel ?? false
        if mode == .query || mode == .queryJWT, issuesTokens { throw OAuthError(.invalidRequest, WireText.tokensInQuery) }
    }
}

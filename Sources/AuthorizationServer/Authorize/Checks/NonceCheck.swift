import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses a front-channel ID token without a nonce, which alone ties it to the request (OIDC Core 3.2.2.1,
    /// contract 4.1).
    package static let nonce = AuthorizeCheck("nonce") { parameters, _ throws(OAuthError) in
        if parameters.responseType?.contains(.idToken) == true, parameters.nonce == nil {
            throw OAuthError(.invalidRequest, WireText.missingParameter("nonce"))
        }
    }
}

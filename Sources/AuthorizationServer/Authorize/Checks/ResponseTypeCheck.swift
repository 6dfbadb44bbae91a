import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses a missing response type and any that is not one of the seven (contract 4.1; OAuth 2.0 Multiple Response
    /// Types).
    package static let responseType = AuthorizeCheck("responseType") { parameters, _ throws(OAuthError) in
        guard let text = parameters.responseTypeText else {
            throw OAuthError(.invalidRequest, WireText.missingParameter("response_type"))
        }
        guard parameters.responseType != nil else {
            throw OAuthError(.unsupportedResponseType, WireText.unsupportedResponseType(text))
        }
    }
}

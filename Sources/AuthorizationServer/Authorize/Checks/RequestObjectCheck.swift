import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses `request` and `request_uri`: neither request objects (RFC 9101) nor pushed requests (RFC 9126) are offered,
    /// and ignoring what they contain would answer another request than the one that was made.
    package static let requestObject = AuthorizeCheck("requestObject") { parameters, _ throws(OAuthError) in
        if parameters.requestObject != nil { throw OAuthError(.invalidRequest, WireText.requestObjectUnsupported("request")) }
        if parameters.requestURI != nil { throw OAuthError(.invalidRequest, WireText.requestObjectUnsupported("request_uri")) }
    }
}

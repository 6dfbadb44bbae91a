import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses a `claims` parameter that is no object of objects (OIDC Core 5.5).
    package static let claims = AuthorizeCheck("claims") { parameters, _ throws(OAuthError) in
        if parameters.claims == nil { throw OAuthError(.invalidRequest, WireText.malformedParameter("claims")) }
    }

    /// Refuses a `dpop_jkt` that is no thumbprint (RFC 9449 section 10).
    package static let dpopJKT = AuthorizeCheck("dpopJKT") { parameters, subject throws(OAuthError) in
        guard let jkt = parameters.dpopJKT else { return }
        guard Base64URL.decode(jkt)?.count == 32, subject.origin.dpopJKT.map(jkt.isExactly) ?? true else {
            throw OAuthError(.invalidDPoPProof, WireText.malformedParameter("dpop_jkt"))
        }
    }
}

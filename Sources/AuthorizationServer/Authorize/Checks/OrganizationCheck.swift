import OAuthProtocol

extension AuthorizeCheck {
    /// Refuses `organization`: no client may use one yet, and tokens without it would be taken for the organization's
    /// (contract 4.8, `organization_usage` `deny`).
    package static let organization = AuthorizeCheck("organization") { parameters, _ throws(OAuthError) in
        if parameters.organization != nil { throw OAuthError(.invalidRequest, WireText.organizationNotAllowed) }
    }
}

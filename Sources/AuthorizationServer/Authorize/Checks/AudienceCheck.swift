import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses `audience` and `resource` that name different APIs where both count (contract 4.1; RFC 8707 section 2).
    /// Whether the API exists is found out by `AudienceResolution`.
    package static let audience = AuthorizeCheck("audience") { parameters, subject throws(OAuthError) in
        guard subject.settings.resourceParameterCompatibility else { return }
        guard let audience = parameters.audience, let resource = parameters.resource else { return }
        if !audience.isExactly(resource) { throw OAuthError(.invalidTarget, WireText.malformedParameter("resource")) }
    }
}

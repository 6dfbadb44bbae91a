import OAuthProtocol
import Storage

extension AuthorizeCheck {
    /// Refuses `audience` and `resource` that name different APIs where both count (contract 4.1; RFC 8707 section 2).
    /// Whether the API exists is found out by `AudienceResolution`.
    package static let audience = AuthorizeCheck("audience") { parameters, subject throws(OAuthError) in
        _ = try AudienceResolution.agreed(parameters.audience, parameters.resource, subject.settings)
    }
}

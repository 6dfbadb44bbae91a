import OAuthProtocol

/// The protocol parameters of the token endpoint. Each may appear once and must be a string, used by the grant or not
/// (contract 1.1, RFC 6749 section 3.2). Unknown parameters are ignored.
enum TokenParameters {
    static let names = [
        "grant_type", "client_id", "client_secret", "code", "redirect_uri", "code_verifier", "refresh_token", "username",
        "password", "realm", "scope", "audience", "resource",
    ]

    static func check(_ form: FormParameters) throws(OAuthError) {
        for name in names { _ = try form.optional(name) }
    }

    /// The `scope` parameter; empty when absent. Throws `invalidRequest` for characters that no scope has.
    static func scopes(in form: FormParameters) throws(OAuthError) -> Scopes {
        guard let text = try form.optional("scope") else { return [] }
        guard let scopes = Scopes(parsing: text) else {
            throw OAuthError(.invalidRequest, WireText.malformedParameter("scope"))
        }
        return scopes
    }
}

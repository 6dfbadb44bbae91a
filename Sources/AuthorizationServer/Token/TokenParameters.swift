import OAuthProtocol

/// The protocol parameters of the token endpoint. Each may appear once and must be a string, used by the grant or not
/// (contract 1.1, RFC 6749 section 3.2). Unknown parameters are ignored.
enum TokenParameters {
    /// With their greatest length in bytes: those that are tokens of others may be long.
    private static let limits: [(name: String, maximumBytes: Int)] =
        short.map { ($0, 4096) } + long.map { ($0, 16_384) }
    private static let short = [
        "grant_type", "client_id", "client_secret", "client_assertion_type", "code", "redirect_uri", "code_verifier",
        "refresh_token", "username", "realm", "scope", "audience", "resource", "organization",
        "device_code", "auth_req_id", "otp", "mfa_token", "oob_code", "binding_code", "recovery_code", "auth_session",
        "subject_token_type", "actor_token_type", "requested_token_type",
    ]
    private static let long = ["client_assertion", "assertion", "subject_token", "actor_token", "authorization_details"]

    static func check(_ form: FormParameters) throws(OAuthError) {
        for (name, limit) in limits { _ = try form.optional(name, maximumBytes: limit) }
        _ = try form.password("password")
    }

    /// The `scope` parameter; empty when absent. Throws `invalidRequest` for characters that no scope has.
    static func scopes(in form: FormParameters) throws(OAuthError) -> Scopes {
        guard let text = try form.optional("scope") else { return [] }
        guard let scopes = Scopes(parsing: text) else {
            throw OAuthError(.invalidScope, WireText.malformedParameter("scope"))
        }
        return scopes
    }
}

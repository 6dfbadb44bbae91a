import OAuthProtocol

/// The body of `/co/authenticate`: exactly the members that its `credential_type` needs (contract 21.3).
struct CrossOriginCredentials: Sendable {
    enum Proof: Sendable {
        /// Without a realm: of the tenant's default directory.
        case password(SecretString, realm: String?)
        /// A code of `/passwordless/start`.
        case code(String, realm: String)
    }

    let clientID: String
    /// E-mail address, user name or telephone number, as typed.
    let username: String
    let proof: Proof

    private enum CredentialType: String, CaseIterable {
        case password
        case passwordRealm = "http://auth0.com/oauth/grant-type/password-realm"
        case passwordlessOTP = "http://auth0.com/oauth/grant-type/passwordless/otp"

        /// Beside `client_id`, `credential_type` and `username`.
        var members: [String] {
            switch self {
            case .password: ["password"]
            case .passwordRealm: ["password", "realm"]
            case .passwordlessOTP: ["otp", "realm"]
            }
        }
    }

    /// Throws `invalidRequest` for a member that is missing, repeated, malformed or not needed, and for an unknown type.
    init(_ form: FormParameters) throws(OAuthError) {
        let name = try form.required("credential_type", maximumBytes: 256)
        guard let type = CredentialType.allCases.first(where: { $0.rawValue.isExactly(name) }) else {
            throw OAuthError(.invalidRequest, WireText.unknownCredentialType)
                .with(member: "error", .string("unsupported_credential_type"))
        }
        if let foreign = form.names(beyond: ["client_id", "credential_type", "username"] + type.members) {
            throw OAuthError(.invalidRequest, WireText.propertiesNotAllowed(foreign))
        }
        clientID = try form.required("client_id", maximumBytes: 512)
        username = try form.required("username")
        switch type {
        case .password: proof = .password(SecretString(try form.required("password")), realm: nil)
        case .passwordRealm:
            proof = .password(SecretString(try form.required("password")), realm: try form.required("realm"))
        case .passwordlessOTP: proof = .code(try form.required("otp", maximumBytes: 64), realm: try form.required("realm"))
        }
    }
}

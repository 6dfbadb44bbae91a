import AuthorizationServer
package import OAuthProtocol

/// The refusals of contract 13.2.
extension DatabaseConnectionError {
    package static let invalidSignup = DatabaseConnectionError(
        name: "BadRequestError", code: "invalid_signup", description: "Invalid sign up")
    package static let userExists = DatabaseConnectionError(
        name: "BadRequestError", code: "user_exists", description: "The user already exists.")
    package static let usernameExists = DatabaseConnectionError(
        name: "BadRequestError", code: "username_exists", description: "The username already exists.")
    package static let passwordHasUserInfo = DatabaseConnectionError(
        name: "PasswordNoUserInfoError", code: "invalid_password", description: "Password contains user information",
        members: [(name: "message", value: "Password contains user information")])
    package static let passwordIsCommon = DatabaseConnectionError(
        name: "PasswordDictionaryError", code: "invalid_password", description: "Password is too common",
        members: [(name: "message", value: "Password is too common")])
    /// The user was deleted between the mail and the new password.
    package static let userGone = DatabaseConnectionError(
        name: "BadRequestError", code: "invalid_password", description: "The user does not exist anymore.")
    package static let unusablePassword = DatabaseConnectionError(
        name: "BadRequestError", code: "invalid_password", description: "The password has characters that cannot be typed.")

    /// The poorer third form of contract 1.3: `name` and `code` are empty, and the body is `{"error": "…"}` alone.
    package static func missingUsername(connection: String) -> DatabaseConnectionError {
        let text = "missing username for \(connection) connection with requires_username enabled"
        return DatabaseConnectionError(
            name: "", code: "", description: .null, members: [(name: "error", value: .string(text))])
    }
}

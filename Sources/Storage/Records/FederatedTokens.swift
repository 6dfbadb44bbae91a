package import OAuthProtocol

/// What a user's account at an identity provider lets us call in their name: one set for each account of a connection
/// (Auth0's Token Vault).
package struct FederatedTokens: Sendable, Equatable {
    /// Names a set in the tenant.
    package struct Key: Sendable, Hashable {
        package var userID: String
        /// Name of the connection.
        package var connection: String
        /// The user's `sub` at the provider: tells several accounts at one connection apart.
        package var account: String

        package init(userID: String, connection: String, account: String) {
            (self.userID, self.connection, self.account) = (userID, connection, account)
        }
    }

    package var key: Key
    /// Sealed at rest, as is `refreshToken`.
    package var accessToken: SecretString?
    /// `nil` when the provider did not say.
    package var accessExpiresAt: Timestamp?
    package var refreshToken: SecretString?
    /// As the provider wrote it.
    package var scope: String?
    /// Counts the changes of the set: a change rests on the revision that was read.
    package var revision: Int64 = 1
    package var createdAt: Timestamp
    package var updatedAt: Timestamp

    package init(_ key: Key, accessToken: SecretString?, refreshToken: SecretString?, createdAt: Timestamp) {
        (self.key, self.accessToken, self.refreshToken) = (key, accessToken, refreshToken)
        (self.createdAt, updatedAt) = (createdAt, createdAt)
    }
}

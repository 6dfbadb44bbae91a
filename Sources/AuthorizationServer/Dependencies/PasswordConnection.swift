package import OAuthProtocol
package import Storage

/// A source of users who prove themselves by a password. Declared here, implemented in `Connections`.
package protocol PasswordConnection: Sendable {
    /// Checks a password. Costs the same for unknown users.
    func authenticate(identifier: String, password: SecretString, in connection: ConnectionCall) async throws -> PasswordAuthentication
    /// Creates a user. Throws `DatabaseConnectionError` (contract 13.2, 13.3).
    func signUp(_ signup: SignupRequest, in connection: ConnectionCall) async throws -> User
    /// Sets a new password that satisfies the policy, and ends the user's sessions in the same write. Throws
    /// `DatabaseConnectionError`, and what `ending` throws.
    func setPassword(
        _ password: SecretString, of user: User, ending: SessionEnding, in connection: ConnectionCall
    ) async throws
    /// The rules that a new password must keep, one `* …` line each, their items as lines of ` * …`: the member `policy` of
    /// contract 13.3.
    func passwordPolicy(of connection: Connection) -> String
    /// The user that a reset mail is for.
    func findUser(identifier: String, in connection: ConnectionCall) async throws -> User?
}

/// Which connection of which tenant is asked, and when.
package struct ConnectionCall: Sendable {
    package var connection: Connection
    package var stores: Stores
    package var environment: ServerEnvironment
    package var now: Timestamp

    package init(connection: Connection, context: TenantContext, now: Timestamp) {
        (self.connection, self.now) = (connection, now)
        (stores, environment) = (context.stores, context.environment)
    }
}

package enum PasswordAuthentication: Sendable {
    case authenticated(User)
    case wrongPassword(User)
    case unknownUser
}

/// A signup as asked for (contract 13.1).
package struct SignupRequest: Sendable {
    package var email: String?
    package var username: String?
    package var password: SecretString
    package var profile: UserProfile
    /// JSON object text.
    package var userMetadata: String

    package init(email: String?, username: String?, password: SecretString, profile: UserProfile = UserProfile(), userMetadata: String = "{}") {
        (self.email, self.username, self.password) = (email, username, password)
        (self.profile, self.userMetadata) = (profile, userMetadata)
    }
}

/// Which implementation serves a connection's `strategy`. A new kind of connection is one line here.
package struct ConnectionTable: Sendable {
    private let passwords: [String: any PasswordConnection]

    package init(passwords: [String: any PasswordConnection]) { self.passwords = passwords }
    package func passwordConnection(strategy: String) -> (any PasswordConnection)? { passwords[strategy] }
}

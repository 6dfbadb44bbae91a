package import AuthorizationServer
package import OAuthProtocol
package import Storage

/// The connection of strategy `auth0`: e-mail addresses (or user names) and passwords kept in our own database
/// (contract 13).
package struct DatabaseConnection: PasswordConnection {
    package init() {}

    /// Checks a password. For an unknown user the same work is done against a fixed hash, so that time does not tell.
    /// A hash made with older parameters is replaced after a correct password, unless the hashing queue is full.
    /// Throws `OAuthError(.tooManyRequests)` when the queue is full before the check.
    package func authenticate(
        identifier: String, password: SecretString, in call: ConnectionCall
    ) async throws -> PasswordAuthentication {
        let found = try await credential(identifier, in: call)
        let verdict = try await call.environment.passwordHasher.verify(password, against: found?.passwordHash)
        guard let found else { return .unknownUser }
        switch verdict {
        case .wrong: return .wrongPassword(found.user)
        case .correct: return .authenticated(found.user)
        case .correctButOutdated:
            if let old = found.passwordHash { try await rehash(password, of: found.user, from: old, in: call) }
            return .authenticated(found.user)
        }
    }

    /// Creates a user with an id of `auth0|` and 24 hexadecimal digits. Contract 13.2.
    ///
    /// A taken address throws `user_exists`, a taken name `username_exists`. Whether a stranger may learn that is the
    /// tenant's decision: the caller replaces it by `DatabaseConnectionError.invalidSignup` when the tenant's flag
    /// `enablePublicSignupUserExistsError` is off. The hash is made before the address is looked up, so that the time is
    /// the same.
    package func signUp(_ signup: SignupRequest, in call: ConnectionCall) async throws -> User {
        let user = try newUser(signup, in: call)
        try PasswordPolicyCheck(call.connection.options).require(signup.password)
        try PasswordContentCheck(call.connection.options).require(signup.password, for: user)
        let hash = try await call.environment.passwordHasher.hash(signup.password)
        do {
            try await call.stores.users.insert(user, passwordHash: hash)
        } catch let conflict as StoreConflict {
            throw conflict.field == "username" ? DatabaseConnectionError.usernameExists : .userExists
        }
        return user
    }

    /// Sets a new password and ends the user's sessions in one write. Throws `DatabaseConnectionError` when it breaks the policy
    /// or the user is gone.
    package func setPassword(
        _ password: SecretString, of user: User, ending: SessionEnding, in call: ConnectionCall
    ) async throws {
        try PasswordPolicyCheck(call.connection.options).require(password)
        try PasswordContentCheck(call.connection.options).require(password, for: user)
        let hash = try await call.environment.passwordHasher.hash(password)
        let isSet = try await call.stores.users.setPassword(user.userID, hash: hash, ending: ending, at: call.now)
        guard isSet else { throw DatabaseConnectionError.userGone }
    }

    package func passwordPolicy(of connection: Connection) -> String { PasswordPolicyCheck(connection.options).text }

    /// The user whose e-mail address or user name equals `identifier`, without regard to the case of ASCII letters.
    package func findUser(identifier: String, in call: ConnectionCall) async throws -> User? {
        try await credential(identifier, in: call)?.user
    }

    private func credential(
        _ identifier: String, in call: ConnectionCall
    ) async throws -> (user: User, passwordHash: SecretString?)? {
        // No address or name has a NUL, and databases refuse the question.
        if identifier.utf8.contains(0) { return nil }
        return try await call.stores.users.findCredential(connection: call.connection.name, identifier: identifier)
    }

    private func newUser(_ signup: SignupRequest, in call: ConnectionCall) throws(DatabaseConnectionError) -> User {
        let options = call.connection.options
        if options.requiresUsername && signup.username == nil { throw .missingUsername(connection: call.connection.name) }
        guard let email = signup.email, EmailAddress.isPlausible(email) else { throw .invalidSignup }
        if let username = signup.username {
            // Elsewhere a name would be a second identifier that nobody can sign in with on purpose.
            guard options.requiresUsername, Username.isPlausible(username) else { throw .invalidSignup }
        }
        var user = User(
            userID: "auth0|" + call.environment.randomness.hexadecimal(24), connection: call.connection.name, email: email,
            createdAt: call.now)
        user.username = signup.username
        user.profile = signup.profile
        user.userMetadata = signup.userMetadata
        return user
    }

    private func rehash(_ password: SecretString, of user: User, from old: SecretString, in call: ConnectionCall) async throws {
        do {
            let new = try await call.environment.passwordHasher.hash(password)
            try await call.stores.users.rehash(user.userID, from: old, to: new)
        } catch let error as OAuthError where error.kind == .tooManyRequests {
            // The password is right; a better hash can wait for the next sign-in.
        }
    }
}

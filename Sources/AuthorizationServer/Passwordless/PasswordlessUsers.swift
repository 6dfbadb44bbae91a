import OAuthProtocol
import Storage

/// The users of a connection as far as they are known by an address or number alone.
struct PasswordlessUsers: Sendable {
    private let context: TenantContext
    private let connection: Connection

    init(_ context: TenantContext, of connection: Connection) { (self.context, self.connection) = (context, connection) }

    /// The user whom a proof of the identifier signs in. In a database a number counts only where it was verified: names there
    /// are chosen freely, and one may look like somebody else's number.
    func find(_ identifier: PasswordlessIdentifier) async throws -> User? {
        let found = try await context.stores.users.findCredential(connection: connection.name, identifier: identifier.folded)
        guard let user = found?.user else { return nil }
        switch identifier.kind {
        case .email: return isSame(user.email, identifier) ? user : nil
        case .phone where connection.strategy == PasswordlessStrategy.sms.rawValue: return user
        case .phone:
            let isVerified = user.profile.phoneNumberVerified == true
            return isVerified && isSame(user.profile.phoneNumber, identifier) ? user : nil
        }
    }

    private func isSame(_ value: String?, _ identifier: PasswordlessIdentifier) -> Bool {
        value.map { LoginIdentifier($0).folded.isExactly(identifier.folded) } ?? false
    }

    /// Whether a user may be made by proving the identifier.
    func admitsNew(_ identifier: PasswordlessIdentifier) -> Bool {
        guard !connection.options.disableSignup else { return false }
        return PasswordlessStrategy(of: connection) != nil
            || (identifier.kind == .email && !connection.options.requiresUsername)
    }

    /// Whether a message is worth sending: somebody could sign in with what it says.
    func canSignIn(_ user: User?, _ identifier: PasswordlessIdentifier, allowsSignup: Bool) -> Bool {
        if let user { return !user.blocked }
        return allowsSignup && admitsNew(identifier)
    }

    /// The user who just proved the identifier, made at the first login; the identifier is verified from now on. Records `ss`.
    /// Throws `refusal` when there is none and none may be made, `userBlocked`.
    func proven(
        _ identifier: PasswordlessIdentifier, allowsSignup: Bool, orRefuse refusal: OAuthError, in request: RequestInfo
    ) async throws -> User {
        if let user = try await find(identifier) { return try await verified(user, identifier, orRefuse: refusal, in: request) }
        guard allowsSignup, admitsNew(identifier) else { throw refusal }
        do {
            let user = newUser(identifier, at: request.now)
            try await context.stores.users.insert(user, passwordHash: nil)
            try await context.stores.logs.record(request.event(.signupSucceeded, user: user))
            return user
        } catch is StoreConflict {
            // Another request was faster.
            guard let user = try await find(identifier) else { throw refusal }
            return try await verified(user, identifier, orRefuse: refusal, in: request)
        }
    }

    private func verified(
        _ user: User, _ identifier: PasswordlessIdentifier, orRefuse refusal: OAuthError, in request: RequestInfo
    ) async throws -> User {
        guard !user.blocked else { throw OAuthError(.userBlocked, WireText.userBlocked) }
        switch identifier.kind {
        case .email: return try await AccountClaim(context).proven(user, orRefuse: refusal, in: request)
        case .phone where user.profile.phoneNumberVerified == true: return user
        case .phone:
            var changed = user
            (changed.profile.phoneNumberVerified, changed.updatedAt) = (true, request.now)
            _ = try await context.stores.users.update(changed)
            return changed
        }
    }

    /// A number is the user's name in its connection, so that it is unique there and found again.
    private func newUser(_ identifier: PasswordlessIdentifier, at now: Timestamp) -> User {
        let id = "\(connection.strategy)|" + context.environment.randomness.hexadecimal(24)
        switch identifier.kind {
        case .email:
            var user = User(userID: id, connection: connection.name, email: identifier.text, createdAt: now)
            user.emailVerified = true
            return user
        case .phone:
            var user = User(userID: id, connection: connection.name, email: nil, createdAt: now)
            user.username = identifier.text
            (user.profile.phoneNumber, user.profile.phoneNumberVerified) = (identifier.text, true)
            return user
        }
    }
}

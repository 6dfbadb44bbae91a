package import OAuthProtocol
package import Storage

/// One try at a user's password, from our page or the token endpoint.
package struct PasswordAttempt: Sendable {
    /// E-mail address or user name, as typed.
    package var identifier: String
    package var password: SecretString
    package var connection: Connection
    package var client: Client?

    package init(identifier: String, password: SecretString, connection: Connection, client: Client?) {
        (self.identifier, self.password) = (identifier, password)
        (self.connection, self.client) = (connection, client)
    }
}

/// The one way to a user by password: brakes, the check, the block, the audit log (contract 7.5, architecture section 8).
package struct PasswordLogin: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The user whose password it is.
    ///
    /// An attempt is taken from each bucket *before* the password is checked, so that guesses sent at once cannot all
    /// pass; the account's buckets fill again after success. Unknown users cost the same time and give the same text.
    /// Records `fp`, `fu`, `f`, `limit_wc` and `limit_mu`; success is recorded by whoever makes use of it.
    ///
    /// Throws `OAuthError`: `.invalidGrant` (`Wrong email or password.`), `.userBlocked` (only after the right password),
    /// `.tooManyAttempts`, `.tooManyRequests` (the hashing queue is full).
    package func authenticate(_ attempt: PasswordAttempt, in request: RequestInfo) async throws -> User {
        let identifier = LoginIdentifier(attempt.identifier)
        let subject = AttemptSubject(
            connection: attempt.connection.name, account: identifier.text, address: request.address)
        try await takeAttempt(subject, attempt, request)
        let user = try await check(identifier, attempt, request)
        guard !user.blocked else { throw try await refuse(.userIsBlocked, user, attempt, request) }
        try await GuessingBrake(context).accountWasProven(subject)
        return user
    }

    private func takeAttempt(_ subject: AttemptSubject, _ attempt: PasswordAttempt, _ request: RequestInfo) async throws {
        let brake = GuessingBrake(context)
        for counter in [AttemptCounter.passwordOfAccountFromAddress, .passwordOfAccount, .passwordFromAddress] {
            guard let wait = try await brake.take(counter, for: subject, at: request.now) else { continue }
            let isAccount = counter.scope.account
            let text = isAccount ? WireText.tooManyAttempts : WireText.suspiciousAddress
            try await record(isAccount ? .accountBlockedForAddress : .addressBlocked, text, nil, attempt, request)
            throw OAuthError(.tooManyAttempts, text, retryAfter: wait)
        }
    }

    private func check(_ identifier: LoginIdentifier, _ attempt: PasswordAttempt, _ request: RequestInfo) async throws -> User {
        let table = context.environment.connections
        guard let connection = table.passwordConnection(strategy: attempt.connection.strategy) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        let call = ConnectionCall(connection: attempt.connection, context: context, now: request.now)
        switch try await connection.authenticate(identifier: identifier.text, password: attempt.password, in: call) {
        case .authenticated(let user): return user
        case .wrongPassword(let user): throw try await refuse(.wrongPassword, user, attempt, request)
        case .unknownUser: throw try await refuse(.unknownUser, nil, attempt, request)
        }
    }

    private enum Refusal { case wrongPassword, unknownUser, userIsBlocked }

    /// Records the true reason; returns the error with the text that the two wrong cases share.
    private func refuse(
        _ refusal: Refusal, _ user: User?, _ attempt: PasswordAttempt, _ request: RequestInfo
    ) async throws -> OAuthError {
        let wrong = WireText.wrongEmailOrPassword
        switch refusal {
        case .wrongPassword:
            try await record(.wrongPassword, "Wrong password", user, attempt, request)
            return OAuthError(.invalidGrant, wrong, auditReason: "wrong password")
        case .unknownUser:
            try await record(.unknownUser, "Unknown user", nil, attempt, request)
            return OAuthError(.invalidGrant, wrong, auditReason: "unknown user")
        case .userIsBlocked:
            try await record(.loginFailed, WireText.userBlocked, user, attempt, request)
            return OAuthError(.userBlocked, WireText.userBlocked)
        }
    }

    private func record(
        _ type: LogEventType, _ text: String, _ user: User?, _ attempt: PasswordAttempt, _ request: RequestInfo
    ) async throws {
        var event = request.event(type, client: attempt.client, user: user, description: text)
        event.connection = attempt.connection.name
        // What was typed for an unknown user may be a password in the wrong field: it is not kept.
        try await context.stores.logs.record(event)
    }
}

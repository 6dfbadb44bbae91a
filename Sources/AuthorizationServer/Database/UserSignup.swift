import OAuthProtocol
import Storage

/// Creates a user of a database connection, from our page and from `/dbconnections/signup` alike (contract 13.1, 13.2).
struct UserSignup: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Takes from the address's bucket first. Records `ss` or `fs`, and mails a link that verifies the address. Throws `DatabaseConnectionError`; whether a user exists
    /// is told only when the tenant wants that.
    func create(
        _ signup: SignupRequest, connection: Connection, client: Client?, in request: RequestInfo
    ) async throws -> User {
        do {
            try await takeAttempt(request)
            guard !connection.options.disableSignup else { throw DatabaseConnectionError.publicSignupDisabled }
            let user = try await signUp(signup, connection, request)
            var event = request.event(.signupSucceeded, client: client, user: user)
            event.connection = connection.name
            try await context.stores.logs.record(event)
            try await EmailVerificationMail(context).send(to: user, client: client, in: request)
            return user
        } catch let error as DatabaseConnectionError {
            var event = request.event(.signupFailed, client: client, description: error.code)
            event.connection = connection.name
            try await context.stores.logs.record(event)
            throw discreet(error)
        }
    }

    private func takeAttempt(_ request: RequestInfo) async throws {
        let subject = AttemptSubject(address: request.address)
        if let wait = try await GuessingBrake(context).take(.signupFromAddress, for: subject, at: request.now) {
            throw DatabaseConnectionError.tooManySignups(retryAfter: wait)
        }
    }

    private func signUp(_ signup: SignupRequest, _ connection: Connection, _ request: RequestInfo) async throws -> User {
        guard let users = context.environment.connections.passwordConnection(strategy: connection.strategy) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        return try await users.signUp(
            signup, in: ConnectionCall(connection: connection, context: context, now: request.now))
    }

    private func discreet(_ error: DatabaseConnectionError) -> DatabaseConnectionError {
        let tells = error.code == "user_exists" || error.code == "username_exists"
        return tells && !context.settings.enablePublicSignupUserExistsError ? .invalidSignupText : error
    }
}

extension DatabaseConnectionError {
    /// What a taken address and any other fault of a signup have in common (contract 13.2).
    static let invalidSignupText = DatabaseConnectionError(
        name: "BadRequestError", code: "invalid_signup", description: .string(WireText.invalidSignup))
    static let publicSignupDisabled = DatabaseConnectionError(
        name: "BadRequestError", code: "public_signup_disabled", description: .string(WireText.publicSignupDisabled))

    static func tooManySignups(retryAfter: Lifetime) -> DatabaseConnectionError {
        var error = DatabaseConnectionError(
            name: "AnomalyDetected", code: "too_many_attempts", description: .string(WireText.suspiciousAddress), status: 429)
        error.retryAfter = retryAfter
        return error
    }
}

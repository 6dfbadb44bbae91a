import OAuthProtocol
import Storage

/// A code or link of `/passwordless/start` that somebody presents, within the brake on guessing (contract 7.6, 20).
struct PasswordlessGuess: Sendable {
    let identifier: PasswordlessIdentifier
    let connection: Connection
    /// `nil` when nobody asked for a code: every guess is wrong then.
    let client: Client?
    private let context: TenantContext
    private let request: RequestInfo

    init(
        for identifier: PasswordlessIdentifier, of connection: Connection, client: Client?, _ context: TenantContext,
        in request: RequestInfo
    ) {
        (self.identifier, self.connection, self.client) = (identifier, connection, client)
        (self.context, self.request) = (context, request)
    }

    /// Somebody's guess at a client, who typed `username`. Throws `invalidRequest` for a connection that is none or not the
    /// client's, and what a wrong code throws for a name that no code was sent to.
    static func named(
        _ username: String, at realm: String, client: Client, _ context: TenantContext, in request: RequestInfo
    ) async throws -> PasswordlessGuess {
        let (connection, strategy) = try await self.connection(realm, context)
        guard connection.isEnabled(for: client) else { throw OAuthError(.invalidRequest, WireText.connectionDisabled) }
        guard let identifier = PasswordlessIdentifier(strategy.identifierKind, username) else {
            throw OAuthError(.invalidGrant, strategy == .email ? WireText.wrongEmailOrCode : WireText.wrongPhoneOrCode)
        }
        return PasswordlessGuess(for: identifier, of: connection, client: client, context, in: request)
    }

    /// Throws `invalidRequest` for a name that is no passwordless connection's.
    static func connection(_ name: String, _ context: TenantContext) async throws -> (Connection, PasswordlessStrategy) {
        guard let connection = try await context.stores.connections.find(name: name),
            let strategy = PasswordlessStrategy(of: connection)
        else { throw OAuthError(.invalidRequest, WireText.connectionNotFound) }
        return (connection, strategy)
    }

    /// What a wrong code is told (contract 22.2).
    var refusal: OAuthError { OAuthError(.invalidGrant, identifier.wrongCode) }

    /// Uses the code up, and returns what was kept with it. Throws `refusal`, `tooManyAttempts`.
    @discardableResult
    func accept(_ code: String, _ purpose: OneTimeCode.Purpose = .passwordless) async throws -> JSONObject {
        try await guessing { codes in
            guard let payload = try await codes.accept(code, purpose, for: identifier, at: request.now) else { throw refusal }
            return payload
        }
    }

    /// Returns for a right code, which stays. Throws `refusal`, `tooManyAttempts`.
    func verify(_ code: String) async throws {
        try await guessing { codes in
            guard try await codes.isRight(code, for: identifier, at: request.now) else { throw refusal }
        }
    }

    private func guessing<Result>(_ check: (PasswordlessCodes) async throws -> Result) async throws -> Result {
        let subject = AttemptSubject(connection: connection.name, account: identifier.text, address: request.address)
        return try await GuessingBrake(context).guess(.passwordlessCode, for: subject, at: request.now) {
            guard let client, connection.isEnabled(for: client) else { throw refusal }
            return try await check(PasswordlessCodes(context, of: connection, for: client))
        }
    }
}

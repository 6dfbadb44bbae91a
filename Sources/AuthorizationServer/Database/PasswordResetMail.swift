import Logging
import OAuthProtocol
import Storage

/// Mails a user the link to a new password, asked for on our page or by `/dbconnections/change_password` (contract 13.4).
struct PasswordResetMail: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Ends the same way whether or not there is such a user. Records `scpr` or `fcpr`.
    /// Throws `OAuthError(.tooManyRequests)` beyond the bucket of sender and recipient.
    func send(to typed: String, connection: Connection, client: Client?, in request: RequestInfo) async throws {
        let identifier = LoginIdentifier(typed).text
        try await takeAttempt(identifier, connection, request)
        guard let users = context.environment.connections.passwordConnection(strategy: connection.strategy) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        let call = ConnectionCall(connection: connection, context: context, now: request.now)
        // Made in either case, so that both cost the same but for the write and the mail.
        let ticket = Base64URL.encode(context.environment.randomness.bytes(32))
        guard let user = try await users.findUser(identifier: identifier, in: call), let address = user.email else {
            return try await record(.passwordChangeRequestFailed, nil, connection, client, request)
        }
        try await context.stores.tickets.insert(
            Ticket(
                hash: TokenHash(of: ticket), purpose: .passwordReset, userID: user.userID, clientID: client?.clientID,
                createdAt: request.now, expiresAt: request.now + context.settings.passwordResetTicketLifetime))
        try await deliver(ticket, to: address, request)
        try await record(.passwordChangeRequested, user, connection, client, request)
    }

    private func takeAttempt(_ identifier: String, _ connection: Connection, _ request: RequestInfo) async throws {
        let subject = AttemptSubject(connection: connection.name, account: identifier, address: request.address)
        try await GuessingBrake(context).require(.passwordReset, for: subject, telling: request)
    }

    /// A mail that cannot be delivered must not tell that the user exists: it is logged, not answered.
    private func deliver(_ ticket: String, to address: String, _ request: RequestInfo) async throws {
        let page = request.issuer.url(String(PagePath.passwordReset.dropFirst()))
        let link = "\(page)?\(PercentEncoding.encodePairs([("ticket", ticket)]))"
        let name = context.settings.friendlyName
        let days = context.settings.passwordResetTicketLifetime.seconds / 86_400
        let text = """
            Somebody, probably you, asked for a new password for your account at \(name).

            Choose it here; the link works once and for \(days) days:

            \(link)

            If you did not ask for this, ignore this message: your password stays as it is.
            """
        do {
            try await context.environment.mailer.send(MailMessage(to: address, subject: "Reset your password", text: text))
        } catch {
            request.logger.error("password reset mail failed", metadata: ["type": "\(type(of: error))"])
        }
    }

    private func record(
        _ type: LogEventType, _ user: User?, _ connection: Connection, _ client: Client?, _ request: RequestInfo
    ) async throws {
        var event = request.event(type, client: client, user: user)
        event.connection = connection.name
        try await context.stores.logs.record(event)
    }
}

import Logging
import OAuthProtocol
import Storage

/// Mails whoever signed up the link that verifies their address (contract 13.1).
struct EmailVerificationMail: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Nothing for an address that is verified already, or where the tenant sends no such mail. Records `svr`. A mail that cannot
    /// be delivered is logged: the user exists all the same, and can ask for another way in.
    func send(to user: User, client: Client?, in request: RequestInfo) async throws {
        guard context.settings.verificationMails, !user.emailVerified, let address = user.email else { return }
        let ticket = Base64URL.encode(context.environment.randomness.bytes(32))
        let lifetime = context.settings.emailVerificationTicketLifetime
        try await context.stores.tickets.insert(
            Ticket(
                hash: EmailVerificationStep.hash(ticket, address), purpose: .emailVerification, userID: user.userID,
                clientID: client?.clientID, createdAt: request.now, expiresAt: request.now + lifetime))
        let page = request.issuer.url(String(PagePath.emailVerification.dropFirst()))
        let link = "\(page)?\(PercentEncoding.encodePairs([("ticket", ticket), ("email", address)]))"
        do {
            try await context.environment.mailer.send(
                MailMessage(to: address, subject: "Verify your email", text: text(link, lifetime)))
            try await context.stores.logs.record(request.event(.verificationMailSent, client: client, user: user))
        } catch {
            request.logger.error("verification mail failed", metadata: ["type": "\(type(of: error))"])
        }
    }

    private func text(_ link: String, _ lifetime: Lifetime) -> String {
        let name = context.settings.friendlyName
        return """
            Somebody, probably you, signed up at \(name) with this address.

            Verify that it is yours; the link works once and for \(max(1, lifetime.seconds / 86_400)) days:

            \(link)

            If it was not you, ignore this message: the address stays unverified.
            """
    }
}

/// `/u/email-verification`: the page behind the link.
package struct EmailVerificationStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// A link is good for the address that it was sent to and no other: who changed it meanwhile has to prove the new one.
    static func hash(_ ticket: String, _ email: String) -> TokenHash {
        TokenHash(of: "\(ticket)|\(LoginIdentifier(email).folded)")
    }

    /// Verifies the address, once. False for a link that is wrong, used or too old. Records `sv` or `fv`.
    package func open(ticket: String?, email: String?, in request: RequestInfo) async throws -> Bool {
        guard let ticket, let email,
            let found = try await context.stores.tickets.consume(Self.hash(ticket, email), at: request.now),
            found.purpose == .emailVerification,
            try await context.stores.users.verifyEmail(found.userID, email, at: request.now)
        else {
            try await context.stores.logs.record(request.event(.emailVerificationFailed))
            return false
        }
        let user = try await context.stores.users.find(found.userID)
        try await context.stores.logs.record(request.event(.emailVerified, user: user))
        return true
    }
}

package import OAuthProtocol
import Storage

/// What the page behind a mailed link shows.
package struct PasswordResetPrompt: Sendable {
    package enum Stage: Sendable, Equatable {
        case choose
        case done
        /// The link expired, was used or never existed.
        case invalid
    }

    package var stage: Stage
    /// Goes into the form as `ticket`.
    package var ticket: String
    /// Goes into the form as `_csrf`.
    package var csrf: String
    package var userLabel: String
    package var clientName: String?
    /// What a password must be, a sentence each.
    package var passwordRules: [String] = []
    package var problem: PageProblem?
}

/// What the form behind a mailed link sends.
package struct PasswordResetSubmission: Sendable {
    package var ticket: String?
    package var csrf: String?
    package var password: SecretString
    /// Typed a second time.
    package var repeated: SecretString

    package init(ticket: String?, csrf: String?, password: SecretString, repeated: SecretString) {
        (self.ticket, self.csrf) = (ticket, csrf)
        (self.password, self.repeated) = (password, repeated)
    }
}

/// `/u/reset-password`: a new password by a ticket that works once (contract 13.4, 23). The link may be opened in any
/// browser; the form is bound to the one that opened it.
package struct PasswordResetStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// What to show, and a device cookie when the browser had none.
    package func show(
        ticket: String?, browser: BrowserState, in request: RequestInfo
    ) async throws -> (prompt: PasswordResetPrompt, changes: BrowserChanges) {
        guard let ticket, let owner = try await owner(ticket, at: request.now) else { return (.invalid, BrowserChanges()) }
        var changes = BrowserChanges()
        let device = DeviceCookie.accepted(browser.device) ?? DeviceCookie.make(context.environment.randomness)
        if browser.device != device { changes.device = device }
        return (prompt(ticket, device, owner, nil), changes)
    }

    /// Sets the password, ends the user's sessions and records `scp`. A password that breaks the policy uses the ticket up
    /// all the same: the page goes on with a fresh one that expires when the first would have.
    package func submit(
        _ submission: PasswordResetSubmission, browser: BrowserState, in request: RequestInfo
    ) async throws -> PasswordResetPrompt {
        guard let ticket = submission.ticket, let owner = try await owner(ticket, at: request.now),
            let device = browser.device
        else { return .invalid }
        guard token(ticket, device).matches(submission.csrf) else { return prompt(ticket, device, owner, .expired) }
        guard submission.password == submission.repeated else {
            return prompt(ticket, device, owner, .refused(OAuthError(.invalidRequest, WireText.passwordsDiffer)))
        }
        // From here on of two submissions of one link only one gets through.
        guard let used = try await context.stores.tickets.consume(TokenHash(of: ticket), at: request.now) else { return .invalid }
        do {
            try await setPassword(submission.password, of: owner, request)
        } catch let error as DatabaseConnectionError {
            let fresh = try await renew(used, at: request.now)
            return prompt(fresh, device, owner, .database(error))
        } catch let error as OAuthError where error.kind == .tooManyRequests {
            let fresh = try await renew(used, at: request.now)
            return prompt(fresh, device, owner, .refused(error))
        }
        var event = request.event(.passwordChanged, client: owner.client, user: owner.user)
        event.connection = owner.connection.name
        try await context.stores.logs.record(event)
        return PasswordResetPrompt(
            stage: .done, ticket: "", csrf: "", userLabel: owner.label, clientName: owner.client?.name, problem: nil)
    }

    private struct Owner {
        var user: User
        var connection: Connection
        var client: Client?
        var label: String { user.email ?? user.username ?? user.userID }
    }

    private func owner(_ ticket: String, at now: Timestamp) async throws -> Owner? {
        let stores = context.stores
        guard let found = try await stores.tickets.find(TokenHash(of: ticket), at: now), found.usedAt == nil,
            found.purpose == .passwordReset, let user = try await stores.users.find(found.userID),
            let connection = try await stores.connections.find(name: user.connection)
        else { return nil }
        var client: Client?
        if let id = found.clientID { client = try await context.clientIfAvailable(id) }
        return Owner(user: user, connection: connection, client: client)
    }

    private func setPassword(_ password: SecretString, of owner: Owner, _ request: RequestInfo) async throws {
        let table = context.environment.connections
        guard let users = table.passwordConnection(strategy: owner.connection.strategy) else {
            throw OAuthError(.invalidRequest, WireText.connectionNotFound)
        }
        let call = ConnectionCall(connection: owner.connection, context: context, now: request.now)
        // The link came by mail: whoever has it has the address.
        let gone = OAuthError(.invalidRequest, WireText.connectionNotFound)
        _ = try await AccountClaim(context).proven(owner.user, orRefuse: gone, in: request)
        // The sessions end with the old password, and their clients are told (contract 12.3).
        try await SessionEnd(context).endAll(of: owner.user.userID, in: request) { ending in
            try await users.setPassword(password, of: owner.user, ending: ending, in: call)
        }
    }

    private func renew(_ used: Ticket, at now: Timestamp) async throws -> String {
        let ticket = Base64URL.encode(context.environment.randomness.bytes(32))
        var fresh = used
        fresh.hash = TokenHash(of: ticket)
        (fresh.createdAt, fresh.usedAt) = (now, nil)
        try await context.stores.tickets.insert(fresh)
        return ticket
    }

    private func token(_ ticket: String, _ device: String) -> PageToken {
        PageToken(.passwordReset, binding: [ticket, device], context)
    }

    private func prompt(_ ticket: String, _ device: String, _ owner: Owner, _ problem: PageProblem?) -> PasswordResetPrompt {
        let broken = problem?.passwordRules ?? []
        return PasswordResetPrompt(
            stage: .choose, ticket: ticket, csrf: token(ticket, device).value, userLabel: owner.label,
            clientName: owner.client?.name,
            passwordRules: broken.isEmpty ? PasswordRules.of(owner.connection, context) : broken, problem: problem)
    }
}

extension PasswordResetPrompt {
    static let invalid = PasswordResetPrompt(
        stage: .invalid, ticket: "", csrf: "", userLabel: "", clientName: nil,
        problem: .refused(OAuthError(.invalidRequest, WireText.resetLinkExpired)))
}

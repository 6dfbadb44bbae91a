package import OAuthProtocol
import Storage

/// What the login page shows.
package struct LoginPrompt: Sendable {
    package var page: PageContext
    /// As typed before, or from `login_hint`.
    package var identifier: String
    /// Users of this connection have names beside their addresses.
    package var acceptsUsername: Bool
    /// `nil` where nobody may sign up.
    package var signupPath: String?
    package var passwordResetPath: String
    package var problem: PageProblem?
}

/// What the login form sends.
package struct LoginSubmission: Sendable {
    package var csrf: String?
    package var identifier: String
    package var password: SecretString
    /// The user pressed the button that leaves without signing in.
    package var isCancelled = false

    package init(csrf: String?, identifier: String, password: SecretString) {
        (self.csrf, self.identifier, self.password) = (csrf, identifier, password)
    }
}

/// `/u/login`: the password of a user (contract 4.6).
package struct LoginStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `AuthorizeFailure.transactionLost`.
    package func show(_ visit: PageVisit) async throws -> PageOutcome<LoginPrompt> {
        try await Interaction.run(visit, context) { interaction in
            .show(prompt(interaction, typed: nil, nil), changes: BrowserChanges())
        }
    }

    /// Signs the user in with a new session, or shows the page again. A blocked user's refusal goes to the client
    /// (contract 4.3). Throws `AuthorizeFailure.transactionLost`.
    package func submit(_ submission: LoginSubmission, _ visit: PageVisit) async throws -> PageOutcome<LoginPrompt> {
        try await Interaction.run(visit, context) { interaction in
            guard interaction.token(.login).matches(submission.csrf) else {
                return .show(prompt(interaction, typed: submission.identifier, .expired), changes: BrowserChanges())
            }
            let authorize = interaction.authorize
            guard !submission.isCancelled else {
                throw AuthorizeFailure.sentToClient(OAuthError(.accessDenied, WireText.userDeclined), authorize.target)
            }
            let attempt = PasswordAttempt(
                identifier: submission.identifier, password: submission.password, connection: authorize.connection,
                client: authorize.client)
            do {
                let user = try await PasswordLogin(context).authenticate(attempt, in: visit.request)
                return .leave(try await interaction.signIn(user))
            } catch let error as OAuthError where error.kind == .userBlocked {
                let answer = RefusalAnswer(context, in: visit.request)
                return .leave(try await answer.deliver(error, authorize.target, consuming: interaction.transaction))
            } catch let error as OAuthError {
                return .show(prompt(interaction, typed: submission.identifier, .refused(error)), changes: BrowserChanges())
            }
        }
    }

    private func prompt(_ interaction: Interaction, typed: String?, _ problem: PageProblem?) -> LoginPrompt {
        let options = interaction.authorize.connection.options
        let state = interaction.transaction.state
        return LoginPrompt(
            page: PageContext(interaction, .login),
            identifier: typed ?? interaction.authorize.parameters.loginHint ?? "",
            acceptsUsername: options.requiresUsername,
            signupPath: options.disableSignup ? nil : PagePath.path(PagePath.signup, state: state),
            passwordResetPath: PagePath.path(PagePath.passwordResetRequest, state: state), problem: problem)
    }
}

package import OAuthProtocol
import Storage

/// What the sign-up page shows.
package struct SignupPrompt: Sendable {
    package var page: PageContext
    package var email: String
    package var username: String
    package var requiresUsername: Bool
    package var loginPath: String
    /// What a password must be, a sentence each.
    package var passwordRules: [String]
    package var problem: PageProblem?
}

/// What the sign-up form sends.
package struct SignupSubmission: Sendable {
    package var csrf: String?
    package var email: String
    package var username: String?
    package var password: SecretString

    package init(csrf: String?, email: String, username: String?, password: SecretString) {
        (self.csrf, self.email, self.username, self.password) = (csrf, email, username, password)
    }
}

/// `/u/signup`: a new user of a database connection, signed in at once.
package struct SignupStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The page, or the login page where nobody may sign up. Throws `AuthorizeFailure.transactionLost`.
    package func show(_ visit: PageVisit) async throws -> PageOutcome<SignupPrompt> {
        try await Interaction.run(visit, context) { interaction in
            if let elsewhere = closed(interaction) { return elsewhere }
            let email = interaction.authorize.parameters.loginHint ?? ""
            return .show(prompt(interaction, email, "", nil), changes: BrowserChanges())
        }
    }

    /// Creates the user and signs them in, or shows the page again. Throws `AuthorizeFailure.transactionLost`.
    package func submit(_ submission: SignupSubmission, _ visit: PageVisit) async throws -> PageOutcome<SignupPrompt> {
        try await Interaction.run(visit, context) { interaction in
            if let elsewhere = closed(interaction) { return elsewhere }
            let again = { (problem: PageProblem) in
                PageOutcome.show(
                    prompt(interaction, submission.email, submission.username ?? "", problem), changes: BrowserChanges())
            }
            guard interaction.token(.signup).matches(submission.csrf) else { return again(.expired) }
            do {
                let authorize = interaction.authorize
                let user = try await UserSignup(context).create(
                    signup(submission), connection: authorize.connection, client: authorize.client, in: visit.request)
                return .leave(try await interaction.signIn(user))
            } catch let error as DatabaseConnectionError {
                return again(.database(error))
            } catch let error as OAuthError {
                return again(.refused(error))
            }
        }
    }

    private func signup(_ submission: SignupSubmission) -> SignupRequest {
        let username = submission.username.map { LoginIdentifier($0).text }
        return SignupRequest(
            email: LoginIdentifier(submission.email).text, username: username.flatMap { $0.isEmpty ? nil : $0 },
            password: submission.password)
    }

    private func closed(_ interaction: Interaction) -> PageOutcome<SignupPrompt>? {
        guard interaction.authorize.connection.options.disableSignup else { return nil }
        let login = PagePath.path(PagePath.login, state: interaction.transaction.state)
        return .leave(.page(path: login, changes: BrowserChanges()))
    }

    private func prompt(
        _ interaction: Interaction, _ email: String, _ username: String, _ problem: PageProblem?
    ) -> SignupPrompt {
        let connection = interaction.authorize.connection
        // After a refusal its own list: it may name a rule that is broken too seldom to be listed before.
        let broken = problem?.passwordRules ?? []
        return SignupPrompt(
            page: PageContext(interaction, .signup), email: email, username: username,
            requiresUsername: connection.options.requiresUsername,
            loginPath: PagePath.path(PagePath.login, state: interaction.transaction.state),
            passwordRules: broken.isEmpty ? PasswordRules.of(connection, context) : broken, problem: problem)
    }
}

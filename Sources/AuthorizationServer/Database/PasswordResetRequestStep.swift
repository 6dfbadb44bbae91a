import OAuthProtocol
import Storage

/// What the page that asks for a reset mail shows.
package struct PasswordResetRequestPrompt: Sendable {
    package var page: PageContext
    package var identifier: String
    package var loginPath: String
    /// The same whether or not there is such a user.
    package var isSent: Bool
    package var problem: PageProblem?
}

/// `/u/reset-password-request`: "forgot password" on the login page.
package struct PasswordResetRequestStep: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Throws `AuthorizeFailure.transactionLost`.
    package func show(_ visit: PageVisit) async throws -> PageOutcome<PasswordResetRequestPrompt> {
        try await Interaction.run(visit, context) { interaction in
            let hint = interaction.authorize.parameters.loginHint ?? ""
            return .show(prompt(interaction, hint, isSent: false, nil), changes: BrowserChanges())
        }
    }

    /// Sends the mail if there is such a user. Throws `AuthorizeFailure.transactionLost`.
    package func submit(
        identifier: String, csrf: String?, _ visit: PageVisit
    ) async throws -> PageOutcome<PasswordResetRequestPrompt> {
        try await Interaction.run(visit, context) { interaction in
            guard interaction.token(.passwordResetRequest).matches(csrf) else {
                return .show(prompt(interaction, identifier, isSent: false, .expired), changes: BrowserChanges())
            }
            let authorize = interaction.authorize
            do {
                try await PasswordResetMail(context).send(
                    to: identifier, connection: authorize.connection, client: authorize.client, in: visit.request)
                return .show(prompt(interaction, identifier, isSent: true, nil), changes: BrowserChanges())
            } catch let error as OAuthError {
                return .show(prompt(interaction, identifier, isSent: false, .refused(error)), changes: BrowserChanges())
            }
        }
    }

    private func prompt(
        _ interaction: Interaction, _ identifier: String, isSent: Bool, _ problem: PageProblem?
    ) -> PasswordResetRequestPrompt {
        PasswordResetRequestPrompt(
            page: PageContext(interaction, .passwordResetRequest), identifier: identifier,
            loginPath: PagePath.path(PagePath.login, state: interaction.transaction.state), isSent: isSent, problem: problem)
    }
}

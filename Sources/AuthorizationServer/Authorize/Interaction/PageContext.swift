package import OAuthProtocol
import Storage

/// What every page of a login shows beside its own fields.
package struct PageContext: Sendable, Equatable {
    /// Goes into the form as `state`.
    package var state: String
    /// Goes into the form as `_csrf`.
    package var csrf: String
    package var clientName: String
    package var clientLogoURL: String?
    /// As the client asked, for the page's language.
    package var uiLocales: String?

    init(_ interaction: Interaction, _ purpose: PageToken.Purpose, more: [String] = []) {
        state = interaction.transaction.state
        csrf = interaction.token(purpose, more: more).value
        clientName = interaction.authorize.client.name
        clientLogoURL = interaction.authorize.client.logoURI
        uiLocales = interaction.authorize.parameters.uiLocales
    }
}

/// Why a page is shown again.
package enum PageProblem: Sendable {
    case refused(OAuthError)
    /// A signup or a new password was refused, with the reasons of contract 13.2 and 13.3.
    case database(DatabaseConnectionError)

    /// The sentence for the top of the page.
    package var text: String {
        switch self {
        case .refused(let error): error.description
        case .database(let error):
            error.description.string ?? error.members.first { $0.name == "message" || $0.name == "error" }?.value.string
                ?? WireText.invalidSignup
        }
    }

    /// The rules of a password policy, a sentence each, when the password broke them.
    package var passwordRules: [String] {
        switch self {
        case .refused: []
        case .database(let error):
            PasswordRules.sentences(of: error.members.first { $0.name == "policy" }?.value.string ?? "")
        }
    }

    /// The status of the page: 429 when it is about waiting, 400 for the rest.
    package var status: Int {
        switch self {
        case .refused(let error): error.kind == .tooManyAttempts || error.kind == .tooManyRequests ? 429 : 400
        case .database(let error): error.status
        }
    }

    package var retryAfter: Lifetime? {
        switch self {
        case .refused(let error): error.retryAfter
        case .database(let error): error.retryAfter
        }
    }

    static let expired = PageProblem.refused(OAuthError(.invalidRequest, WireText.pageExpired))
}

package import OAuthProtocol
package import Storage

/// What every page of a login shows beside its own fields.
package struct PageContext: Sendable, Equatable {
    /// Goes into the form as `state`.
    package var state: String
    /// Goes into the form as `_csrf`.
    package var csrf: String
    package var clientName: String
    package var clientLogoURL: String?
    package var clientPolicyURL: String?
    package var clientTermsURL: String?
    /// Present for clients that no administrator vouches for.
    package var unverified: UnverifiedClient?
    /// As the client asked, for the page's language.
    package var uiLocales: String?

    init(_ interaction: Interaction, _ purpose: PageToken.Purpose, more: [String] = []) {
        state = interaction.transaction.state
        csrf = interaction.token(purpose, more: more).value
        clientName = interaction.authorize.client.name
        let client = interaction.authorize.client
        clientLogoURL = client.logoURI
        (clientPolicyURL, clientTermsURL) = (client.presentation.policyURI, client.presentation.tosURI)
        unverified = UnverifiedClient(client, callback: interaction.authorize.target.redirectURI)
        uiLocales = interaction.authorize.parameters.uiLocales
    }
}

/// What may be said of a client that registered itself: where it claims to live, and where the answer goes.
package struct UnverifiedClient: Sendable, Equatable {
    package let domain: String?
    package let callbackHost: String?

    /// `nil` for clients that an administrator made.
    package init?(_ client: Client, callback: RedirectURI?) {
        guard let registration = client.registration else { return nil }
        switch registration.origin {
        case .metadataDocument: domain = RedirectURI(client.clientID)?.host
        case .dynamic: domain = client.presentation.clientURI.flatMap { RedirectURI($0)?.host }
        }
        callbackHost = callback.flatMap { $0.isCustomScheme ? $0.scheme : $0.host }
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

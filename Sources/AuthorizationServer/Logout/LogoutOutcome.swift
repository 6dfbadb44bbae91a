package import OAuthProtocol

/// What a logout leads to (contract 12).
package enum LogoutOutcome: Sendable {
    /// To an address of the client's or tenant's list.
    case redirect(to: String, changes: BrowserChanges)
    /// Signed out, with nowhere to go.
    case loggedOut(changes: BrowserChanges)
    /// On our error page. The session may have ended all the same.
    case refused(OAuthError, clientID: String?, changes: BrowserChanges)
    /// The user is asked first (contract 12.2).
    case confirm(LogoutPrompt)
}

/// What the page that asks "really sign out?" shows.
package struct LogoutPrompt: Sendable, Equatable {
    /// Goes into the form as `_csrf`.
    package var csrf: String
    /// The request's parameters, to be sent again as hidden fields.
    package var fields: [Field]
    package var clientName: String?
    package var userLabel: String

    package struct Field: Sendable, Equatable {
        package var name: String
        package var value: String
    }
}

package import OAuthProtocol

/// What a logout leads to (contract 12).
package enum LogoutOutcome: Sendable {
    /// To an address of the client's or tenant's list.
    case redirect(to: String, changes: BrowserChanges)
    /// A page that tells clients in frames, then goes on to the address, if there is one (OIDC Front-Channel Logout 2).
    case frames([String], target: String?, changes: BrowserChanges)
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

extension LogoutOutcome {
    /// Where a browser goes whose session has ended.
    static func ended(_ end: SessionEnd.Outcome, target: String?) -> LogoutOutcome {
        guard end.frames.isEmpty else { return .frames(end.frames, target: target, changes: end.changes) }
        return target.map { .redirect(to: $0, changes: end.changes) } ?? .loggedOut(changes: end.changes)
    }
}

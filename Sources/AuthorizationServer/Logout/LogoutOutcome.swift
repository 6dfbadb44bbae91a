package import OAuthProtocol
import Storage

/// What a logout leads to (contract 12).
package enum LogoutOutcome: Sendable {
    /// To an address of the client's or tenant's list.
    case redirect(to: String, changes: BrowserChanges)
    /// A page that tells clients in frames, then goes on, if there is anywhere to go (OIDC Front-Channel Logout 2).
    case frames([String], then: LogoutDestination, changes: BrowserChanges)
    /// Signed out, and staying here. The page offers a link when there is an address.
    case loggedOut(offering: String?, changes: BrowserChanges)
    /// On our error page. The session may have ended all the same.
    case refused(OAuthError, clientID: String?, changes: BrowserChanges)
    /// The user is asked first (contract 12.2).
    case confirm(LogoutPrompt)
}

/// Where a browser goes after a logout.
package enum LogoutDestination: Sendable, Equatable {
    case nowhere
    case address(String)
    /// Only if the user follows a link to it: nobody vouches for whose address it is (contract 4.2 step 3).
    case offered(String)

    /// For an address of the client's list, or of the tenant's when there is no client. Strict third parties have no addresses
    /// for this (contract 4.7).
    init(_ address: String?, of client: Client?) {
        guard let address, client?.isStrictThirdParty != true else {
            self = .nowhere
            return
        }
        self = client?.isProtectedFromOpenRedirects == true ? .offered(address) : .address(address)
    }
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
    static func ended(_ end: SessionEnd.Outcome, then destination: LogoutDestination) -> LogoutOutcome {
        guard end.frames.isEmpty else { return .frames(end.frames, then: destination, changes: end.changes) }
        return switch destination {
        case .nowhere: .loggedOut(offering: nil, changes: end.changes)
        case .address(let address): .redirect(to: address, changes: end.changes)
        case .offered(let address): .loggedOut(offering: address, changes: end.changes)
        }
    }
}

package import OAuthProtocol

/// What a step of the authorization endpoint leads to.
package enum AuthorizeOutcome: Sendable {
    /// On to one of our own paths, such as `/u/login?state=…`. Never an address outside.
    case page(path: String, changes: BrowserChanges)
    /// The answer, good or bad, that the client gets (contract 4.3, 4.4).
    case answer(AuthorizationResponse, changes: BrowserChanges)
}

extension AuthorizeOutcome {
    /// The outcome with further changes to the browser's cookies.
    func changing(_ change: (inout BrowserChanges) -> Void) -> AuthorizeOutcome {
        switch self {
        case .page(let path, var changes):
            change(&changes)
            return .page(path: path, changes: changes)
        case .answer(let response, var changes):
            change(&changes)
            return .answer(response, changes: changes)
        }
    }
}

/// What a page's step leads to: the page with this prompt (again), or away from it.
package enum PageOutcome<Prompt: Sendable>: Sendable {
    case show(Prompt, changes: BrowserChanges)
    case leave(AuthorizeOutcome)
}

/// A refusal of the authorization endpoint, told apart by who may learn of it (contract 4.2).
package enum AuthorizeFailure: Error, Sendable {
    /// On our error page: there is no callback that we may trust.
    case shownToUser(OAuthError, clientID: String?)
    /// To a callback that matched.
    case sentToClient(OAuthError, ResponseTarget)
    /// The login transaction is over, unknown or another browser's: our page with the text of contract 4.2, or the
    /// default login route when one is configured.
    case transactionLost(loginRoute: String?)
}

extension AuthorizeFailure {
    /// Runs what happens once the callback is known: from there on whatever goes wrong is the client's answer, the
    /// unexpected as `server_error` or `temporarily_unavailable` (contract 4.2, 4.3).
    static func reporting<Result>(to target: ResponseTarget, _ step: () async throws -> Result) async throws -> Result {
        do {
            return try await step()
        } catch let failure as AuthorizeFailure {
            throw failure
        } catch {
            var refusal = error as? OAuthError ?? OAuthError(unexpected: error)
            refusal.profile = target.profile
            throw AuthorizeFailure.sentToClient(refusal, target)
        }
    }
}

/// The paths of our own pages (contract 4.6).
package enum PagePath {
    package static let login = "/u/login"
    package static let signup = "/u/signup"
    package static let consent = "/u/consent"
    package static let activate = "/activate"
    /// Approves a device or backchannel request in a login transaction.
    package static let approval = "/u/approval"
    /// Where the link in a backchannel request's mail leads.
    package static let approve = "/u/approve"
    package static let resume = "/authorize/resume"
    /// Where the hosted pages of SDKs post the result of a login.
    package static let loginCallback = "/login/callback"
    package static let passwordResetRequest = "/u/reset-password-request"
    package static let passwordReset = "/u/reset-password"
    /// Where the link of the mail after a signup leads.
    package static let emailVerification = "/u/email-verification"

    /// The path with a transaction's `state`.
    package static func path(_ path: String, state: String) -> String {
        "\(path)?\(PercentEncoding.encodePairs([("state", state)]))"
    }
}

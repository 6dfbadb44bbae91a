import OAuthProtocol
import Storage

/// One page of a login: its transaction, bound to this browser, and the request behind it, checked again.
struct Interaction: Sendable {
    let transaction: BoundTransaction
    let authorize: AuthorizeRequest
    let browser: BrowserState
    let context: TenantContext
    let request: RequestInfo

    /// Runs a page's step. What the client may learn of becomes its answer; throws `AuthorizeFailure` otherwise.
    static func run<Prompt>(
        _ visit: PageVisit, _ context: TenantContext, _ step: (Interaction) async throws -> PageOutcome<Prompt>
    ) async throws -> PageOutcome<Prompt> {
        let transactions = LoginTransactions(context)
        let transaction = try await transactions.resume(visit.state, browser: visit.browser, at: visit.request.now)
        do {
            let authorize = try await transactions.request(of: transaction, in: visit.request)
            let interaction = Interaction(
                transaction: transaction, authorize: authorize, browser: visit.browser, context: context,
                request: visit.request)
            return try await AuthorizeFailure.reporting(to: authorize.target) { try await step(interaction) }
        } catch AuthorizeFailure.sentToClient(let error, let target) {
            let answer = RefusalAnswer(context, in: visit.request)
            return .leave(try await answer.answer(error, target, consuming: transaction))
        }
    }

    /// The page's CSRF token: bound to the transaction and to the browser, and to `more` where the act depends on it.
    func token(_ purpose: PageToken.Purpose, more: [String] = []) -> PageToken {
        PageToken(purpose, binding: [transaction.state, transaction.device] + more, context)
    }

    var resume: AuthorizeOutcome {
        .page(path: PagePath.path(PagePath.resume, state: transaction.state), changes: BrowserChanges())
    }

    /// Begins the session of a user who just proved who they are, and notes it in the transaction.
    func signIn(_ user: User) async throws -> AuthorizeOutcome {
        let event = request.event(.loginSucceeded, client: authorize.client, user: user)
        let begun = try await BrowserSessions(context).begin(for: user, replacing: browser, recording: event, in: request)
        let isMarked = try await context.stores.transactions.markAuthenticated(
            transaction.record.stateHash, sid: begun.session.sid, at: request.now)
        guard isMarked else { throw await LoginTransactions(context).lost(of: authorize.client.clientID) }
        var changes = BrowserChanges()
        (changes.session, changes.browserState) = (begun.change, begun.session.browserState)
        return .page(path: PagePath.path(PagePath.resume, state: transaction.state), changes: changes)
    }
}

/// A browser at one of our pages.
package struct PageVisit: Sendable {
    /// The `state` of the page's address or form.
    package var state: String?
    package var browser: BrowserState
    package var request: RequestInfo

    package init(state: String?, browser: BrowserState, request: RequestInfo) {
        (self.state, self.browser, self.request) = (state, browser, request)
    }
}

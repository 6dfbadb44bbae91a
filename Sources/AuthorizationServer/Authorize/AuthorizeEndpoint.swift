import Logging
package import OAuthProtocol
import Storage

/// `/authorize` and `/authorize/resume`: every page of a login returns here, and `NextStep` says what follows
/// (contract 4, architecture section 7).
package struct AuthorizeEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// A new authorization request. Refusals that the client may learn of are answers; throws `AuthorizeFailure.shownToUser`
    /// for the others (contract 4.2).
    package func begin(
        _ form: FormParameters, browser: BrowserState, in request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        try await answeringRefusals(in: request, consuming: nil) {
            let authorize = try await AuthorizeSteps(context, in: request).prepare(form)
            return try await AuthorizeFailure.reporting(to: authorize.target) {
                let tickets = LoginTickets(context)
                if let (login, id) = try await tickets.redeem(form, for: authorize.client, browser, at: request.now) {
                    let outcome = try await goOn(authorize, signedInAs: login, browser, request)
                    return outcome.changing { $0.crossOriginVerifier = (id, "") }
                }
                let arrival = SessionTransferArrival(context, for: authorize.client, in: request)
                return try await goOn(authorize, as: try await arrival.admit(form, browser), request)
            }
        }
    }

    /// As after a login on our page: in a new session, and in a transaction that knows of it.
    private func goOn(
        _ authorize: AuthorizeRequest, signedInAs login: LoginTickets.Login, _ browser: BrowserState, _ request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        let event = request.event(.loginSucceeded, client: authorize.client, user: login.user)
        let begun = try await BrowserSessions(context).begin(
            for: login.user, replacing: browser, amr: login.amr, recording: event, in: request)
        let opened = try await LoginTransactions(context).open(
            authorize, browser: browser, signedInTo: begun.session, at: request.now)
        let outcome = try await answeringRefusals(in: request, consuming: opened.transaction) {
            try await AuthorizeFailure.reporting(to: authorize.target) {
                let admission = SessionTransferArrival.Admission(browser: browser.after(begun.change))
                return try await proceed(authorize, opened.transaction, admission, request)
            }
        }
        return outcome.changing { changes in
            (changes.session, changes.browserState) = (begun.change, begun.session.browserState)
            changes.device = opened.changes.device
        }
    }

    /// Whatever the request leads to, the browser learns of a session that was begun or ended before.
    private func goOn(
        _ authorize: AuthorizeRequest, as admission: SessionTransferArrival.Admission, _ request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        let outcome = try await answeringRefusals(in: request, consuming: nil) {
            try await AuthorizeFailure.reporting(to: authorize.target) { try await proceed(authorize, nil, admission, request) }
        }
        return outcome.changing { $0.merge(admission.changes) }
    }

    /// Goes on with the transaction of `state`. Throws `AuthorizeFailure.transactionLost` when it is over or another
    /// browser's.
    package func resume(
        state: String?, browser: BrowserState, in request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        let transactions = LoginTransactions(context)
        let transaction = try await transactions.resume(state, browser: browser, at: request.now)
        return try await answeringRefusals(in: request, consuming: transaction) {
            let authorize = try await transactions.request(of: transaction, in: request)
            return try await AuthorizeFailure.reporting(to: authorize.target) {
                try await proceed(authorize, transaction, SessionTransferArrival.Admission(browser: browser), request)
            }
        }
    }

    private func proceed(
        _ authorize: AuthorizeRequest, _ transaction: BoundTransaction?, _ admission: SessionTransferArrival.Admission,
        _ request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        let browser = admission.browser
        let visitor = try await Visitor.find(browser, for: authorize, context, at: request.now)
        let situation = NextStep.Situation(visitor, transaction, context, at: request.now)
        switch NextStep.decide(authorize, situation) {
        case .logIn: return try await page(loginPath(authorize), authorize, transaction, browser, request)
        case .askConsent, .confirmCallback: return try await page(PagePath.consent, authorize, transaction, browser, request)
        case .refuse(let kind): throw AuthorizeFailure.sentToClient(Self.error(kind), authorize.target)
        case .otherAccount: return try await page(PagePath.approval, authorize, transaction, browser, request)
        case .answer where authorize.origin.deferred != nil:
            return try await page(PagePath.approval, authorize, transaction, browser, request)
        case .answer:
            guard let visitor else { throw AuthorizeFailure.sentToClient(Self.error(.loginRequired), authorize.target) }
            let grant = AuthorizationAnswer.Grant(
                authorize: authorize, session: visitor.session, user: visitor.user,
                isAuthenticatedHere: situation.isAuthenticatedHere || admission.isSignedIn)
            return try await answer(grant, transaction, request)
        }
    }

    /// The order matters: of two submissions of one transaction only the one that consumed it issues anything.
    private func answer(
        _ grant: AuthorizationAnswer.Grant, _ transaction: BoundTransaction?, _ request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        let target = grant.authorize.target
        guard !grant.user.blocked else {
            throw AuthorizeFailure.sentToClient(OAuthError(.userBlocked, WireText.userBlocked), target)
        }
        if let transaction { try await LoginTransactions(context).consume(transaction) }
        if let pushed = grant.authorize.origin.pushed {
            // Used up with the answer, so that a reload of the login page does no harm (RFC 9126 section 4).
            guard try await context.stores.pushedRequests.consume(pushed, at: request.now) else {
                let refusal = OAuthError(.invalidRequestURI, WireText.invalidRequestURI)
                return try await RefusalAnswer(context, in: request).answer(refusal, target, consuming: nil)
            }
        }
        do {
            let response = try await AuthorizationAnswer(context, in: request).respond(grant)
            return .answer(response, changes: BrowserChanges())
        } catch {
            let refusal = error as? OAuthError ?? OAuthError(unexpected: error)
            return try await RefusalAnswer(context, in: request).answer(refusal, target, consuming: nil)
        }
    }

    private func page(
        _ path: String, _ authorize: AuthorizeRequest, _ transaction: BoundTransaction?, _ browser: BrowserState,
        _ request: RequestInfo
    ) async throws -> AuthorizeOutcome {
        if let transaction { return .page(path: PagePath.path(path, state: transaction.state), changes: BrowserChanges()) }
        let opened = try await LoginTransactions(context).open(authorize, browser: browser, at: request.now)
        return .page(path: PagePath.path(path, state: opened.transaction.state), changes: opened.changes)
    }

    /// `screen_hint=signup` opens the sign-up screen where signing up is possible (contract 4.1).
    private func loginPath(_ authorize: AuthorizeRequest) -> String {
        let wantsSignup = authorize.parameters.screenHint?.isExactly("signup") ?? false
        return wantsSignup && !authorize.connection.options.disableSignup ? PagePath.signup : PagePath.login
    }

    private static func error(_ kind: OAuthError.Kind) -> OAuthError {
        let texts: [OAuthError.Kind: String] = [
            .loginRequired: WireText.loginRequired, .consentRequired: WireText.consentRequired,
        ]
        return OAuthError(kind, texts[kind] ?? WireText.interactionRequired)
    }

    private func answeringRefusals(
        in request: RequestInfo, consuming transaction: BoundTransaction?, _ step: () async throws -> AuthorizeOutcome
    ) async throws -> AuthorizeOutcome {
        do {
            return try await step()
        } catch AuthorizeFailure.sentToClient(let error, let target) {
            return try await RefusalAnswer(context, in: request).answer(error, target, consuming: transaction)
        } catch AuthorizeFailure.shownToUser(let error, let clientID) {
            try await context.stores.logs.record(request.event(.loginFailed, description: error.description))
            throw AuthorizeFailure.shownToUser(error, clientID: clientID)
        }
    }
}

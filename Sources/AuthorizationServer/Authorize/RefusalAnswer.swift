import OAuthProtocol
import Storage

/// Answers a client with a refusal. That ends the transaction: a repeated submission finds it gone.
struct RefusalAnswer: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Delivers and records: `fsa` when a silent request would need the user, `f` otherwise.
    func answer(
        _ error: OAuthError, _ target: ResponseTarget, consuming transaction: BoundTransaction?
    ) async throws -> AuthorizeOutcome {
        let outcome = try await deliver(error, target, consuming: transaction)
        let client = try await context.stores.clients.find(target.clientID)
        let silent: [OAuthError.Kind] = [.loginRequired, .consentRequired, .interactionRequired]
        let type: LogEventType = silent.contains(error.kind) ? .silentAuthFailed : .loginFailed
        try await context.stores.logs.record(
            request.event(type, client: client, description: error.auditReason ?? error.description))
        return outcome
    }

    /// Delivers what was recorded already. Throws `.transactionLost` when somebody else answered this transaction.
    func deliver(
        _ error: OAuthError, _ target: ResponseTarget, consuming transaction: BoundTransaction?
    ) async throws -> AuthorizeOutcome {
        if let transaction { try await LoginTransactions(context).consume(transaction) }
        return .answer(AuthorizationResponse(refusal: error, target: target), changes: BrowserChanges())
    }
}

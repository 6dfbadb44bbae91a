import Logging
import OAuthProtocol
import Storage

/// Answers a client with a refusal. That ends the transaction: a repeated submission finds it gone.
///
/// A refusal hands nothing out, so a database that fails meanwhile does not keep it from the client.
struct RefusalAnswer: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Delivers and records: `fsa` when a silent request would need the user, `f` otherwise.
    func answer(
        _ error: OAuthError, _ target: ResponseTarget, consuming transaction: BoundTransaction?
    ) async throws -> AuthorizeOutcome {
        if let cause = error.cause { request.logger.error("authorization failed", metadata: ["error": "\(cause)"]) }
        let outcome = try await deliver(error, target, consuming: transaction)
        do {
            try await record(error, target)
        } catch {
            request.logger.error("refusal not recorded", metadata: ["error": "\(error)"])
        }
        return outcome
    }

    /// Delivers what was recorded already. Throws `.transactionLost` when somebody else answered this transaction.
    func deliver(
        _ error: OAuthError, _ target: ResponseTarget, consuming transaction: BoundTransaction?
    ) async throws -> AuthorizeOutcome {
        do {
            if let transaction { try await LoginTransactions(context).consume(transaction) }
        } catch let failure as AuthorizeFailure {
            throw failure
        } catch {
            request.logger.error("transaction not ended", metadata: ["error": "\(error)"])
        }
        let response = AuthorizationResponse(refusal: error, target: target)
        return .answer(try await ResponseFinish(context, in: request).finish(response), changes: BrowserChanges())
    }

    private func record(_ error: OAuthError, _ target: ResponseTarget) async throws {
        let client = try await context.clientIfAvailable(target.clientID)
        let silent: [OAuthError.Kind] = [.loginRequired, .consentRequired, .interactionRequired]
        let type: LogEventType = silent.contains(error.kind) ? .silentAuthFailed : .loginFailed
        try await context.stores.logs.record(
            request.event(type, client: client, description: error.auditReason ?? error.description))
    }
}

import OAuthProtocol
import Storage

/// Who is at the browser and what they agreed to before: what `NextStep` judges beside the request.
struct Visitor: Sendable {
    let session: BrowserSession
    let user: User
    let consent: Consent?

    /// `nil` unless a live session says who it is and that user still exists.
    static func find(
        _ browser: BrowserState, for authorize: AuthorizeRequest, _ context: TenantContext, at now: Timestamp
    ) async throws -> Visitor? {
        guard let session = try await BrowserSessions(context).current(browser, at: now),
            let user = try await context.stores.users.find(session.userID)
        else { return nil }
        let consent = try await context.stores.consents.find(
            userID: user.userID, clientID: authorize.client.clientID, audience: authorize.audience.identifier ?? "")
        return Visitor(session: session, user: user, consent: consent)
    }
}

extension NextStep.Situation {
    init(_ visitor: Visitor?, _ transaction: BoundTransaction?, _ context: TenantContext, at now: Timestamp) {
        self.init(
            session: visitor?.session, consent: visitor?.consent, transaction: transaction?.record,
            confirmsCallbacks: context.settings.confirmNonVerifiableCallbacks, now: now)
    }
}

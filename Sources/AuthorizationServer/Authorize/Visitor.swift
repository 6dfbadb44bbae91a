import OAuthProtocol
import Storage

/// Who is at the browser and what they agreed to before: what `NextStep` judges beside the request.
struct Visitor: Sendable {
    let session: BrowserSession
    let user: User
    let consent: Consent?

    /// `nil` unless a live session says who it is, that user still exists, and the client may have them: by a connection that
    /// is enabled for it, and by the one that the request names.
    static func find(
        _ browser: BrowserState, for authorize: AuthorizeRequest, _ context: TenantContext, at now: Timestamp
    ) async throws -> Visitor? {
        guard let session = try await BrowserSessions(context).current(browser, at: now),
            let user = try await context.stores.users.find(session.userID),
            try await isAdmitted(user, to: authorize, context)
        else { return nil }
        let consent = try await context.stores.consents.find(
            userID: user.userID, clientID: authorize.client.clientID, audience: authorize.audience.identifier ?? "")
        return Visitor(session: session, user: user, consent: consent)
    }

    private static func isAdmitted(_ user: User, to authorize: AuthorizeRequest, _ context: TenantContext) async throws -> Bool {
        if let named = authorize.parameters.connection, !named.isExactly(user.connection) { return false }
        let connection = try await context.stores.connections.find(name: user.connection)
        return connection?.isEnabled(for: authorize.client) ?? false
    }
}

extension NextStep.Situation {
    init(_ visitor: Visitor?, _ transaction: BoundTransaction?, _ context: TenantContext, at now: Timestamp) {
        self.init(
            session: visitor?.session, consent: visitor?.consent, transaction: transaction?.record,
            confirmsCallbacks: context.settings.confirmNonVerifiableCallbacks, now: now)
    }
}

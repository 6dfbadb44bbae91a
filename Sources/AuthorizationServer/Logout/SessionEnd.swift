package import OAuthProtocol
package import Storage

/// Ends sessions, with all that hangs on them: logout tokens to the clients, refresh and access tokens where the tenant or a
/// client asks for that (contract 12, OIDC Back-Channel Logout).
package struct SessionEnd: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// What an end leads to.
    struct Outcome {
        var changes: BrowserChanges
        /// The addresses that the browser should load, so that clients learn of it there (OIDC Front-Channel Logout 2).
        var frames: [String] = []
    }

    /// How long revoked access tokens are remembered: longer than any lives (contract 23).
    static let longestAccessToken: Lifetime = .days(30)

    /// Ends the session of a browser, if there is one, with the event `slo` in the same write. The cookie goes in any
    /// case, also when it could not be read: another site under the same domain may have set one beside ours.
    func end(_ browser: BrowserState, client: Client?, in request: RequestInfo) async throws -> Outcome {
        var changes = BrowserChanges()
        (changes.session, changes.browserState) = (.clear, "")
        guard let cookie = browser.session else { return Outcome(changes: changes) }
        let hash = TokenHash(of: cookie)
        guard let session = try await context.stores.sessions.find(hash, at: request.now) else {
            return Outcome(changes: changes)
        }
        let user = try await context.stores.users.find(session.userID)
        let event = request.event(.logoutSucceeded, client: client, user: user)
        let clients = try await end(session, recording: event, in: request)
        return Outcome(changes: changes, frames: FrontchannelFrames.addresses(clients, session, request.issuer))
    }

    /// Ends every session of a user: the password changed, or an administrator said so.
    package func endAll(of userID: String, in request: RequestInfo) async throws {
        for session in try await context.stores.sessions.list(of: userID, at: request.now) {
            _ = try await end(session, recording: nil, in: request)
        }
    }

    /// Ends every session and every refresh token of a user, in one transaction with the event and with what is owed to the
    /// clients. Access tokens are left to expire.
    func endEverything(of userID: String, recording event: LogEvent, in request: RequestInfo) async throws {
        var known: [ExactString: Client] = [:]
        for session in try await context.stores.sessions.list(of: userID, at: request.now) {
            for client in try await clients(of: session) { known[ExactString(client.clientID)] = client }
        }
        let (context, clients) = (context, known)
        let ended = try await context.stores.sessions.endAll(of: userID, at: request.now, recording: event) { sessions in
            sessions.flatMap { session in
                let told = session.clients.compactMap { clients[ExactString($0)] }
                return LogoutDeliveries(clients: told, context: context, request: request).deliveries(for: session)
            }
        }
        if clients.values.contains(where: { !$0.logout.backchannelLogoutURIs.isEmpty }) { context.environment.deliveryWake.ring() }
        try await tellClients(of: ended.compactMap { $0.without(clients) }, in: request)
    }

    /// Tells the clients of sessions that ended by other means.
    func tellClients(of sessions: [BrowserSession], in request: RequestInfo) async throws {
        var owed: [Delivery] = []
        for session in sessions {
            let clients = try await clients(of: session)
            owed += LogoutDeliveries(clients: clients, context: context, request: request).deliveries(for: session)
        }
        guard !owed.isEmpty else { return }
        try await context.stores.deliveries.insert(owed)
        context.environment.deliveryWake.ring()
    }

    private func clients(of session: BrowserSession) async throws -> [Client] {
        var clients: [Client] = []
        for id in session.clients {
            if let client = try await context.client(id) { clients.append(client) }
        }
        return clients
    }

    /// Returns the clients that took part in the session.
    private func end(
        _ session: BrowserSession, recording event: LogEvent?, in request: RequestInfo
    ) async throws -> [Client] {
        let clients = try await clients(of: session)
        var effects = SessionEndEffects(event: event)
        if context.settings.sessionEndRevokesRefreshTokens {
            effects.revokingClients = nil
            effects.tokensExpireAt = request.now + Self.longestAccessToken
        } else {
            let isTransferred = session.transfer != nil
            effects.revokingClients = clients.filter { client in
                client.logout.revokesRefreshTokens || (isTransferred && client.sessionTransfer.enforceOnlineRefreshTokens)
            }.map(\.clientID)
        }
        let deliveries = LogoutDeliveries(clients: clients, context: context, request: request)
        let ended = try await context.stores.sessions.end(session.cookieHash, effects: effects, at: request.now) { session in
            deliveries.deliveries(for: session)
        }
        if ended != nil, deliveries.isAny { context.environment.deliveryWake.ring() }
        return clients
    }
}

extension BrowserSession {
    /// The session with those of its clients alone that are not among the given ones, because they came while it ended; `nil`
    /// when there are none.
    fileprivate func without(_ clients: [ExactString: Client]) -> BrowserSession? {
        var rest = self
        rest.clients.removeAll { clients[ExactString($0)] != nil }
        return rest.clients.isEmpty ? nil : rest
    }
}

/// The logout tokens that a session's end owes (OIDC Back-Channel Logout 2.5). What they are made of is kept; they are signed
/// when they are sent, so that none is too old.
struct LogoutDeliveries: Sendable {
    let clients: [Client]
    let context: TenantContext
    let request: RequestInfo

    var isAny: Bool { clients.contains { !$0.logout.backchannelLogoutURIs.isEmpty } }

    func deliveries(for session: BrowserSession) -> [Delivery] {
        let payload: JSONObject = [
            "sid": .string(session.sid), "user_id": .string(session.userID), "scheme": .string(request.issuer.scheme),
            "host": .string(request.issuer.host),
        ]
        return clients.flatMap { client in
            client.logout.backchannelLogoutURIs.map { uri in
                Delivery(
                    id: context.environment.randomness.hexadecimal(24), kind: .backchannelLogout, clientID: client.clientID,
                    url: uri, payload: SecretString(payload.serializedString), createdAt: request.now)
            }
        }
    }
}

/// The addresses that a logout page loads in frames (OIDC Front-Channel Logout 2).
enum FrontchannelFrames {
    static func addresses(_ clients: [Client], _ session: BrowserSession, _ issuer: Issuer) -> [String] {
        clients.compactMap { client in
            guard let uri = client.logout.frontchannelLogoutURI.flatMap({ RedirectURI($0) }) else { return nil }
            guard client.logout.frontchannelLogoutSessionRequired else { return uri.original }
            return uri.adding(query: [("iss", issuer.description), ("sid", session.sid)])
        }
    }
}

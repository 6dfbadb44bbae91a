import OAuthProtocol
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

    /// Ends every session of a user in a write of the caller's, which is given what the sessions take along: a new password, or an
    /// administrator's word. Their clients are told once it is committed. Throws what `write` throws.
    package func endAll<Result: Sendable>(
        of userID: String, in request: RequestInfo, with write: (SessionEnding) async throws -> Result
    ) async throws -> Result {
        try await telling(request, { try await context.stores.sessions.list(of: userID, at: request.now) }) { plan in
            try await write(plan.ending)
        }
    }

    /// Ends every session and every refresh token of a user, in one transaction with the event and with what is owed to the
    /// clients. Access tokens are left to expire.
    func endEverything(of userID: String, recording event: LogEvent, in request: RequestInfo) async throws {
        let store = context.stores.sessions
        try await endAll(of: userID, in: request) { ending in
            _ = try await store.endAll(of: userID, at: request.now, recording: event) { sessions in
                try sessions.flatMap(ending.deliveries)
            }
        }
    }

    /// Ends one session. Returns the clients that took part in it.
    func end(_ session: BrowserSession, recording event: LogEvent?, in request: RequestInfo) async throws -> [Client] {
        let (store, hash) = (context.stores.sessions, session.cookieHash)
        var latest = session
        return try await telling(request, { [latest] }) { plan in
            var effects = plan.ending.effects
            effects.event = event
            do {
                _ = try await store.end(hash, effects: effects, at: request.now, deliveries: plan.ending.deliveries)
            } catch let error as LogoutDeliveries.UnknownClient {
                latest = try await store.find(hash, at: request.now) ?? latest
                throw error
            }
            return plan.clients
        }
    }

    // MARK: Telling the clients

    /// What ending some sessions takes.
    private struct Plan {
        let clients: [Client]
        let ending: SessionEnding
    }

    /// How often it is tried, when clients join the sessions meanwhile, before the last of them is given up.
    private static let attempts = 5

    /// Looks up the clients of the sessions, lets them end, and rings for the deliveries. A client that joins a session between
    /// the look and the write would not be told: then the write undoes itself and both are done again.
    private func telling<Result: Sendable>(
        _ request: RequestInfo, _ sessions: () async throws -> [BrowserSession], _ write: (Plan) async throws -> Result
    ) async throws -> Result {
        for _ in 1..<Self.attempts {
            do {
                return try await tellingOnce(request, try await sessions().flatMap(\.clients), isFinal: false, write)
            } catch is LogoutDeliveries.UnknownClient {}
        }
        return try await tellingOnce(request, try await sessions().flatMap(\.clients), isFinal: true, write)
    }

    private func tellingOnce<Result: Sendable>(
        _ request: RequestInfo, _ names: [String], isFinal: Bool, _ write: (Plan) async throws -> Result
    ) async throws -> Result {
        let clients = try await clients(names)
        let deliveries = LogoutDeliveries(
            clients: clients, names: isFinal ? nil : names, context: context, request: request)
        let result = try await write(Plan(clients: clients, ending: ending(clients, deliveries, request)))
        if deliveries.isAny { context.environment.deliveryWake.ring() }
        return result
    }

    /// Tells the clients of sessions that ended with something else.
    func tellClients(of sessions: [BrowserSession], in request: RequestInfo) async throws {
        let clients = try await clients(sessions.flatMap(\.clients))
        let deliveries = LogoutDeliveries(clients: clients, names: nil, context: context, request: request)
        let owed = try sessions.flatMap { try deliveries.deliveries(for: $0) }
        guard !owed.isEmpty else { return }
        try await context.stores.deliveries.insert(owed)
        context.environment.deliveryWake.ring()
    }

    private func clients(_ names: [String]) async throws -> [Client] {
        var clients: [Client] = []
        for name in names where !clients.contains(where: { $0.clientID.isExactly(name) }) {
            if let client = try await context.clientIfAvailable(name) { clients.append(client) }
        }
        return clients
    }

    private func ending(_ clients: [Client], _ deliveries: LogoutDeliveries, _ request: RequestInfo) -> SessionEnding {
        var effects = SessionEndEffects(event: nil)
        if context.settings.sessionEndRevokesRefreshTokens {
            effects.revokingClients = nil
            effects.tokensExpireAt = request.now + RevocationKey.longestToken
        } else {
            effects.revokingClients = clients.filter(\.logout.revokesRefreshTokens).map(\.clientID)
            effects.revokingClientsIfTransferred = clients.filter(\.sessionTransfer.enforceOnlineRefreshTokens).map(\.clientID)
        }
        return SessionEnding(effects: effects) { try deliveries.deliveries(for: $0) }
    }
}

/// The logout tokens that a session's end owes (OIDC Back-Channel Logout 2.5). What they are made of is kept; they are signed
/// when they are sent, so that none is too old.
struct LogoutDeliveries: Sendable {
    /// A session has a client that was not looked up.
    struct UnknownClient: Error {}

    let clients: [Client]
    /// The clients that were looked up, some of which may not exist (any more); `nil` accepts that others are not told.
    let names: [String]?
    let context: TenantContext
    let request: RequestInfo

    var isAny: Bool { clients.contains { !$0.logout.backchannelLogoutURIs.isEmpty } }

    /// For the clients of the session alone. Throws `UnknownClient`.
    func deliveries(for session: BrowserSession) throws -> [Delivery] {
        if let names, !session.clients.allSatisfy({ name in names.contains(where: name.isExactly) }) { throw UnknownClient() }
        let payload: JSONObject = [
            "sid": .string(session.sid), "user_id": .string(session.userID), "scheme": .string(request.issuer.scheme),
            "host": .string(request.issuer.host),
        ]
        return clients.filter { client in session.clients.contains(where: client.clientID.isExactly) }.flatMap { client in
            client.logout.backchannelLogoutURIs.map { uri in
                Delivery(
                    id: context.environment.randomness.hexadecimal(24), kind: .backchannelLogout, clientID: client.clientID,
                    url: uri, payload: SecretString(payload.serializedString), createdAt: request.now)
            }
        }
    }
}

/// The addresses that a logout page loads in frames (OIDC Front-Channel Logout 2): at most `maximum`, those of the clients that
/// joined the session last. A client that must hear of every end registers a back-channel address: of those none is left out.
enum FrontchannelFrames {
    /// What a browser loads at once while the user waits.
    static let maximum = 20

    /// `clients` in the order in which they joined.
    static func addresses(_ clients: [Client], _ session: BrowserSession, _ issuer: Issuer) -> [String] {
        let addresses: [String] = clients.reversed().compactMap { client in
            guard let uri = client.logout.frontchannelLogoutURI.flatMap({ RedirectURI($0) }) else { return nil }
            guard client.logout.frontchannelLogoutSessionRequired else { return uri.original }
            return uri.adding(query: [("iss", issuer.description), ("sid", session.sid)])
        }
        return Array(addresses.prefix(maximum))
    }
}

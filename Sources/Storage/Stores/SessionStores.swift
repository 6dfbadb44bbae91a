package import OAuthProtocol

/// What the end of a session takes along.
package struct SessionEndEffects: Sendable {
    package var event: LogEvent?
    /// Clients whose refresh tokens of this session are revoked; `nil` means every client.
    package var revokingClients: [String]? = []
    /// Clients whose refresh tokens are revoked as well where the session was made by a session transfer token (contract 8.5).
    package var revokingClientsIfTransferred: [String] = []
    package var tokensExpireAt: Timestamp?

    package init(event: LogEvent?) { self.event = event }
}

/// How sessions end as part of another write.
package struct SessionEnding: Sendable {
    /// The same for every session; the event is recorded once a session.
    package var effects: SessionEndEffects
    /// What a session's end owes, from the session as it was. What it throws undoes the write.
    package var deliveries: @Sendable (BrowserSession) throws -> [Delivery]

    package init(effects: SessionEndEffects, deliveries: @escaping @Sendable (BrowserSession) throws -> [Delivery]) {
        (self.effects, self.deliveries) = (effects, deliveries)
    }
}

package protocol SessionStore: Sendable {
    /// Inserts, ends the session whose cookie it replaces, updates the user's login statistics and records the event, in
    /// one transaction.
    func begin(_ session: BrowserSession, replacing old: TokenHash?, recording event: LogEvent) async throws
    /// Puts the session in the place of the one of the cookie, whose `sid` it has: as `begin`, if that one is there and of the same
    /// user; false, changing nothing, if not.
    func renew(_ old: TokenHash, as session: BrowserSession, recording event: LogEvent) async throws -> Bool
    /// As `begin`, if the family is there and not revoked; false, changing nothing, if not. A later revocation finds the session.
    func begin(_ session: BrowserSession, from id: RefreshTokenFamilyID, replacing old: TokenHash?, recording event: LogEvent) async throws -> Bool
    /// The session if it has neither ended nor expired at `now` (an expiry equal to `now` has passed).
    func find(_ cookieHash: TokenHash, at now: Timestamp) async throws -> BrowserSession?
    func find(sid: String, at now: Timestamp) async throws -> BrowserSession?
    /// Restarts the idle timer (never beyond the absolute end) and remembers the client.
    func touch(_ cookieHash: TokenHash, idleExpiresAt: Timestamp, client clientID: String, at now: Timestamp) async throws
    /// Ends the session. Returns it, with its clients, if this call ended it. Records the event in the same transaction.
    func end(_ cookieHash: TokenHash, recording event: LogEvent?) async throws -> BrowserSession?
    /// Ends the session with everything that hangs on it, in one transaction: the deliveries that `deliveries` makes from the
    /// session as it was, its online refresh tokens, all its refresh tokens of `revokingClients`, and its access tokens in the
    /// revocation list until `tokensExpireAt`. Returns the session if this call ended it.
    func end(
        _ cookieHash: TokenHash, effects: SessionEndEffects, at now: Timestamp,
        deliveries: @escaping @Sendable (BrowserSession) throws -> [Delivery]
    ) async throws -> BrowserSession?
    /// Ends all of the user's live sessions and revokes all of their refresh tokens, in one transaction with the deliveries that
    /// `deliveries` makes from the sessions as they were, and the event. What would lead to new tokens without another login goes
    /// too: unused codes and approved requests of devices. Access tokens are left. Returns the sessions that this call ended.
    func endAll(
        of userID: String, at now: Timestamp, recording event: LogEvent,
        deliveries: @escaping @Sendable ([BrowserSession]) throws -> [Delivery]
    ) async throws -> [BrowserSession]
    /// Restarts the idle timer of a session named by `sid` (an online refresh token was used). False when it has ended.
    func touch(sid: String, idleExpiresAt: Timestamp, at now: Timestamp) async throws -> Bool
    /// The user's live sessions, newest first.
    func list(of userID: String, at now: Timestamp) async throws -> [BrowserSession]
}

package import OAuthProtocol

/// Users of one tenant.
package protocol UserStore: Sendable {
    /// Inserts with an encoded password hash. Throws `StoreConflict("user_id")`, `("email")` or `("username")`: both are
    /// unique in a connection by their ASCII-lower-case form.
    func insert(_ user: User, passwordHash: SecretString?) async throws
    func find(_ userID: String) async throws -> User?
    /// The user of a connection whose e-mail or user name equals `identifier` in ASCII-lower case, with the password hash.
    func findCredential(connection: String, identifier: String) async throws -> (user: User, passwordHash: SecretString?)?
    /// Ordered by creation, at most `limit` from `offset`.
    func list(offset: Int, limit: Int) async throws -> [User]
    /// Replaces all but the password hash and the login statistics. False when there is no such user.
    func update(_ user: User) async throws -> Bool
    /// Sets the hash. In the same transaction the user's unused tickets for a reset are used up, so that an older mail
    /// cannot undo the change, and when `endingSessions` all sessions of the user end.
    func setPassword(_ userID: String, hash: SecretString, endingSessions: Bool, at now: Timestamp) async throws -> Bool
    /// Replaces a hash that was made with older parameters, if it still is `old`.
    func rehash(_ userID: String, from old: SecretString, to new: SecretString) async throws
    func setBlocked(_ userID: String, _ blocked: Bool, at now: Timestamp) async throws -> Bool
    /// Deletes the user with sessions, consents, codes and tickets, and revokes the refresh tokens, in one transaction. The
    /// families stay for a while, so that their clients can be told that the user is gone (contract 8.7).
    func delete(_ userID: String, at now: Timestamp) async throws -> Bool
}

package protocol ConsentStore: Sendable {
    func find(userID: String, clientID: String, audience: String) async throws -> Consent?
    /// Adds the scopes to what was already agreed.
    func record(_ consent: Consent) async throws
    func delete(userID: String, clientID: String, audience: String) async throws -> Bool
}

package protocol SessionStore: Sendable {
    /// Inserts, ends the session whose cookie it replaces, updates the user's login statistics and records the event, in
    /// one transaction.
    func begin(_ session: BrowserSession, replacing old: TokenHash?, recording event: LogEvent) async throws
    /// The session if it has neither ended nor expired at `now` (an expiry equal to `now` has passed).
    func find(_ cookieHash: TokenHash, at now: Timestamp) async throws -> BrowserSession?
    func find(sid: String, at now: Timestamp) async throws -> BrowserSession?
    /// Restarts the idle timer (never beyond the absolute end) and remembers the client.
    func touch(_ cookieHash: TokenHash, idleExpiresAt: Timestamp, client clientID: String, at now: Timestamp) async throws
    /// Ends the session. Returns it, with its clients, if this call ended it. Records the event in the same transaction.
    func end(_ cookieHash: TokenHash, recording event: LogEvent?) async throws -> BrowserSession?
}

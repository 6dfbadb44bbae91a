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
    /// Replaces all but the password hash and the login statistics. A blocked user's access tokens are revoked as by `setBlocked`,
    /// at the instant of `updatedAt`. False when there is no such user.
    func update(_ user: User) async throws -> Bool
    /// Sets the hash. In the same transaction the user's unused tickets for a reset are used up, so that an older mail
    /// cannot undo the change, and with `ending` all sessions of the user end, each with all that hangs on it. False when there
    /// is no such user; throws what `ending` throws, and then nothing was written.
    func setPassword(_ userID: String, hash: SecretString, ending: SessionEnding?, at now: Timestamp) async throws -> Bool
    /// The address was proved to be the user's. False, changing nothing, when the user is gone or has another address by now,
    /// compared as addresses are looked up.
    func verifyEmail(_ userID: String, _ email: String, at now: Timestamp) async throws -> Bool
    /// Somebody proved for the first time that the user's address is theirs. Whoever made the account had proved nothing: in one
    /// transaction its password and passkeys, consents, unused links and codes are gone, its tokens of earlier seconds are
    /// revoked, its sessions end as `ending` says, and the address is verified. Second factors stay: a mailbox is none. False,
    /// changing nothing, when it was verified before or the user is gone.
    func claim(_ userID: String, ending: SessionEnding, at now: Timestamp) async throws -> Bool
    /// Replaces a hash that was made with older parameters, if it still is `old`.
    func rehash(_ userID: String, from old: SecretString, to new: SecretString) async throws
    /// Blocking revokes the user's access tokens in the same transaction, all that were issued until now (to the second); after
    /// unblocking those stay revoked and new ones are good. False when there is no such user.
    func setBlocked(_ userID: String, _ blocked: Bool, at now: Timestamp) async throws -> Bool
    /// Deletes the user with sessions, consents, codes, tickets and tokens at identity providers, and revokes the refresh and access
    /// tokens, in one transaction: a user who is made again under the same id begins without any. The families stay for a while, so
    /// that their clients can be told that the user is gone (contract 8.7).
    func delete(_ userID: String, at now: Timestamp) async throws -> Bool
}

package protocol ConsentStore: Sendable {
    func find(userID: String, clientID: String, audience: String) async throws -> Consent?
    /// Adds the scopes to what was already agreed.
    func record(_ consent: Consent) async throws
    func delete(userID: String, clientID: String, audience: String) async throws -> Bool
}

/// What users may do at APIs (contract 9.2, "RBAC"): the union of permissions given directly and by roles.
package protocol PermissionStore: Sendable {
    func permissions(of userID: String, at audience: String) async throws -> Scopes
    func grant(_ permissions: Scopes, at audience: String, to userID: String) async throws
    func revoke(_ permissions: Scopes, at audience: String, from userID: String) async throws
    /// Role names are unique in the tenant; a role is made by its first permission.
    func grant(_ permissions: Scopes, at audience: String, toRole role: String) async throws
    func assign(role: String, to userID: String) async throws
    func unassign(role: String, from userID: String) async throws
}

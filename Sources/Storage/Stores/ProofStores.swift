package import OAuthProtocol

/// The outcome of presenting a one-time code.
package enum OneTimeCodeCheck: Sendable, Equatable {
    /// Right; it is used up, unless it was only verified.
    case accepted(OneTimeCode)
    case wrong(attemptsLeft: Int)
    /// Unknown, expired, used up or out of attempts.
    case missing
}

package protocol OneTimeCodeStore: Sendable {
    /// Inserts, replacing an older one of the same purpose and key.
    func put(_ code: OneTimeCode) async throws
    /// Reads without using it up. `nil` when missing, expired or out of attempts.
    func find(_ purpose: OneTimeCode.Purpose, key: TokenHash, at now: Timestamp) async throws -> OneTimeCode?
    /// Compares the MACs and, in the same statement, uses the code up or takes one attempt away: concurrent guesses cannot have
    /// more attempts than there are, and exactly one right answer is accepted.
    func check(
        _ purpose: OneTimeCode.Purpose, key: TokenHash, codeMAC: [UInt8], at now: Timestamp
    ) async throws -> OneTimeCodeCheck
    /// As `check`, but a right code stays as it is, to be used up by a later `check`. A wrong one costs an attempt all the same.
    func verify(
        _ purpose: OneTimeCode.Purpose, key: TokenHash, codeMAC: [UInt8], at now: Timestamp
    ) async throws -> OneTimeCodeCheck
    /// Uses up a code whose handle alone is the secret. Exactly one of any number of calls gets it.
    func consume(_ purpose: OneTimeCode.Purpose, key: TokenHash, at now: Timestamp) async throws -> OneTimeCode?
}

package protocol AuthenticatorStore: Sendable {
    /// Throws `StoreConflict("id")` or `("credential")`.
    func insert(_ authenticator: Authenticator) async throws
    /// Of a user, oldest first, unconfirmed ones included.
    func list(of userID: String) async throws -> [Authenticator]
    func find(_ id: String) async throws -> Authenticator?
    func find(credentialHash: TokenHash) async throws -> Authenticator?
    /// Sets the counter if, and only if, it is less than `counter` (equal is enough when both are zero: authenticators without a
    /// counter), activates it, and notes the use. False when another request was faster: a replay.
    func use(_ id: String, counter: Int64, credential: String?, at now: Timestamp) async throws -> Bool
    /// Replaces a recovery code's hash if it still is `old`. False when it was used.
    func replaceSecret(_ id: String, from old: SecretBytes, to new: SecretBytes, at now: Timestamp) async throws -> Bool
    func delete(_ id: String, of userID: String) async throws -> Bool
}

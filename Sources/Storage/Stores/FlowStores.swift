package import OAuthProtocol

package protocol LoginTransactionStore: Sendable {
    func insert(_ transaction: LoginTransaction) async throws
    /// The transaction if it has not expired at `now`.
    func find(_ stateHash: TokenHash, at now: Timestamp) async throws -> LoginTransaction?
    /// The client of a transaction, also for a day after it has expired. `nil` when it was consumed or never was.
    func clientID(of stateHash: TokenHash) async throws -> String?
    /// Records that the user proved who they are within the transaction. False when it is gone.
    func markAuthenticated(_ stateHash: TokenHash, sid: String, at now: Timestamp) async throws -> Bool
    func markConsented(_ stateHash: TokenHash, at now: Timestamp) async throws -> Bool
    /// Deletes it. Of any number of concurrent calls exactly one gets true: only that one may answer the client.
    func consume(_ stateHash: TokenHash) async throws -> Bool
}

/// The outcome of redeeming a code.
package enum Redemption: Sendable, Equatable {
    case redeemed
    /// Used before, by this or another node. What the first use issued has been revoked in the same transaction.
    case alreadyUsed
    case missing
    /// The session that it needs has ended. Nothing was changed.
    case sessionEnded
}

package protocol AuthorizationCodeStore: Sendable {
    /// Inserts. The event, when given, is recorded in the same transaction.
    func insert(_ code: AuthorizationCode, recording event: LogEvent?) async throws
    /// The code, used or not, expired or not.
    func find(_ hash: TokenHash) async throws -> AuthorizationCode?
    /// Marks the code used and, in the same transaction, inserts `family` (evicting the oldest active family of that user
    /// and client beyond `RefreshTokenLimits.perUserAndClient`), links it to the code and records `event`.
    /// Of any number of concurrent calls for one hash exactly one gets `.redeemed`; the others revoke what it issued. With `sid`
    /// that session must be alive: one that ends meanwhile either ends first, or with what this call issued.
    func redeem(
        _ hash: TokenHash, issuing family: RefreshTokenFamily?, during sid: String?, at now: Timestamp, recording event: LogEvent
    ) async throws -> Redemption
    /// Revokes what the first use of the code issued, and deletes the consent (contract 7.2, RFC 9700 2.1.1).
    func revokeIssued(by hash: TokenHash, at now: Timestamp, recording event: LogEvent) async throws
}

extension AuthorizationCodeStore {
    /// Redeems whatever became of the session.
    package func redeem(
        _ hash: TokenHash, issuing family: RefreshTokenFamily?, at now: Timestamp, recording event: LogEvent
    ) async throws -> Redemption {
        try await redeem(hash, issuing: family, during: nil, at: now, recording: event)
    }
}

package enum RefreshTokenLimits {
    /// Contract 8.1 row 11.
    package static let perUserAndClient = 200
}

/// One exchange of a refresh token, to be carried out if the family still is as it was read.
package struct RefreshTokenUse: Sendable {
    package var id: RefreshTokenFamilyID
    /// The generation that the family had when it was read; the change happens only if it still has it.
    package var expectedGeneration: Int64
    /// Add one to the generation and set `rotatedAt`.
    package var advancesGeneration: Bool
    /// What `isRotating` becomes.
    package var isRotating: Bool
    package var idleExpiresAt: Timestamp?
    package var absoluteExpiresAt: Timestamp?
    /// Delete the other non-rotating families of the same user, client and audience (contract 8.6 row 5).
    package var deletesOtherNonRotating: Bool
    package var now: Timestamp

    package init(id: RefreshTokenFamilyID, expectedGeneration: Int64, advancesGeneration: Bool, isRotating: Bool, now: Timestamp) {
        (self.id, self.expectedGeneration, self.now) = (id, expectedGeneration, now)
        (self.advancesGeneration, self.isRotating) = (advancesGeneration, isRotating)
        deletesOtherNonRotating = false
    }
}

/// Whatever revokes or deletes a family before its time also ends, in the same transaction, what was made from it by session
/// transfer tokens: the sessions that name it in `transfer`, with their access tokens, and the refresh tokens whose grant names
/// it. A family whose grant names a revoked one is stored as revoked.
package protocol RefreshTokenStore: Sendable {
    /// Inserts a family that no code issued (password grants), evicting beyond the cap, recording `event`; one transaction.
    func insert(_ family: RefreshTokenFamily, recording event: LogEvent) async throws
    func find(_ id: RefreshTokenFamilyID) async throws -> RefreshTokenFamily?
    /// The family and its user (nil when deleted or blocked state must be judged) in one read.
    func findWithUser(_ id: RefreshTokenFamilyID) async throws -> (family: RefreshTokenFamily, user: User?)?
    /// Carries out the use in one conditional statement and records `event` in the same transaction. False, changing
    /// nothing, when the generation differs or the family is revoked, expired (`<= now`) or gone.
    func use(_ use: RefreshTokenUse, recording event: LogEvent) async throws -> Bool
    /// Revokes the family and deletes the consent that it rests on, in one transaction with the event. Idempotent: false
    /// when it was revoked before.
    func revokeForReuse(_ id: RefreshTokenFamilyID, at now: Timestamp, recording event: LogEvent) async throws -> Bool
    /// Revokes one family. False when it was revoked before or is gone.
    func revoke(_ id: RefreshTokenFamilyID, at now: Timestamp, recording event: LogEvent) async throws -> Bool
    /// Revokes all families of the same user, client and audience, and deletes the consent (contract 11, flag on).
    func revokeGrant(of id: RefreshTokenFamilyID, at now: Timestamp, recording event: LogEvent) async throws -> Bool
    /// Families of a user and client that are neither revoked nor expired at `now`, oldest first.
    func active(userID: String, clientID: String, at now: Timestamp) async throws -> [RefreshTokenFamily]
}

package protocol TicketStore: Sendable {
    func insert(_ ticket: Ticket) async throws
    func find(_ hash: TokenHash, at now: Timestamp) async throws -> Ticket?
    /// Marks it used. Of any number of concurrent calls exactly one gets the ticket; nil when used, expired or missing.
    func consume(_ hash: TokenHash, at now: Timestamp) async throws -> Ticket?
}

package import OAuthProtocol

/// Values that count once: `jti` of assertions, proofs and request objects. Shared by all nodes.
package protocol ReplayStore: Sendable {
    /// Claims the key until `expiresAt`. Of any number of concurrent calls on any number of nodes exactly one gets true. An
    /// expired claim may be claimed again. `key` is opaque; rows hold its hash.
    func claim(_ key: String, until expiresAt: Timestamp, at now: Timestamp) async throws -> Bool
}

package protocol PushedRequestStore: Sendable {
    func insert(_ request: PushedRequest) async throws
    /// The request, used or not, expired or not.
    func find(_ hash: TokenHash) async throws -> PushedRequest?
    /// Marks it used. Exactly one of any number of calls gets true.
    func consume(_ hash: TokenHash, at now: Timestamp) async throws -> Bool
}

/// What a poll finds. Each poll is one conditional statement, so that two polls at once cannot both redeem.
package enum DeferredPoll: Sendable, Equatable {
    case missing
    case pending
    /// Polled before the interval was over; the interval, as it is from now on, is longer by `slowDown`.
    case tooFast(interval: Lifetime)
    case denied
    /// Expired undecided, and this is the first poll to hear so.
    case expired
    /// Expired and told so before, or redeemed before.
    case spent
    case approved(DeferredAuthorization)

    /// By how much a poll that was too fast makes the interval longer (RFC 8628 section 3.5).
    package static let slowDown: Lifetime = 5
}

package protocol DeferredAuthorizationStore: Sendable {
    /// Throws `StoreConflict("user_code")` when a live authorization has that user code.
    func insert(_ authorization: DeferredAuthorization) async throws
    /// The same for a backchannel request, unless `limit` of them wait for its user already at its creation: false then, and
    /// nothing is inserted. Of any number of concurrent calls no more succeed than there is room for.
    func insert(_ authorization: DeferredAuthorization, ifFewerWaitThan limit: Int) async throws -> Bool
    func find(_ hash: TokenHash) async throws -> DeferredAuthorization?
    /// The authorization of a user code (or approval link) that is still undecided and not expired.
    func find(kind: DeferredAuthorization.Kind, userCodeHash: TokenHash, at now: Timestamp) async throws -> DeferredAuthorization?
    /// `pending` becomes `approved` with what was granted. False when it was decided or has expired. The event and, when given,
    /// the delivery of a ping are stored in the same transaction.
    func approve(
        _ hash: TokenHash, granting access: GrantedAccess, at now: Timestamp, recording event: LogEvent, delivering: Delivery?
    ) async throws -> Bool
    func deny(_ hash: TokenHash, at now: Timestamp, recording event: LogEvent, delivering: Delivery?) async throws -> Bool
    /// One poll by the client that holds the code; notes its time. Another client's poll must not get here.
    func poll(_ hash: TokenHash, at now: Timestamp) async throws -> DeferredPoll
    /// `approved` becomes `redeemed`, and the refresh-token family (evicting beyond the cap) and event are stored in the same
    /// transaction. Exactly one of any number of calls gets true. With `sid` that session must be alive, as for a code.
    func redeem(
        _ hash: TokenHash, issuing family: RefreshTokenFamily?, during sid: String?, at now: Timestamp, recording event: LogEvent
    ) async throws -> Bool
}

extension DeferredAuthorizationStore {
    /// Redeems whatever became of the session.
    package func redeem(
        _ hash: TokenHash, issuing family: RefreshTokenFamily?, at now: Timestamp, recording event: LogEvent
    ) async throws -> Bool {
        try await redeem(hash, issuing: family, during: nil, at: now, recording: event)
    }
}

package import OAuthProtocol

/// What an attempt counter answers.
package enum AttemptDecision: Sendable, Equatable {
    case allowed(remaining: Int)
    /// Nothing was taken. A token is back after `retryAfter`.
    case refused(retryAfter: Lifetime)
}

/// Token buckets shared by all nodes, one per key. Keys are opaque; rows hold their hash.
package protocol AttemptStore: Sendable {
    /// Takes `count` tokens, or none, in one statement, so that concurrent guesses cannot pass together.
    func take(_ key: String, count: Int, from bucket: Bucket, at now: Timestamp) async throws -> AttemptDecision
    /// Puts back one token that `take` took: the attempt turned out not to be a guess. Never more than the capacity.
    func giveBack(_ key: String, to bucket: Bucket) async throws
    /// Fills the buckets again: the guess was right.
    func reset(_ keys: [String]) async throws
}

extension AttemptStore {
    /// Takes one token.
    package func take(_ key: String, from bucket: Bucket, at now: Timestamp) async throws -> AttemptDecision {
        try await take(key, count: 1, from: bucket, at: now)
    }
}

package protocol LogStore: Sendable {
    func record(_ event: LogEvent) async throws
    /// Records newer than the id, oldest first; from the beginning when `nil`.
    func list(after id: String?, limit: Int) async throws -> [LogRecord]
    /// The newest records, newest first.
    func latest(limit: Int) async throws -> [LogRecord]
}

/// Messages to clients, sent from the background by whichever node takes them.
package protocol DeliveryStore: Sendable {
    func insert(_ deliveries: [Delivery]) async throws
    /// Of at most `limit` deliveries due at `now`, those that this call got: each is leased to one caller until `leaseEnd`.
    func lease(limit: Int, until leaseEnd: Timestamp, at now: Timestamp) async throws -> [Delivery]
    /// The earliest `nextAttemptAt` of what is due.
    func nextDue() async throws -> Timestamp?
    func markDelivered(_ id: String, recording event: LogEvent?) async throws
    /// Counts the attempt. Without a time for the next one it has failed for good, and the event says so.
    func markFailed(_ id: String, error: String, nextAttemptAt: Timestamp?, recording event: LogEvent?) async throws
    /// Newest first: what was delivered and what was not.
    func list(limit: Int) async throws -> [Delivery]
}

/// Access tokens that were revoked before they expired.
package protocol RevocationStore: Sendable {
    /// Idempotent; the later expiry wins. A user's key stays as long as a token of its instant may live, whatever `expiresAt` says.
    func revoke(_ keys: [RevocationKey], until expiresAt: Timestamp, at now: Timestamp) async throws
    /// Whether any of the keys was revoked. Costs no query while nothing is revoked; what another node revoked counts from the
    /// moment that it is notified of it, and two seconds later at the latest.
    func isRevoked(anyOf keys: [RevocationKey], at now: Timestamp) async throws -> Bool
}

/// Random secrets of the tenant that must never change, such as the salt of pairwise subjects. Sealed at rest.
package protocol TenantSecretStore: Sendable {
    /// The secret of that name; of any number of concurrent first calls one wins and all get its value.
    func secret(_ name: String, orInsert candidate: SecretBytes) async throws -> SecretBytes
}

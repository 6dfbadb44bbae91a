package import OAuthProtocol

/// What an attempt counter answers.
package enum AttemptDecision: Sendable, Equatable {
    case allowed(remaining: Int)
    /// Nothing was taken. A token is back after `retryAfter`.
    case refused(retryAfter: Lifetime)
}

/// Token buckets shared by all nodes, one per key. Keys are opaque; rows hold their hash.
package protocol AttemptStore: Sendable {
    /// Takes one token in one statement, so that concurrent guesses cannot pass together.
    func take(_ key: String, from bucket: Bucket, at now: Timestamp) async throws -> AttemptDecision
    /// Puts back one token that `take` took: the attempt turned out not to be a guess. Never more than the capacity.
    func giveBack(_ key: String, to bucket: Bucket) async throws
    /// Fills the buckets again: the guess was right.
    func reset(_ keys: [String]) async throws
}

package protocol LogStore: Sendable {
    func record(_ event: LogEvent) async throws
    /// Records newer than the id, oldest first; from the beginning when `nil`.
    func list(after id: String?, limit: Int) async throws -> [LogRecord]
    /// The newest records, newest first.
    func latest(limit: Int) async throws -> [LogRecord]
}

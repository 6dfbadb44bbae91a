package import AuthorizationServer
package import OAuthProtocol
package import Storage
import Synchronization

/// Counts requests against buckets that all nodes share (contract 1.5).
///
/// A node takes tokens from the shared bucket a hundredth of its capacity at a time and spends them from memory, so that a request
/// seldom costs a write; together the nodes never hand out more than the bucket has. The tokens that a node holds are forgotten
/// after `lifetime`, so that what came back meanwhile is exceeded by no more than comes back in that time.
package final class RateLimiter: Sendable {
    /// What a request is told.
    package struct Verdict: Sendable, Equatable {
        package var isAllowed: Bool
        package var state: LimitState
        /// Whole seconds, for a request that is refused.
        package var retryAfter: Lifetime?

        fileprivate init(_ bucket: Bucket, after decision: AttemptDecision, at now: Timestamp) {
            state = LimitState(of: bucket, after: decision, at: now)
            switch decision {
            case .allowed: (isAllowed, retryAfter) = (true, nil)
            case .refused(let wait): (isAllowed, retryAfter) = (false, wait)
            }
        }
    }

    /// Tokens that were taken and not spent.
    private struct Lease {
        var tokens: Int
        /// What the shared bucket had left when these were taken.
        var behind: Int
        var takenAt: Timestamp
    }

    /// How many keys' tokens are held in memory.
    package static let standardCapacity = 10_000
    /// How long tokens are held.
    package static let lifetime: Lifetime = 10

    private let capacity: Int
    private let leases = Mutex<[String: Lease]>([:])

    package init(capacity: Int = RateLimiter.standardCapacity) { self.capacity = capacity }

    /// The keys whose tokens are held at present.
    package var leaseCount: Int { leases.withLock { $0.count } }

    /// Takes one token. Throws what the store throws.
    package func take(_ key: String, from bucket: Bucket, in store: any AttemptStore, at now: Timestamp) async throws -> Verdict {
        if let remaining = spend(key, at: now) { return Verdict(bucket, after: .allowed(remaining: remaining), at: now) }
        let count = max(1, bucket.capacity / 100)
        switch try await store.take(key, count: count, from: bucket, at: now) {
        case .allowed(let behind):
            if count > 1 { keep(key, Lease(tokens: count - 1, behind: behind, takenAt: now)) }
            return Verdict(bucket, after: .allowed(remaining: behind + count - 1), at: now)
        case .refused where count > 1:
            // Other requests of this moment may have brought a share meanwhile.
            if let remaining = spend(key, at: now) { return Verdict(bucket, after: .allowed(remaining: remaining), at: now) }
            // Less than a whole share is left: one by one until that is gone too.
            return Verdict(bucket, after: try await store.take(key, count: 1, from: bucket, at: now), at: now)
        case .refused(let wait):
            return Verdict(bucket, after: .refused(retryAfter: wait), at: now)
        }
    }

    /// Puts back the token of a verdict that was given at `takenAt`: for this node to spend, as long as it would have held it.
    package func giveBack(_ key: String, _ verdict: Verdict, takenAt: Timestamp) {
        guard verdict.isAllowed else { return }
        keep(key, Lease(tokens: 1, behind: verdict.state.remaining, takenAt: takenAt))
    }

    private func spend(_ key: String, at now: Timestamp) -> Int? {
        leases.withLock { leases in
            guard var lease = leases[key], lease.takenAt + Self.lifetime > now, lease.tokens > 0 else { return nil }
            lease.tokens -= 1
            leases[key] = lease.tokens > 0 ? lease : nil
            return lease.tokens + lease.behind
        }
    }

    /// Adds to what other requests brought lately; the older of both decides how long all are held.
    private func keep(_ key: String, _ lease: Lease) {
        leases.withLock { leases in
            var kept = lease
            if let known = leases[key], known.takenAt + Self.lifetime > lease.takenAt {
                kept.tokens += known.tokens
                (kept.takenAt, kept.behind) = (min(known.takenAt, lease.takenAt), min(known.behind, lease.behind))
            }
            Self.insert(key, kept, &leases, capacity)
        }
    }

    /// What does not fit is forgotten: those who took it have fewer tokens for a while, and nobody more.
    private static func insert(_ key: String, _ lease: Lease, _ leases: inout [String: Lease], _ capacity: Int) {
        if leases.count >= capacity, leases[key] == nil {
            leases = leases.filter { $0.value.takenAt + lifetime > lease.takenAt }
            if leases.count >= capacity { leases = [:] }
        }
        leases[key] = lease
    }
}

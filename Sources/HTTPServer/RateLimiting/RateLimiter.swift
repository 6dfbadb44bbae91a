import OAuthProtocol
import Storage
import Synchronization

/// Counts requests against buckets that all nodes share (contract 1.5).
///
/// A node takes tokens from the shared bucket a hundredth of its capacity at a time and spends them from memory, so that a request
/// seldom costs a write; together the nodes never hand out more than the bucket has.
final class RateLimiter: Sendable {
    /// What a request is told.
    struct Verdict: Sendable, Equatable {
        var isAllowed: Bool
        var limit: Int
        var remaining: Int
        /// When the next token is back, in seconds since the epoch.
        var reset: Int64
        /// Whole seconds, for a request that is refused.
        var retryAfter: Lifetime?
    }

    private struct Lease {
        var tokens: Int
        /// What the shared bucket had left when these were taken.
        var behind: Int
        var takenAt: Timestamp
    }

    private static let capacity = 20_000
    /// Tokens that were not spent by then have come back to the shared bucket already.
    private static let lifetime: Lifetime = 10
    private let leases = Mutex<[String: Lease]>([:])

    init() {}

    func take(_ key: String, from bucket: Bucket, in store: any AttemptStore, at now: Timestamp) async throws -> Verdict {
        if let remaining = spend(key, at: now) { return verdict(bucket, remaining: remaining, at: now) }
        let count = max(1, bucket.capacity / 100)
        switch try await store.take(key, count: count, from: bucket, at: now) {
        case .allowed(let behind):
            keep(key, Lease(tokens: count - 1, behind: behind, takenAt: now))
            return verdict(bucket, remaining: behind + count - 1, at: now)
        case .refused where count > 1:
            // Other requests of this moment may have brought a share meanwhile.
            if let remaining = spend(key, at: now) { return verdict(bucket, remaining: remaining, at: now) }
            // Less than a whole share is left: one by one until that is gone too.
            return verdict(bucket, after: try await store.take(key, count: 1, from: bucket, at: now), at: now)
        case .refused(let wait):
            return verdict(bucket, after: .refused(retryAfter: wait), at: now)
        }
    }

    private func spend(_ key: String, at now: Timestamp) -> Int? {
        leases.withLock { leases in
            guard var lease = leases[key], lease.tokens > 0, lease.takenAt + Self.lifetime > now else { return nil }
            lease.tokens -= 1
            leases[key] = lease
            return lease.tokens + lease.behind
        }
    }

    private func keep(_ key: String, _ lease: Lease) {
        leases.withLock { leases in
            if leases.count >= Self.capacity {
                let limit = lease.takenAt - Self.lifetime
                leases = leases.filter { $0.value.takenAt > limit && $0.value.tokens > 0 }
                if leases.count >= Self.capacity { leases = [:] }
            }
            var kept = lease
            if let known = leases[key], known.takenAt + Self.lifetime > lease.takenAt { kept.tokens += known.tokens }
            leases[key] = kept
        }
    }

    private func verdict(_ bucket: Bucket, after decision: AttemptDecision, at now: Timestamp) -> Verdict {
        switch decision {
        case .allowed(let remaining): return verdict(bucket, remaining: remaining, at: now)
        case .refused(let wait):
            return Verdict(
                isAllowed: false, limit: bucket.capacity, remaining: 0, reset: now.seconds + wait.seconds, retryAfter: wait)
        }
    }

    private func verdict(_ bucket: Bucket, remaining: Int, at now: Timestamp) -> Verdict {
        Verdict(
            isAllowed: true, limit: bucket.capacity, remaining: max(0, remaining),
            reset: now.seconds + max(1, bucket.milliseconds(for: 1) / 1000), retryAfter: nil)
    }
}

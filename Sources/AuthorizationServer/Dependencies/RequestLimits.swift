package import OAuthProtocol
package import Storage
import Synchronization

/// What is left of a limit that a request was counted against (contract 1.5).
package struct LimitState: Sendable, Equatable {
    /// The capacity of the bucket.
    package var limit: Int
    package var remaining: Int
    /// When the next token is back, in seconds since the epoch.
    package var reset: Int64

    package init(limit: Int, remaining: Int, reset: Int64) {
        (self.limit, self.remaining, self.reset) = (limit, max(0, remaining), reset)
    }

    package init(of bucket: Bucket, after decision: AttemptDecision, at now: Timestamp) {
        switch decision {
        case .allowed(let remaining):
            let wait = max(1, bucket.milliseconds(for: 1) / 1000)
            self.init(limit: bucket.capacity, remaining: remaining, reset: now.seconds + wait)
        case .refused(let wait):
            self.init(limit: bucket.capacity, remaining: 0, reset: now.seconds + wait.seconds)
        }
    }
}

/// The limits that a request was counted against, by whoever counted it. Its answer tells of the one with least left, and of
/// several such of the one that lasts longest.
package final class RequestLimits: Sendable {
    private let noted = Mutex<LimitState?>(nil)

    package init() {}

    package func note(_ state: LimitState) {
        noted.withLock { noted in
            guard let known = noted else { return noted = state }
            if (state.remaining, known.reset) < (known.remaining, state.reset) { noted = state }
        }
    }

    /// `nil` when the request was not counted.
    package var least: LimitState? { noted.withLock { $0 } }
}

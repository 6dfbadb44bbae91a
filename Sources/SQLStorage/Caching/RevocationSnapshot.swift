import OAuthProtocol
import Storage
import Synchronization

/// A tenant's revocations of access tokens in memory: hashes of their keys with their expiry.
///
/// What this process revokes is added right after the commit. What another process revoked is there once the driver heard
/// of it (`markStale`), or at the latest `freshness` after it was committed. Of more than `limit` revocations none is kept:
/// then every question is a query, and `recount` later it is seen whether they fit again.
final class RevocationSnapshot: Sendable {
    /// What a question has to do.
    enum Condition: Equatable {
        /// Nothing is revoked.
        case empty
        case filled
        /// The database must be read, and the result passed to `fill` with this age.
        case stale(age: UInt64)
        case overfull
    }

    private struct State {
        var expiries: [TokenHash: Timestamp] = [:]
        var isOverfull = false
        /// When the last look at the database began; nil when another one is needed at once.
        var readAt: ContinuousClock.Instant?
        /// When somebody last went to look early, while the others still rest on what there is.
        var refreshBegan: ContinuousClock.Instant?
        /// Counts what makes a look that is under way worthless.
        var age: UInt64 = 0
    }

    private let state = Mutex(State())
    let limit: Int
    private let freshness: Duration
    private let recount: Duration

    init(limit: Int = 10_000, freshness: Duration = .seconds(2), recount: Duration = .seconds(30)) {
        (self.limit, self.freshness, self.recount) = (limit, freshness, recount)
    }

    /// After half the freshness one caller looks again, so that the others need not wait for the database together.
    func condition() -> Condition {
        let now = ContinuousClock.now
        return state.withLock { state in
            guard let readAt = state.readAt, now - readAt < (state.isOverfull ? recount : freshness) else {
                return .stale(age: state.age)
            }
            if state.isOverfull { return .overfull }
            if now - readAt >= freshness / 2, state.refreshBegan.map({ now - $0 >= freshness / 2 }) ?? true {
                state.refreshBegan = now
                return .stale(age: state.age)
            }
            return state.expiries.isEmpty ? .empty : .filled
        }
    }

    func answers(anyOf questions: [RevocationQuestion]) -> Bool {
        state.withLock { state in questions.contains { question in state.expiries[question.hash].map { $0 > question.end } ?? false } }
    }

    /// Takes over what a look that began at `readAt` and `age` found. What was added meanwhile stays.
    func fill(_ found: [TokenHash: Timestamp], readAt: ContinuousClock.Instant, age: UInt64, at now: Timestamp) {
        state.withLock { state in
            guard state.age == age else { return }
            state.readAt = readAt
            state.isOverfull = found.count > limit
            guard !state.isOverfull else { return state.expiries = [:] }
            state.expiries = state.expiries.filter { $0.value > now }.merging(found, uniquingKeysWith: max)
        }
    }

    /// Adds what this process committed.
    func add(_ revoked: [TokenHash: Timestamp]) {
        state.withLock { state in
            guard !state.isOverfull else { return }
            state.expiries.merge(revoked, uniquingKeysWith: max)
            if state.expiries.count > limit { (state.expiries, state.isOverfull) = ([:], true) }
        }
    }

    /// Another process revoked something: the next question looks.
    func markStale() {
        state.withLock { state in
            state.age &+= 1
            if !state.isOverfull { state.readAt = nil }
        }
    }

    /// Forgets everything.
    func forget() {
        state.withLock { state in state = State(age: state.age &+ 1) }
    }
}

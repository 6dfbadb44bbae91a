import AuthorizationServer
import HTTPServer
import OAuthProtocol
import Storage
import Synchronization
import TestSupport
import Testing

/// Buckets that several nodes share (contract 1.5).
@Suite struct RateLimiterTests {
    private static let start = Timestamp(seconds: 1_760_000_000)
    /// Shares of ten.
    private static let large = Bucket(capacity: 1000, refillInterval: 60)
    /// Shares of one.
    private static let small = Bucket(capacity: 5, refillInterval: 60)

    /// Two nodes over one database.
    private func withNodes(_ backend: Backend, _ body: ([Node]) async throws -> Void) async throws {
        try await backend.withFreshDatabase { database in
            let first: any StorageEngine = try await database.open()
            _ = try await first.migrate()
            // What is in memory cannot be opened twice: there both limiters share the engine.
            let second: any StorageEngine = backend == .sqliteMemory ? first : try await database.open()
            try await body([first, second].map { Node(limiter: RateLimiter(), store: $0.stores(for: .default).attempts) })
            if backend != .sqliteMemory { try await second.close() }
            try await first.close()
        }
    }

    private struct Node: Sendable {
        let limiter: RateLimiter
        let store: any AttemptStore

        func take(_ bucket: Bucket, _ key: String = "key", after seconds: Int64 = 0) async throws -> RateLimiter.Verdict {
            try await limiter.take(key, from: bucket, in: store, at: RateLimiterTests.start + Lifetime(seconds: seconds))
        }

        /// How many of so many are allowed.
        func allowed(of count: Int, _ bucket: Bucket, after seconds: Int64 = 0) async throws -> Int {
            var allowed = 0
            for _ in 0..<count where try await take(bucket, after: seconds).isAllowed { allowed += 1 }
            return allowed
        }
    }

    @Test("two nodes together allow the capacity and not one more", arguments: Backend.available, [1, 5, 100, 250, 1000])
    func together(_ backend: Backend, capacity: Int) async throws {
        try await withNodes(backend) { nodes in
            let bucket = Bucket(capacity: capacity, refillInterval: 60)
            var allowed = 0
            for number in 0..<(capacity + 300) where try await nodes[number % 2].take(bucket).isAllowed { allowed += 1 }
            #expect(allowed == capacity)
            for node in nodes { #expect(try await !node.take(bucket).isAllowed) }
        }
    }

    @Test("a node that takes all leaves what the other holds, and the other spends it", arguments: Backend.available)
    func shares(_ backend: Backend) async throws {
        try await withNodes(backend) { (nodes: [Node]) async throws in
            #expect(try await nodes[0].allowed(of: 1, Self.large) == 1, "takes a share of ten, spends one")
            #expect(try await nodes[1].allowed(of: 1200, Self.large) == 990)
            #expect(try await nodes[0].allowed(of: 20, Self.large) == 9)
            #expect(try await nodes[1].allowed(of: 20, Self.large) == 0)
        }
    }

    @Test("a share is one write, and single tokens are taken once less than a share is left")
    func writes() async throws {
        let counted = CountingAttempts()
        let node = Node(limiter: RateLimiter(), store: counted)
        let shared = Bucket(capacity: 200, refillInterval: 60)
        #expect(try await node.allowed(of: 200, shared) == 200)
        #expect(counted.calls == Array(repeating: 2, count: 100))
        #expect(try await !node.take(shared).isAllowed)
        #expect(counted.calls.suffix(2) == [2, 1], "a share first, then one")
    }

    @Test("the answer counts down and tells when there is more", arguments: Backend.available)
    func verdicts(_ backend: Backend) async throws {
        try await withNodes(backend) { nodes in
            for left in (0..<5).reversed() {
                let verdict = try await nodes[left % 2].take(Self.small)
                #expect(verdict.isAllowed && verdict.retryAfter == nil)
                #expect(verdict.state == LimitState(limit: 5, remaining: left, reset: Self.start.seconds + 60))
            }
            for (seconds, wait) in [(0, 60), (1, 59), (59, 1)] as [(Int64, Int64)] {
                let refused = try await nodes[0].take(Self.small, after: seconds)
                #expect(!refused.isAllowed && refused.retryAfter == Lifetime(seconds: wait))
                #expect(refused.state == LimitState(limit: 5, remaining: 0, reset: Self.start.seconds + 60))
            }
        }
    }

    @Test("a share counts down as well", arguments: Backend.available)
    func shareVerdicts(_ backend: Backend) async throws {
        try await withNodes(backend) { nodes in
            let remaining = try await (0..<25).asyncMap { _ in try await nodes[0].take(Self.large).state.remaining }
            #expect(remaining == (0..<25).map { 999 - $0 })
        }
    }

    @Test("tokens come back by the clock that is given, one an interval, never more than the capacity", arguments: Backend.available)
    func refill(_ backend: Backend) async throws {
        try await withNodes(backend) { (nodes: [Node]) async throws in
            #expect(try await nodes[0].allowed(of: 9, Self.small) == 5)
            #expect(try await nodes[1].allowed(of: 9, Self.small, after: 59) == 0)
            #expect(try await nodes[1].allowed(of: 9, Self.small, after: 60) == 1)
            #expect(try await nodes[0].allowed(of: 9, Self.small, after: 60) == 0)
            #expect(try await nodes[0].allowed(of: 9, Self.small, after: 180) == 2)
            #expect(try await nodes[1].allowed(of: 99, Self.small, after: 100_000) == 5)
        }
    }

    @Test("what a node did not spend in time is gone for it, and back for all", arguments: Backend.available)
    func leaseLifetime(_ backend: Backend) async throws {
        try await withNodes(backend) { (nodes: [Node]) async throws in
            let bucket = Bucket(capacity: 1000, refillInterval: 1, refillAmount: 1000)
            #expect(try await nodes[0].allowed(of: 1, bucket) == 1)
            #expect(try await nodes[1].allowed(of: 1200, bucket, after: 10) == 1000, "ten seconds later the bucket is full again")
            #expect(try await nodes[0].allowed(of: 20, bucket, after: 10) == 0, "and nine old tokens do not come on top")
        }
    }

    @Test("a clock that steps back gives nothing away", arguments: Backend.available)
    func backwards(_ backend: Backend) async throws {
        try await withNodes(backend) { (nodes: [Node]) async throws in
            #expect(try await nodes[0].allowed(of: 9, Self.small, after: 600) == 5)
            #expect(try await nodes[1].allowed(of: 9, Self.small) == 0)
            #expect(try await nodes[0].allowed(of: 9, Self.small, after: 600) == 0)
        }
    }

    @Test("keys do not share, and a bucket of nothing refuses all")
    func keys() async throws {
        try await withNodes(.sqliteMemory) { nodes in
            for key in ["a", "b", "A", ""] {
                for _ in 0..<5 { #expect(try await nodes[0].take(Self.small, key).isAllowed) }
                #expect(try await !nodes[1].take(Self.small, key).isAllowed)
            }
            let none = try await nodes[0].take(Bucket(capacity: 0, refillInterval: 60), "none")
            #expect(!none.isAllowed && none.retryAfter == 60 && none.state.limit == 0)
        }
    }

    @Test("of many takes at once on both nodes no more than the capacity are allowed, and none is lost", arguments: Backend.available)
    func concurrent(_ backend: Backend) async throws {
        try await withNodes(backend) { nodes in
            for bucket in [Bucket(capacity: 20, refillInterval: 3600), Bucket(capacity: 400, refillInterval: 3600)] {
                let key = "\(bucket.capacity)"
                let allowed = try await withThrowingTaskGroup(of: Bool.self) { group in
                    for number in 0..<600 {
                        group.addTask { try await nodes[number % 2].take(bucket, key).isAllowed }
                    }
                    return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
                }
                // Some may be held when a request is refused; they are spent by the next ones.
                var rest = 0
                for node in nodes {
                    for _ in 0..<bucket.capacity where try await node.take(bucket, key).isAllowed { rest += 1 }
                }
                #expect(allowed <= bucket.capacity && allowed + rest == bucket.capacity)
            }
        }
    }

    @Test("when the store cannot count the limiter says so, and holds nothing")
    func failing() async throws {
        let limiter = RateLimiter()
        await #expect(throws: CountingAttempts.Unavailable.self) {
            try await limiter.take("key", from: Self.large, in: CountingAttempts(isAvailable: false), at: Self.start)
        }
        #expect(limiter.leaseCount == 0)
    }

    // MARK: Giving back

    @Test("what is given back is spent before anything is taken, and no more than was taken")
    func givesBack() async throws {
        let counted = CountingAttempts()
        let node = Node(limiter: RateLimiter(), store: counted)
        let bucket = Bucket(capacity: 50, refillInterval: 60)
        for _ in 0..<500 {
            let verdict = try await node.take(bucket)
            #expect(verdict.isAllowed)
            node.limiter.giveBack("key", verdict, takenAt: Self.start)
        }
        #expect(counted.calls.count == 1)
        #expect(try await node.allowed(of: 99, bucket) == 50)
        node.limiter.giveBack("key", try await node.take(bucket), takenAt: Self.start)
        #expect(try await !node.take(bucket).isAllowed, "a refusal took nothing")
    }

    @Test("what is given back too late is gone: it has come back already")
    func givesBackLate() async throws {
        let node = Node(limiter: RateLimiter(), store: CountingAttempts())
        let bucket = Bucket(capacity: 5, refillInterval: 1, refillAmount: 5)
        let verdict = try await node.take(bucket)
        #expect(try await node.allowed(of: 9, bucket, after: 10) == 5)
        node.limiter.giveBack("key", verdict, takenAt: Self.start)
        #expect(try await node.allowed(of: 9, bucket, after: 10) == 0)
    }

    // MARK: Memory

    @Test("a flood of keys is held in a bounded number, and each is still counted")
    func bounded() async throws {
        #expect(RateLimiter.standardCapacity == 10_000)
        let node = Node(limiter: RateLimiter(), store: CountingAttempts())
        var most = 0
        for number in 0..<10_500 {
            #expect(try await node.take(Self.large, "key\(number)").isAllowed)
            most = max(most, node.limiter.leaseCount)
        }
        #expect(most == 10_000)
    }

    @Test("a full memory forgets what is too old first, and then all: nobody gains by it", arguments: Backend.available)
    func forgetting(_ backend: Backend) async throws {
        try await withNodes(backend) { nodes in
            let node = Node(limiter: RateLimiter(capacity: 3), store: nodes[0].store)
            for key in ["old1", "old2"] { _ = try await node.take(Self.large, key) }
            _ = try await node.take(Self.large, "new", after: 9)
            _ = try await node.take(Self.large, "newer", after: 10)
            #expect(node.limiter.leaseCount == 2, "the old ones made room")
            for key in ["a", "b"] { _ = try await node.take(Self.large, key, after: 10) }
            #expect(node.limiter.leaseCount == 1, "there was nothing old")
            var allowed = 0
            for _ in 0..<1200 where try await node.take(Self.large, "new", after: 10).isAllowed { allowed += 1 }
            #expect(allowed == 990, "the share that was forgotten is spent")
        }
    }

    @Test("what is spent leaves nothing behind")
    func spent() async throws {
        let node = Node(limiter: RateLimiter(), store: CountingAttempts())
        _ = try await node.take(Self.small)
        #expect(node.limiter.leaseCount == 0, "a share of one")
        for _ in 0..<10 { _ = try await node.take(Self.large) }
        #expect(node.limiter.leaseCount == 0)
    }
}

extension Range<Int> {
    fileprivate func asyncMap<Result>(_ transform: (Int) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for number in self { results.append(try await transform(number)) }
        return results
    }
}

/// Buckets in memory that tell how they were asked.
private final class CountingAttempts: AttemptStore {
    struct Unavailable: Error {}

    private struct State {
        var fullAt: [String: Int64] = [:]
        var calls: [Int] = []
    }

    private let state = Mutex(State())
    private let isAvailable: Bool

    init(isAvailable: Bool = true) { self.isAvailable = isAvailable }

    /// How many tokens each call asked for.
    var calls: [Int] { state.withLock { $0.calls } }

    func take(_ key: String, count: Int, from bucket: Bucket, at now: Timestamp) async throws -> AttemptDecision {
        guard isAvailable else { throw Unavailable() }
        return state.withLock { state in
            state.calls.append(count)
            let fullAt = max(state.fullAt[key] ?? 0, now.milliseconds) + bucket.milliseconds(for: count)
            let missing = fullAt - now.milliseconds
            let span = bucket.milliseconds(for: bucket.capacity)
            guard missing <= span else { return .refused(retryAfter: Lifetime(seconds: (missing - span + 999) / 1000)) }
            state.fullAt[key] = fullAt
            return .allowed(remaining: bucket.tokens(in: span - missing))
        }
    }

    func giveBack(_ key: String, to bucket: Bucket) async throws {}
    func reset(_ keys: [String]) async throws {}
}

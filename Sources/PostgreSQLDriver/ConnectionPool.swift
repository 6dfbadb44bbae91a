import Dispatch
import SQLStorage
import Storage
import Synchronization

/// A fixed number of threads, each with a connection of its own, and one queue in front of them: first come, first
/// served. Work that waits longer than the lease timeout is refused with `StorageUnavailable`.
final class ConnectionPool: Sendable {
    private struct Job {
        let deadline: ContinuousClock.Instant
        let run: @Sendable (PostgreSQLConnection) -> Void
        let refuse: @Sendable (any Error) -> Void
    }

    private struct State {
        var queue = JobQueue<Job>()
        /// Threads that have not ended.
        var threads = 0
        var isTimerSet = false
        var isClosed = false
        var closers: [CheckedContinuation<Void, Never>] = []
    }

    /// Beyond it work is refused at once.
    private static let queueLimit = 10_000

    private let state: Mutex<State>
    private let target: ConnectionTarget
    private let leaseTimeout: Duration
    /// Counts queued jobs and, at the end, one wake-up per thread. It may count more than there is to do.
    private let wakeUps = DispatchSemaphore(value: 0)

    init(target: ConnectionTarget, size: Int, leaseTimeout: Duration) {
        (self.target, self.leaseTimeout) = (target, leaseTimeout)
        state = Mutex(State())
        for _ in 0..<max(1, size) { startThread() }
    }

    /// Runs the closure on the next free connection.
    func perform<T: Sendable>(_ body: @escaping @Sendable (PostgreSQLConnection) throws -> T) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                deadline: .now + leaseTimeout,
                run: { connection in continuation.resume(with: Result { try body(connection) }) },
                refuse: { continuation.resume(throwing: $0) })
            if let reason = enqueue(job) { continuation.resume(throwing: StorageUnavailable(reason)) }
        }
    }

    /// Refuses further work and returns when what was accepted is done and the connections are closed.
    func close() async {
        await withCheckedContinuation { continuation in
            let threads = state.withLock { state in
                state.isClosed = true
                if state.threads > 0 { state.closers.append(continuation) }
                return state.threads
            }
            if threads == 0 { continuation.resume() }
            for _ in 0..<threads { wakeUps.signal() }
        }
    }

    /// The reason for which the job is refused, or nil.
    private func enqueue(_ job: Job) -> String? {
        let (reason, setsTimer): (String?, Bool) = state.withLock { state in
            if state.isClosed || state.threads == 0 { return ("the database is closed", false) }
            if state.queue.count >= ConnectionPool.queueLimit { return ("too many statements wait", false) }
            state.queue.append(job)
            defer { state.isTimerSet = true }
            return (nil, !state.isTimerSet)
        }
        if setsTimer { setTimer(leaseTimeout) }
        if reason == nil { wakeUps.signal() }
        return reason
    }

    private func startThread() {
        state.withLock { $0.threads += 1 }
        if !WorkerThread.start({ [self] in serve() }) { threadEnded() }
    }

    private func serve() {
        let connection = PostgreSQLConnection(target: target)
        while true {
            wakeUps.wait()
            let (job, isClosed) = state.withLock { ($0.queue.popFirst(), $0.isClosed) }
            if let job { job.run(connection) } else if isClosed { break }
        }
        connection.disconnect()
        threadEnded()
    }

    private func threadEnded() {
        let closers = state.withLock { state in
            state.threads -= 1
            guard state.threads == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.closers = [] }
            return state.closers
        }
        for closer in closers { closer.resume() }
    }
}

// The lease timeout: one timer while something waits.
extension ConnectionPool {
    private func setTimer(_ delay: Duration) {
        let nanoseconds = max(1_000_000, Int(delay / .nanoseconds(1)))
        DispatchQueue.global().asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { [weak self] in self?.refuseLate() }
    }

    private func refuseLate() {
        let now = ContinuousClock.now
        let (late, next) = state.withLock { state in
            var late: [Job] = []
            while let job = state.queue.first, job.deadline <= now {
                late.append(job)
                _ = state.queue.popFirst()
            }
            let next = state.queue.first.map { $0.deadline - now }
            state.isTimerSet = next != nil
            return (late, next)
        }
        if let next { setTimer(next) }
        for job in late { job.refuse(StorageUnavailable("no connection became free in time")) }
    }
}

/// First in, first out.
struct JobQueue<Element> {
    private var elements: [Element?] = []
    private var head = 0

    var count: Int { elements.count - head }
    var first: Element? { head < elements.count ? elements[head] : nil }

    mutating func append(_ element: Element) { elements.append(element) }

    mutating func popFirst() -> Element? {
        guard head < elements.count else { return nil }
        let element = elements[head]
        elements[head] = nil
        head += 1
        if head == elements.count {
            elements.removeAll(keepingCapacity: true)
            head = 0
        } else if head > 1024, head * 2 > elements.count {
            elements.removeFirst(head)
            head = 0
        }
        return element
    }
}

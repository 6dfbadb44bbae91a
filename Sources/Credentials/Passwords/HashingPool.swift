import NIOPosix
import OAuthProtocol
import Synchronization

/// Threads for work that costs tens of milliseconds and megabytes, with a limit on how many calls may wait.
final class HashingPool: Sendable {
    private let threads: NIOThreadPool
    private let limit: Int
    private let admitted = Mutex(0)

    /// At most `threads` calls run and `queueLimit` more wait.
    init(threads: Int, queueLimit: Int) {
        self.threads = NIOThreadPool(numberOfThreads: threads)
        limit = threads + queueLimit
        self.threads.start()
    }

    /// Calls that run or wait.
    var load: Int { admitted.withLock { $0 } }

    /// Runs the work on a thread of the pool. Throws `OAuthError(.tooManyRequests)` at once when the queue is full.
    /// A cancelled caller that still waits leaves the queue.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try admit()
        defer { admitted.withLock { $0 -= 1 } }
        return try await threads.runIfActive(work)
    }

    func shutDown() async throws { try await threads.shutdownGracefully() }

    private func admit() throws(OAuthError) {
        let isAdmitted = admitted.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
        if !isAdmitted {
            throw OAuthError(
                .tooManyRequests, WireText.tooManyRequests, auditReason: "password hashing queue is full", retryAfter: 1)
        }
    }
}

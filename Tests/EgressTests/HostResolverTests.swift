import AuthorizationServer
import Dispatch
@testable import Egress
import NIOPosix
import Synchronization
import Testing

/// Name servers that do not answer.
@Suite struct HostResolverTests {
    /// Blocks look-ups until it is opened.
    private final class Gate: Sendable {
        private let state = Mutex((isOpen: false, asked: [String]()))
        private let door = DispatchSemaphore(value: 0)

        var asked: [String] { state.withLock { $0.asked } }

        func wait(_ name: String) {
            state.withLock { $0.asked.append(name) }
            door.wait()
            // Left open for the next.
            door.signal()
        }

        func open() { door.signal() }
    }

    private func with(
        threads: Int, _ body: (HostResolver, Gate) async throws -> Void
    ) async throws {
        let pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
        let gate = Gate()
        let resolver = HostResolver.queued(on: pool) { name in
            gate.wait(name)
            return []
        }
        do { try await body(resolver, gate) } catch {
            gate.open()
            try await pool.shutdownGracefully()
            throw error
        }
        gate.open()
        try await pool.shutdownGracefully()
    }

    @Test("Beyond the limit a look-up fails at once instead of waiting")
    func bounded() async throws {
        try await with(threads: 1) { resolver, gate in
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<(HostResolver.maximumLookUps + 5) {
                    group.addTask {
                        do {
                            return try await resolver.resolve("host\(number).example").isEmpty
                        } catch OutboundError.unreachable {
                            return false
                        }
                    }
                }
                var refused = 0
                while refused < 5, let isAnswered = try await group.next() { if !isAnswered { refused += 1 } }
                #expect(refused == 5)
                gate.open()
                var answered = 0
                while let isAnswered = try await group.next() { if isAnswered { answered += 1 } }
                #expect(answered == HostResolver.maximumLookUps)
            }
        }
    }

    @Test("A look-up that nobody waits for any more is never begun")
    func cancelled() async throws {
        try await with(threads: 1) { resolver, gate in
            let first = Task { try await resolver.resolve("slow.example") }
            while gate.asked.isEmpty { await Task.yield() }
            let second = Task { try await resolver.resolve("cancelled.example") }
            second.cancel()
            await #expect(throws: CancellationError.self) { try await second.value }
            gate.open()
            let (slow, third) = (try await first.value, try await resolver.resolve("third.example"))
            #expect(slow.isEmpty && third.isEmpty)
            #expect(gate.asked == ["slow.example", "third.example"])
        }
    }
}

import ServiceLifecycle
import Synchronization

/// The ports of the listeners, complete once all of them accept.
final class PortBoard: Sendable {
    private let ports: Mutex<[Int?]>
    private let complete: AsyncStream<[Int]>
    private let completion: AsyncStream<[Int]>.Continuation

    init(count: Int) {
        ports = Mutex(Array(repeating: nil, count: count))
        (complete, completion) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
    }

    func report(_ port: Int, of index: Int) {
        let all = ports.withLock { ports in
            ports[index] = port
            return ports.compactMap(\.self)
        }
        if ports.withLock({ $0.count }) == all.count { completion.yield(all) }
    }

    /// The port of one listener; `nil` until it accepts.
    func port(of index: Int) -> Int? { ports.withLock { $0[index] } }

    /// Waits for the last listener. `nil` when the task is cancelled first. For one caller.
    func all() async -> [Int]? {
        for await ports in complete { return ports }
        return nil
    }
}

/// Says that the server is ready, once, and then waits for the end.
struct ReadyService: Service {
    let ports: PortBoard
    let ready: @Sendable ([Int]) async throws -> Void

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            guard let ports = await ports.all() else { return }
            try await ready(ports)
        }
        try? await gracefulShutdown()
    }
}

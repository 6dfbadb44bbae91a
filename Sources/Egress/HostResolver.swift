import AuthorizationServer
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Asks the system for a host's addresses, IPv4 first.
package struct HostResolver: Sendable {
    /// Every address that may be connected to; empty when there is none.
    package var resolve: @Sendable (_ name: String) async throws -> [IPAddress]

    package init(resolve: @escaping @Sendable (_ name: String) async throws -> [IPAddress]) { self.resolve = resolve }

    /// Look-ups that may wait or run. Slow name servers must not make a queue of what nobody waits for any more.
    static let maximumLookUps = 64

    /// `getaddrinfo` on the pool. A cancelled caller goes on at once; a look-up that has begun ends when the system's own limits
    /// end it, one that has not begins no more. Throws `OutboundError.unreachable` beyond `maximumLookUps`.
    static func system(on pool: NIOThreadPool) -> HostResolver {
        queued(on: pool, lookUp)
    }

    /// - Parameter lookUp: blocks until it has the addresses.
    static func queued(on pool: NIOThreadPool, _ lookUp: @escaping @Sendable (String) -> [IPAddress]) -> HostResolver {
        let pending = PendingCount()
        return HostResolver { name in
            guard pending.increment(below: maximumLookUps) else { throw OutboundError.unreachable }
            let answer = SingleAnswer<[IPAddress]>()
            return try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { continuation in
                    guard answer.expect(continuation) else { return pending.decrement() }
                    pool.submit { state in
                        defer { pending.decrement() }
                        guard case .active = state, answer.isAwaited else { return answer.give(.failure(CancellationError())) }
                        answer.give(.success(lookUp(name)))
                    }
                }
            } onCancel: {
                answer.give(.failure(CancellationError()))
            }
        }
    }

    /// Empty when the name has no address.
    private static func lookUp(_ name: String) -> [IPAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(name, nil, &hints, &list) == 0, let first = list else { return [] }
        defer { freeaddrinfo(first) }
        let addresses = sequence(first: first) { $0.pointee.ai_next }.compactMap { numeric($0.pointee) }
        return addresses.filter(\.isVersion4) + addresses.filter { !$0.isVersion4 }
    }

    private static func numeric(_ info: addrinfo) -> IPAddress? {
        var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(info.ai_addr, info.ai_addrlen, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0 else {
            return nil
        }
        return IPAddress(String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self))
    }
}

private final class PendingCount: Sendable {
    private let count = Mutex(0)

    /// False, changing nothing, at the limit.
    func increment(below limit: Int) -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func decrement() { count.withLock { $0 -= 1 } }
}

/// A continuation that is resumed by whoever comes first: the work, or its cancellation.
private final class SingleAnswer<Value: Sendable>: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Value, any Error>)
        case given
    }

    private let state = Mutex(State.new)

    /// False, having failed the continuation, when the answer came before anyone waited.
    func expect(_ continuation: CheckedContinuation<Value, any Error>) -> Bool {
        let isFirst = state.withLock { state in
            guard case .new = state else { return false }
            state = .waiting(continuation)
            return true
        }
        if !isFirst { continuation.resume(throwing: CancellationError()) }
        return isFirst
    }

    var isAwaited: Bool {
        state.withLock { state in
            if case .waiting = state { true } else { false }
        }
    }

    func give(_ result: Result<Value, any Error>) {
        let waiting: CheckedContinuation<Value, any Error>? = state.withLock { state in
            defer { state = .given }
            guard case .waiting(let continuation) = state else { return nil }
            return continuation
        }
        waiting?.resume(with: result)
    }
}

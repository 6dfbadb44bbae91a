import Synchronization

/// Tells the service that delivers messages to clients that there is something to do. Rings that nobody waits for are kept, one
/// at most.
package final class DeliveryWake: Sendable {
    private struct State {
        var isRinging = false
        var waiting: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())

    package init() {}

    package func ring() {
        let waiting = state.withLock { state -> CheckedContinuation<Void, Never>? in
            defer { state.waiting = nil }
            if state.waiting == nil { state.isRinging = true }
            return state.waiting
        }
        waiting?.resume()
    }

    /// Returns at the next ring, or at once when one was kept. For one waiting task.
    package func wait() async {
        await withCheckedContinuation { continuation in
            let isRinging = state.withLock { state in
                if state.isRinging {
                    state.isRinging = false
                    return true
                }
                state.waiting = continuation
                return false
            }
            if isRinging { continuation.resume() }
        }
    }
}

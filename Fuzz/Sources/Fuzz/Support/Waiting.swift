import Dispatch
import Synchronization

/// Runs asynchronous work to its end: libFuzzer calls a plain function.
func wait<Value: Sendable>(for work: @escaping @Sendable () async -> Value) -> Value? {
    let result = Box<Value>()
    let done = DispatchSemaphore(value: 0)
    Task {
        let value = await work()
        result.value.withLock { $0 = value }
        done.signal()
    }
    done.wait()
    return result.value.withLock { $0 }
}

private final class Box<Value: Sendable>: Sendable {
    let value = Mutex<Value?>(nil)
}

import Synchronization

/// Makes ids of log records: `90020`, thirteen digits of milliseconds, six digits of a counter, eight hexadecimal digits
/// of this process. They sort as strings by the time at which they were made, differ between processes, and strictly
/// grow within one even when the clock goes back.
final class LogIDGenerator: Sendable {
    private struct State {
        var milliseconds: Int64 = 0
        var counter: Int64 = 0
    }

    private let state = Mutex(State())
    private let process: String
    private let clock: @Sendable () -> Int64
    private let settling: Duration

    /// `clock` tells milliseconds since the epoch. `settling` is how long a record may take from getting its id to being
    /// committed while one with a greater id is committed before it; zero where that cannot be.
    init(settling: Duration, clock: @escaping @Sendable () -> Int64 = LogIDGenerator.wallClock) {
        (self.settling, self.clock) = (settling, clock)
        process = LogIDGenerator.padded(String(UInt32.random(in: 0...UInt32.max), radix: 16), 8)
    }

    func next() -> String {
        let now = clock()
        let (milliseconds, counter) = state.withLock { state in
            if now > state.milliseconds {
                state = State(milliseconds: now, counter: 0)
            } else if state.counter < 999_999 {
                state.counter += 1
            } else {
                state = State(milliseconds: state.milliseconds + 1, counter: 0)
            }
            return (state.milliseconds, state.counter)
        }
        return LogIDGenerator.prefix(milliseconds) + LogIDGenerator.padded(String(counter), 6) + process
    }

    /// Greater than every id whose place in the order is settled.
    func settledBound() -> String {
        settling == .zero ? "~" : LogIDGenerator.prefix(clock() - Int64(settling / .milliseconds(1)))
    }

    /// What ids made within the millisecond begin with.
    private static func prefix(_ milliseconds: Int64) -> String { "90020" + padded(String(milliseconds), 13) }

    private static func padded(_ digits: String, _ width: Int) -> String {
        String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }
}

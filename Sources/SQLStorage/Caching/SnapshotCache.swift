import Synchronization

/// Records of the configuration by key, kept in memory for a short time: what is there and what is not.
///
/// A local write calls `invalidate` after its commit and is seen by every read that begins later. What another process
/// wrote is seen within `timeToLive`. At most `limit` entries are kept.
final class SnapshotCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Entry {
        var value: Value?
        var expires: ContinuousClock.Instant
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// Counts invalidations, so that a read that began before one is not kept.
        var age: UInt64 = 0
    }

    private enum Lookup {
        case hit(Value?)
        case miss(age: UInt64)
    }

    private let state = Mutex(State())
    private let limit: Int
    private let timeToLive: Duration

    init(limit: Int = 4096, timeToLive: Duration = .seconds(2)) { (self.limit, self.timeToLive) = (limit, timeToLive) }

    /// The cached value, or what `load` returns. Concurrent misses each load.
    func value(for key: Key, load: () async throws -> Value?) async throws -> Value? {
        let now = ContinuousClock.now
        switch lookUp(key, now) {
        case .hit(let value): return value
        case .miss(let age):
            let value = try await load()
            keep(value, for: key, readAt: now, age: age)
            return value
        }
    }

    /// Forgets everything: configuration changes seldom, and one change may concern several keys.
    func invalidate() {
        state.withLock { state in
            state.entries.removeAll(keepingCapacity: true)
            state.age &+= 1
        }
    }

    private func lookUp(_ key: Key, _ now: ContinuousClock.Instant) -> Lookup {
        state.withLock { state in
            guard let entry = state.entries[key], entry.expires > now else { return .miss(age: state.age) }
            return .hit(entry.value)
        }
    }

    private func keep(_ value: Value?, for key: Key, readAt: ContinuousClock.Instant, age: UInt64) {
        state.withLock { state in
            guard state.age == age else { return }
            if state.entries.count >= limit { state.entries = state.entries.filter { $0.value.expires > readAt } }
            if state.entries.count >= limit { state.entries.removeAll(keepingCapacity: true) }
            state.entries[key] = Entry(value: value, expires: readAt + timeToLive)
        }
    }
}

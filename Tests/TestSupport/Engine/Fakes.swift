package import AuthorizationServer
package import OAuthProtocol
import Storage
import Synchronization

/// A clock that stands still until a test moves it.
package final class ManualNow: Sendable {
    private let value: Mutex<Timestamp>

    package init(_ start: Timestamp = Timestamp(seconds: 1_755_188_974)) { value = Mutex(start) }

    package var now: Timestamp { value.withLock { $0 } }
    package func advance(by lifetime: Lifetime) { value.withLock { $0 = $0 + lifetime } }
    package func advance(milliseconds: Int64) { value.withLock { $0.milliseconds += milliseconds } }
    package func set(_ timestamp: Timestamp) { value.withLock { $0 = timestamp } }
}

extension Randomness {
    /// The same bytes in every run and different ones at every call: splitmix64 over a counter.
    package static func counting(from start: UInt64 = 0) -> Randomness {
        let counter = Mutex(start)
        return Randomness { count in
            counter.withLock { state in
                var result: [UInt8] = []
                while result.count < count {
                    state &+= 0x9E37_79B9_7F4A_7C15
                    var word = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
                    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
                    withUnsafeBytes(of: (word ^ (word >> 31)).littleEndian) { result.append(contentsOf: $0) }
                }
                return Array(result.prefix(count))
            }
        }
    }
}

/// Hashes without work: `fake$` and the password. `fake-old$` counts as made with older parameters.
package final class FakePasswordHasher: PasswordHasher {
    private struct State { var hashes = 0, verifications = 0, isFull = false }
    private let state = Mutex(State())

    package init() {}

    /// Calls of `hash` so far.
    package var hashes: Int { state.withLock { $0.hashes } }
    /// Calls of `verify` so far, those for unknown users included.
    package var verifications: Int { state.withLock { $0.verifications } }
    /// From now on every call is refused, as when the queue is full.
    package func refuseAll(_ refuse: Bool = true) { state.withLock { $0.isFull = refuse } }

    package func hash(_ password: SecretString) async throws -> SecretString {
        try admit { $0.hashes += 1 }
        return SecretString("fake$" + password.revealed)
    }

    package func verify(_ password: SecretString, against hash: SecretString?) async throws -> PasswordVerdict {
        try admit { $0.verifications += 1 }
        guard let hash else { return .wrong }
        if hash.revealed.isExactly("fake$" + password.revealed) { return .correct }
        return hash.revealed.isExactly("fake-old$" + password.revealed) ? .correctButOutdated : .wrong
    }

    private func admit(_ count: (inout State) -> Void) throws {
        let isFull = state.withLock { state in
            count(&state)
            return state.isFull
        }
        if isFull { throw OAuthError(.tooManyRequests, WireText.tooManyRequests, retryAfter: 1) }
    }
}

/// Keeps what would have been mailed.
package final class MailCollector: Mailer {
    private let sent = Mutex<[MailMessage]>([])

    package init() {}
    package var messages: [MailMessage] { sent.withLock { $0 } }
    package func send(_ message: MailMessage) async throws { sent.withLock { $0.append(message) } }
}

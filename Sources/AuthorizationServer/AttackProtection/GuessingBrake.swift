package import OAuthProtocol
package import Storage

/// Takes from the buckets of `AttemptCounter` (contract 1.4 `too_many_attempts`, 1.5).
package struct GuessingBrake: Sendable {
    private let stores: Stores
    private let settings: AttackProtection

    package init(_ context: TenantContext) {
        stores = context.stores
        settings = context.settings.attackProtection
    }

    /// Takes one attempt, in one statement of the store. Returns how long to wait when there is none left.
    package func take(_ counter: AttemptCounter, for subject: AttemptSubject, at now: Timestamp) async throws -> Lifetime? {
        let decision = try await stores.attempts.take(counter.key(for: subject), from: counter.bucket(in: settings), at: now)
        return switch decision {
        case .allowed: nil
        case .refused(let retryAfter): retryAfter
        }
    }

    /// Fills the buckets of the account again: the guess was right. The address gets back the one attempt that this login
    /// took, so that a shared address is not stopped by people who know their passwords, and no more than that, or
    /// somebody with one account of their own could guess at others without end.
    package func accountWasProven(_ subject: AttemptSubject) async throws {
        let counters: [AttemptCounter] = [.passwordOfAccountFromAddress, .passwordOfAccount]
        try await stores.attempts.reset(counters.map { $0.key(for: subject) })
        let address = AttemptCounter.passwordFromAddress
        try await stores.attempts.giveBack(address.key(for: subject), to: address.bucket(in: settings))
    }
}

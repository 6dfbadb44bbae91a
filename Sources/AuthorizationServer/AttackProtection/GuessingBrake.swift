package import OAuthProtocol
import Storage

/// Takes from the buckets of `AttemptCounter` (contract 1.4 `too_many_attempts`, 1.5).
package struct GuessingBrake: Sendable {
    private let stores: Stores
    private let settings: TenantSettings

    package init(_ context: TenantContext) {
        stores = context.stores
        settings = context.settings
    }

    /// Takes one attempt, in one statement of the store. Returns how long to wait when there is none left.
    package func take(_ counter: AttemptCounter, for subject: AttemptSubject, at now: Timestamp) async throws -> Lifetime? {
        let decision = try await stores.attempts.take(counter.key(for: subject), from: counter.bucket(in: settings), at: now)
        return switch decision {
        case .allowed: nil
        case .refused(let retryAfter): retryAfter
        }
    }

    /// Takes one attempt, of which the answer tells how many are left: for limits on how often something may be asked for, never
    /// for those on guesses, which would tell what others do with an account. Throws `tooManyRequests`.
    func require(_ counter: AttemptCounter, for subject: AttemptSubject, telling request: RequestInfo) async throws {
        let bucket = counter.bucket(in: settings)
        let decision = try await stores.attempts.take(counter.key(for: subject), from: bucket, at: request.now)
        request.limits.note(LimitState(of: bucket, after: decision, at: request.now))
        guard case .refused(let wait) = decision else { return }
        throw OAuthError(.tooManyRequests, WireText.tooManyRequests, retryAfter: wait)
    }

    /// Takes one attempt or throws `tooManyAttempts`.
    func require(_ counter: AttemptCounter, for subject: AttemptSubject, at now: Timestamp) async throws {
        guard let wait = try await take(counter, for: subject, at: now) else { return }
        throw OAuthError(.tooManyAttempts, WireText.tooManyAttempts, auditReason: counter.rawValue, retryAfter: wait)
    }

    /// Runs a check that throws for a wrong guess. The attempt is taken first, so that guesses sent at once cannot all pass, and put
    /// back for a right one. Throws `tooManyAttempts` instead when there is none left.
    func guess<Result>(
        _ counter: AttemptCounter, for subject: AttemptSubject, at now: Timestamp, _ check: () async throws -> Result
    ) async throws -> Result {
        try await require(counter, for: subject, at: now)
        let result = try await check()
        try await giveBack(counter, for: subject)
        return result
    }

    /// Puts the attempt back: it was no wrong guess.
    func giveBack(_ counter: AttemptCounter, for subject: AttemptSubject) async throws {
        try await stores.attempts.giveBack(counter.key(for: subject), to: counter.bucket(in: settings))
    }

    /// Fills the buckets of the account again: the guess was right. The address gets back the one attempt that this login
    /// took, so that a shared address is not stopped by people who know their passwords, and no more than that, or
    /// somebody with one account of their own could guess at others without end.
    package func accountWasProven(_ subject: AttemptSubject) async throws {
        let counters: [AttemptCounter] = [.passwordOfAccountFromAddress, .passwordOfAccount]
        try await stores.attempts.reset(counters.map { $0.key(for: subject) })
        try await giveBack(.passwordFromAddress, for: subject)
    }
}

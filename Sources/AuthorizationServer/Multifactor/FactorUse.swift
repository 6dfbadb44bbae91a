import OAuthProtocol
import Storage

/// Notes that a factor was used, and what follows from a first use.
struct FactorUse: Sendable {
    private let context: TenantContext
    private let request: RequestInfo

    init(_ context: TenantContext, in request: RequestInfo) { (self.context, self.request) = (context, request) }

    /// Confirms the factor when it was waiting for that. `counter` is the step of a time-based code, 0 for codes that are kept by
    /// row. False when the same code, or a newer one, was used before.
    func note(_ factor: Authenticator, counter: Int64, by user: User, client: Client) async throws -> Bool {
        guard try await context.stores.authenticators.use(factor.id, counter: counter, credential: nil, at: request.now) else {
            return false
        }
        guard !factor.isActive else { return true }
        try await activateRecoveryCode(enrolledWith: factor, of: user)
        let event = request.event(.mfaEnrolled, client: client, user: user)
        try await context.stores.logs.record(event.with(detail: "authenticator", .string(factor.kind.rawValue)))
        return true
    }

    /// The recovery code that was shown with the factor counts from now on, and none that was shown before.
    private func activateRecoveryCode(enrolledWith factor: Authenticator, of user: User) async throws {
        guard let enrollment = FactorEnrollment(of: factor) else { return }
        let codes = try await context.stores.authenticators.list(of: user.userID).filter { $0.kind == .recoveryCode }
        guard let new = codes.last(where: { FactorEnrollment(of: $0) == enrollment }) else { return }
        _ = try await context.stores.authenticators.use(new.id, counter: 0, credential: nil, at: request.now)
        for old in codes where old.id != new.id {
            _ = try await context.stores.authenticators.delete(old.id, of: user.userID)
        }
    }
}

package import OAuthProtocol
import Storage

/// `GET /mfa/authenticators` and `DELETE /mfa/authenticators/{id}` (contract 17.2, 17.5).
package struct AuthenticatorsEndpoint: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// Every factor of the user, unconfirmed ones included.
    package func list(_ presented: PresentedAccessToken?, in request: RequestInfo) async throws -> [JSONObject] {
        let caller = try await MultifactorCaller.find(
            presented, needing: MultifactorAPI.readAuthenticators, context, in: request)
        return try await caller.spelling(in: context) { user in
            try await UserFactors.load(of: user, in: context).listed.map(Self.entry)
        }
    }

    /// A telephone's text messages and calls go together (contract 17.5). False when the user has no such factor. An `mfa_token` is not enough: it would remove the very factor that it waits for.
    package func delete(_ id: String, _ presented: PresentedAccessToken?, in request: RequestInfo) async throws -> Bool {
        let caller = try await MultifactorCaller.find(
            presented, needing: MultifactorAPI.removeAuthenticators, context, in: request)
        guard case .user = caller else {
            throw OAuthError(.invalidToken, WireText.invalidBearerToken, auditReason: "an mfa_token cannot remove factors")
        }
        return try await caller.spelling(in: context) { user in
            let stored = try await context.stores.authenticators.list(of: user.userID)
            guard let factor = stored.first(where: { $0.id.isExactly(id) && $0.kind != .passkey }),
                try await remove(factor, of: user, caller, in: request)
            else { return false }
            for twin in stored where Self.areTwins(factor, twin) { _ = try await remove(twin, of: user, caller, in: request) }
            return true
        }
    }

    private func remove(
        _ factor: Authenticator, of user: User, _ caller: MultifactorCaller, in request: RequestInfo
    ) async throws -> Bool {
        guard try await context.stores.authenticators.delete(factor.id, of: user.userID) else { return false }
        let event = request.event(.mfaUnenrolled, client: try await context.clientIfAvailable(caller.clientID), user: user)
        try await context.stores.logs.record(event.with(detail: "authenticator", .string(factor.kind.rawValue)))
        return true
    }

    /// Two ways to one telephone.
    private static func areTwins(_ one: Authenticator, _ other: Authenticator) -> Bool {
        guard Set([one.kind, other.kind]) == [.sms, .voice], let number = one.name, let second = other.name else { return false }
        return number.isExactly(second)
    }

    private static func entry(_ factor: Authenticator) -> JSONObject {
        var entry: JSONObject = [
            "id": .string(factor.id), "authenticator_type": .string(factor.kind.challengeType),
            "active": .bool(factor.isActive), "type": .string(factor.kind.factorType),
        ]
        if factor.kind.challengeType == "oob" {
            entry["oob_channel"] = .string(factor.kind.rawValue)
            entry["oob_channels"] = .strings([factor.kind.rawValue])
        }
        entry["name"] = factor.name.map { .string(masked($0, factor.kind)) }
        return entry
    }

    /// `XXXXXXXX8730` for a number; an address keeps the first letters of its name and domain.
    private static func masked(_ name: String, _ kind: Authenticator.Kind) -> String {
        guard kind == .email else {
            let kept = name.suffix(4)
            return String(repeating: "X", count: max(0, name.count - kept.count)) + kept
        }
        return name.split(separator: "@").map { $0.prefix(2) + "****" }.joined(separator: "@")
    }
}

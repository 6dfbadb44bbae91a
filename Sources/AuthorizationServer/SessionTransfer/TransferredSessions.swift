import OAuthProtocol
import Storage

/// What follows from a session having been opened by a session transfer token (contract 8.5).
struct TransferredSessions: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Throws `refusal` for a grant that was made in such a session whose refresh token was revoked since. One that merely
    /// expired and is gone has revoked nothing.
    func check(_ access: GrantedAccess, orRefuse refusal: OAuthError) async throws {
        guard let id = access.details.transfer?.familyID else { return }
        let parent = try await context.stores.refreshTokens.find(id)
        guard parent?.revokedAt == nil else { throw refusal }
    }

    /// Runs what may revoke refresh tokens of a user, and tells the clients of the sessions that ended with them.
    func tellingClients<Result>(
        of userID: String, in request: RequestInfo, _ revoke: () async throws -> Result
    ) async throws -> Result {
        let before = try await bound(of: userID, at: request.now)
        let result = try await revoke()
        guard !before.isEmpty else { return result }
        let after = try await bound(of: userID, at: request.now)
        let ended = before.filter { session in !after.contains { $0.sid.isExactly(session.sid) } }
        try await SessionEnd(context).tellClients(of: ended, in: request)
        return result
    }

    /// The user's sessions that end with a refresh token.
    private func bound(of userID: String, at now: Timestamp) async throws -> [BrowserSession] {
        try await context.stores.sessions.list(of: userID, at: now).filter { $0.transfer?.familyID != nil }
    }
}

extension BrowserSession {
    /// Of the scopes, those that a client gets in this session: access beyond the session only where the client may have
    /// refresh tokens in one that was transferred.
    func permitted(_ scopes: Scopes, for client: Client) -> Scopes {
        guard transfer != nil, !client.sessionTransfer.allowRefreshToken else { return scopes }
        return scopes.subtracting([Scopes.offlineAccess, Scopes.onlineAccess])
    }

    /// What a grant keeps of the session that it is made in: where the session comes from, and how the user signed in if the
    /// client may hand that on.
    func note(in details: inout AccessDetails, for client: Client) {
        details.transfer = transfer
        if client.sessionTransfer.canCreateSessionTransferToken { details.signIn = SignIn(authTime: authTime, amr: amr) }
    }
}

extension GrantedAccess {
    /// Its refresh tokens live no longer than the session: online ones (contract 8.8), and those that were issued in a
    /// transferred session to a client that wants them so.
    func endsWithSession(for client: Client) -> Bool {
        if details.isOnline == true { return true }
        return details.transfer != nil && sid != nil && client.sessionTransfer.enforceOnlineRefreshTokens
    }
}

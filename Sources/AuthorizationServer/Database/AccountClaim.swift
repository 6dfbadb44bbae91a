import OAuthProtocol
import Storage

/// An account whose address nobody had proved may have been made by somebody else, who waits for its owner to come. Who proves the
/// address first gets the account without whatever that one left in it to get in by: password, passkeys, sessions, tokens. Second
/// factors stay, because a mailbox alone must not do away with them.
struct AccountClaim: Sendable {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// The user as they are after the proof; the same where the address was proved before. Records `sv` for a first proof.
    /// Throws `refusal` when the user is gone meanwhile.
    func proven(_ user: User, orRefuse refusal: OAuthError, in request: RequestInfo) async throws -> User {
        guard !user.emailVerified else { return user }
        let users = context.stores.users
        let isClaimed = try await SessionEnd(context).endAll(of: user.userID, in: request) { ending in
            try await users.claim(user.userID, ending: ending, at: request.now)
        }
        guard let claimed = try await users.find(user.userID) else { throw refusal }
        if isClaimed { try await context.stores.logs.record(request.event(.emailVerified, user: claimed)) }
        return claimed
    }
}

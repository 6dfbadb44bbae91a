import OAuthProtocol
import Storage

/// The user behind a grant, looked up afresh: tokens are never issued to somebody deleted or blocked.
struct GrantedUser {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    /// Throws `refusal` when the user is gone, `userBlocked` when blocked.
    func find(_ userID: String, orRefuse refusal: OAuthError) async throws -> User {
        try Self.check(try await context.stores.users.find(userID), orRefuse: refusal)
    }

    static func check(_ user: User?, orRefuse refusal: OAuthError) throws(OAuthError) -> User {
        guard let user else { throw refusal }
        guard !user.blocked else { throw OAuthError(.userBlocked, WireText.userBlocked) }
        return user
    }
}

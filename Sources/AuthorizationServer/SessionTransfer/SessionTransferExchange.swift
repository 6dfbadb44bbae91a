import OAuthProtocol
import Storage

/// The refresh token grant with `audience=urn:{host}:session_transfer` (contract 8.5): instead of an access token the client
/// gets a token that signs a browser in.
package struct SessionTransferExchange: Sendable {
    private let context: TenantContext
    private let client: Client

    init(_ context: TenantContext, for client: Client) { (self.context, self.client) = (context, client) }

    /// Auth0's mobile SDKs leave a port out of the name.
    package static func isAudience(_ identifier: String, at issuer: Issuer) -> Bool {
        [issuer.host, issuer.hostWithoutPort].contains { identifier.isExactly("urn:\($0):session_transfer") }
    }

    /// Throws `accessDenied` unless the client may have such tokens, and for a refresh token that was issued in a session which
    /// was itself transferred: a browser does not become the next native application.
    func check(_ granted: GrantedAccess) throws(OAuthError) {
        guard client.sessionTransfer.canCreateSessionTransferToken, client.isFirstParty else {
            throw OAuthError(.accessDenied, WireText.sessionTransferNotAllowed)
        }
        guard granted.details.transfer == nil else {
            throw OAuthError(.accessDenied, WireText.nestedSessionTransfer)
        }
    }

    /// A new token for the user of a family that was just used.
    func issue(from family: RefreshTokenFamily, in request: RequestInfo) async throws -> SecretString {
        let token = SessionTransferToken(
            userID: family.access.userID, clientID: client.clientID, familyID: family.id,
            cascades: client.sessionTransfer.enforceCascadeRevocation, signIn: try await signIn(of: family, at: request.now),
            network: NetworkPrefix.of(request.address))
        return try await token.issue(in: context, at: request.now)
    }

    /// When and how the user signed in for the grant: as the grant says, else as its session does while there is one. A grant
    /// without a session was made when the user proved who they are. What is left was made in a session that is over and said
    /// nothing; then the earliest possible time is taken, so that no `max_age` is met by a sign-in that was too old for it.
    private func signIn(of family: RefreshTokenFamily, at now: Timestamp) async throws -> SignIn {
        let access = family.access
        if let signIn = access.details.signIn { return signIn }
        if let sid = access.sid, let session = try await context.stores.sessions.find(sid: sid, at: now) {
            return SignIn(authTime: session.authTime, amr: session.amr)
        }
        let earliest = access.sid == nil ? family.createdAt : family.createdAt - context.settings.sessionLifetime
        let amr = access.details.amr ?? (access.gty?.isExactly("password") == true ? ["pwd"] : [])
        return SignIn(authTime: access.authTime ?? earliest, amr: amr)
    }
}

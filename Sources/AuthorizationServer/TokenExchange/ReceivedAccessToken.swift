import OAuthProtocol
import Storage

/// An access token of ours that an API received, and shows again to act for the user who called it (contract 18). Only `read`
/// makes one: the token is good now and was meant for the API that the client is.
struct ReceivedAccessToken: Sendable {
    let token: VerifiedAccessToken
    let user: User

    /// Throws `unauthorizedClient` for a client that is no API, `invalidRequest` for a token that is not good, and
    /// `userBlocked`.
    static func read(
        _ text: String, shownBy client: AuthenticatedClient, for grant: GrantType, _ context: TenantContext,
        in request: RequestInfo
    ) async throws -> ReceivedAccessToken {
        guard client.client.appType == .resourceServer, client.hasProvedSecret,
            let own = client.client.resourceServerIdentifier
        else { throw OAuthError(.unauthorizedClient, WireText.grantNotAllowed(grant.rawValue)) }
        let token: VerifiedAccessToken
        do {
            token = try await AccessTokenReader(context).read(text, in: request)
        } catch let error as OAuthError where error.kind == .invalidToken {
            throw OAuthError(.invalidRequest, WireText.invalidSubjectToken, auditReason: error.auditReason)
        }
        // A token that was meant for somebody else proves nothing about who called this API.
        guard token.audiences.contains(where: own.isExactly) else {
            throw OAuthError(.invalidRequest, WireText.invalidSubjectToken, auditReason: "not the client's audience")
        }
        let user = try await GrantedUser(context).find(
            token.userID, orRefuse: OAuthError(.invalidRequest, WireText.invalidSubjectToken))
        return ReceivedAccessToken(token: token, user: user)
    }
}

import OAuthProtocol
import Storage

/// Tokens in the name of a user whom somebody else vouched for.
struct UserExchange: Sendable {
    var flow: GrantFlow
    var success: LogEventType
    var user: User
    var api: ResourceServer?
    var scopes: Scopes
    /// The `act` claim: JSON object text.
    var actor: String?
    var sid: String?

    /// What is about to be issued: everything was judged, nothing was written.
    struct Judged: Sendable {
        var access: GrantedAccess
        var api: ResourceServer?
        var proved: ProvedPossession
    }

    /// `settle` is what uses up or asks for more, once all else is right. Throws `userBlocked`, what `settle` throws, and what
    /// `SenderConstraint` and the stores throw.
    func respond(
        to client: AuthenticatedClient, _ context: TenantContext, in request: RequestInfo,
        settling settle: (Judged) async throws -> Void = { _ in }
    ) async throws -> TokenResponse {
        let judged = try await judged(for: client, context, in: request)
        try await settle(judged)
        return try await issue(judged, to: client.client, context, in: request)
    }

    private func judged(
        for authenticated: AuthenticatedClient, _ context: TenantContext, in request: RequestInfo
    ) async throws -> Judged {
        let client = authenticated.client
        guard !user.blocked else { throw OAuthError(.userBlocked, WireText.userBlocked) }
        var limited = api
        if let open = api { limited = try await UserPermissions(context).limiting(open, to: user.userID) }
        let proved = try await SenderConstraint(context).confirmation(for: authenticated, api: limited, in: request)
        var access = GrantedAccess(
            clientID: client.clientID, userID: user.userID, audience: limited?.identifier,
            scopes: ScopeDecision.decide(requested: scopes, flow: flow, client: client, api: limited))
        if flow == .delegation { access.scopes = access.scopes.subtracting([Scopes.openid]) }
        (access.grantID, access.sid, access.details.actor) = (NewGrant.id(context), sid, actor)
        access.details.boundKey = SenderConstraint.boundKey(of: client, proved)
        return Judged(access: access, api: limited, proved: proved)
    }

    private func issue(
        _ judged: Judged, to client: Client, _ context: TenantContext, in request: RequestInfo
    ) async throws -> TokenResponse {
        let access = judged.access
        let refreshToken = try NewRefreshToken.ifDue(for: access, client: client, in: context, at: request.now)
        let event = request.event(success, client: client, user: user).granting(access)
        if let refreshToken {
            try await context.stores.refreshTokens.insert(refreshToken.family, recording: event)
        } else {
            try await context.stores.logs.record(event)
        }
        var grant = UserTokenIssuing.Grant(
            access: access, api: judged.api, refreshToken: refreshToken?.value, channel: .tokenEndpoint)
        grant.confirmation = judged.proved.confirmation
        var response = try await UserTokenIssuing(context, client: client, user: user).response(grant, in: request)
        response.dpopNonce = judged.proved.freshNonce
        return response
    }
}

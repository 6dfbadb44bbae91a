import OAuthProtocol
import Storage

/// What the grants share in which the user proves something at the token endpoint itself: a code, a passkey, a second factor.
struct DirectLogin: Sendable {
    /// What is asked for, checked before the proof: a malformed request spends no guess.
    struct Asked: Sendable {
        /// `nil` for `/userinfo` alone.
        var api: ResourceServer?
        var scopes: Scopes
        var proved: ProvedPossession
    }

    private let context: TenantContext
    private let authenticated: AuthenticatedClient

    init(_ context: TenantContext, from client: AuthenticatedClient) { (self.context, authenticated) = (context, client) }

    private var client: Client { authenticated.client }

    /// Scopes, API and key of the request. The multi-factor API may be asked for as well.
    func asked(_ form: FormParameters, in request: RequestInfo) async throws -> Asked {
        let scopes = try TokenParameters.scopes(in: form)
        let api = try await AudienceResolution(context).resolveWithMultifactor(form, for: client, in: request).api
        let proved = try await SenderConstraint(context).confirmation(for: authenticated, api: api, in: request)
        return Asked(api: api, scopes: scopes, proved: proved)
    }

    /// What the user gets of it (contract 8.1, 9.2).
    func access(of user: User, to asked: Asked, flow: GrantFlow) async throws -> GrantedAccess {
        var permitted = asked.api
        if let api = asked.api { permitted = try await UserPermissions(context).limiting(api, to: user.userID) }
        let granted = ScopeDecision.decide(requested: asked.scopes, flow: flow, client: client, api: permitted)
        return GrantedAccess(
            clientID: client.clientID, userID: user.userID, audience: asked.api?.identifier, scopes: granted)
    }

    /// Stores the refresh token with the event, then signs. Names the grant anew.
    func issue(
        _ access: GrantedAccess, _ asked: Asked, to user: User, recording type: LogEventType, in request: RequestInfo
    ) async throws -> TokenResponse {
        var access = access
        access.grantID = NewGrant.id(context)
        access.details.boundKey = SenderConstraint.boundKey(of: client, asked.proved)
        let refreshToken = try NewRefreshToken.ifDue(for: access, client: client, in: context, at: request.now)
        let event = request.event(type, client: client, user: user).granting(access)
        if let refreshToken {
            try await context.stores.refreshTokens.insert(refreshToken.family, recording: event)
        } else {
            try await context.stores.logs.record(event)
        }
        var grant = UserTokenIssuing.Grant(
            access: access, api: asked.api, refreshToken: refreshToken?.value, channel: .tokenEndpoint)
        grant.confirmation = asked.proved.confirmation
        var response = try await UserTokenIssuing(context, client: client, user: user).response(grant, in: request)
        response.dpopNonce = asked.proved.freshNonce
        return response
    }
}

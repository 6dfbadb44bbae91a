import OAuthProtocol
import Storage

/// What the device grant and the CIBA grant share: find, same client, poll, redeem, sign (architecture section 7).
struct DeferredGrant: Sendable {
    /// The refusals of one of the two grants.
    struct Refusals: Sendable {
        var unknown: OAuthError
        var pending: OAuthError
        var tooFast: @Sendable (Lifetime) -> OAuthError
        var denied: OAuthError
        var expired: OAuthError
    }

    let context: TenantContext
    let kind: DeferredAuthorization.Kind
    let success: LogEventType
    let refusals: Refusals

    /// Who does not hold the key that the code is bound to is refused before the poll: it neither spends the code nor slows its
    /// owner down.
    func respond(
        to code: String, from client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let hash = TokenHash(of: code)
        guard let found = try await context.stores.deferred.find(hash), found.kind == kind,
            found.clientID.isExactly(client.client.clientID)
        else { throw refusals.unknown }
        let proved = try await prove(found, client, in: request)
        switch try await context.stores.deferred.poll(hash, at: request.now) {
        case .missing, .spent: throw refusals.unknown
        case .pending: throw refusals.pending
        case .tooFast(let interval): throw refusals.tooFast(interval)
        case .denied: throw refusals.denied
        case .expired: throw refusals.expired
        case .approved(let authorization): return try await redeem(authorization, client.client, proved, in: request)
        }
    }

    private func prove(
        _ found: DeferredAuthorization, _ client: AuthenticatedClient, in request: RequestInfo
    ) async throws -> ProvedPossession {
        var api: ResourceServer?
        if let audience = found.access.audience {
            api = try await AudienceResolution(context).api(audience, for: client.client)
        }
        let bound = found.dpopJKT.map { Confirmation(method: .jkt, thumbprint: $0) }
        return try await SenderConstraint(context).confirmation(for: client, api: api, requiring: bound, in: request)
    }

    private func redeem(
        _ authorization: DeferredAuthorization, _ client: Client, _ proved: ProvedPossession, in request: RequestInfo
    ) async throws -> TokenResponse {
        try await TransferredSessions(context).check(authorization.access, orRefuse: refusals.unknown)
        let user = try await GrantedUser(context).find(authorization.access.userID, orRefuse: refusals.unknown)
        var (access, api) = try await UserTokenIssuing.current(authorization.access, of: client, in: context)
        access.details.boundKey = SenderConstraint.boundKey(of: client, proved)
        let refreshToken = try NewRefreshToken.ifDue(for: access, client: client, in: context, at: request.now)
        let event = request.event(success, client: client, user: user).granting(access)
        guard try await context.stores.deferred.redeem(
            authorization.hash, issuing: refreshToken?.family,
            during: SessionBinding.requiredSession(of: access, client: client, in: context), at: request.now, recording: event)
        else { throw refusals.unknown }
        var grant = UserTokenIssuing.Grant(
            access: access, api: api, refreshToken: refreshToken?.value, channel: .tokenEndpoint)
        grant.confirmation = proved.confirmation
        var response = try await UserTokenIssuing(context, client: client, user: user).response(grant, in: request)
        response.dpopNonce = proved.freshNonce
        return response
    }
}

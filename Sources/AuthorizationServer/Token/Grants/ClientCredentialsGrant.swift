import OAuthProtocol
import Storage

/// `grant_type=client_credentials` (RFC 6749 section 4.4, contract 7.3): never a refresh token, never an ID token.
struct ClientCredentialsGrant: Grant {
    private let context: TenantContext

    init(_ context: TenantContext) { self.context = context }

    func respond(
        to form: FormParameters, from authenticated: AuthenticatedClient, in request: RequestInfo
    ) async throws -> TokenResponse {
        let client = authenticated.client
        let api = try await api(of: form, in: request)
        let granted = try await granted(to: client, by: api)
        let scopes = try scopes(requested: TokenParameters.scopes(in: form), granted: granted, client: client)
        let proved = try await SenderConstraint(context).confirmation(for: authenticated, api: api, in: request)
        var access = GrantedAccess(
            clientID: client.clientID, userID: "\(client.clientID)@clients", audience: api.identifier, scopes: scopes)
        access.gty = "client-credentials"
        access.grantID = NewGrant.id(context)
        var event = request.event(.clientCredentialsExchanged, client: client).granting(access)
        event.userID = nil
        try await context.stores.logs.record(event)
        var issuance = Issuance(access: access, client: client, api: api, channel: .tokenEndpoint)
        issuance.confirmation = proved.confirmation
        let token = try await TokenIssuer(context).accessToken(issuance, in: request)
        var response = TokenResponse(token, granting: scopes)
        response.dpopNonce = proved.freshNonce
        return response
    }

    private func api(of form: FormParameters, in request: RequestInfo) async throws -> ResourceServer {
        let resolution = AudienceResolution(context)
        guard let identifier = try resolution.requested(form) else { throw OAuthError(.accessDenied, WireText.noAudience) }
        guard !resolution.isUserinfo(identifier, in: request),
            let api = try await context.stores.resourceServers.find(identifier: identifier)
        else { throw OAuthError(.accessDenied, WireText.serviceNotEnabled(identifier)) }
        return api
    }

    /// What the client grant allows, of what the API still defines.
    private func granted(to client: Client, by api: ResourceServer) async throws -> Scopes {
        switch api.clientPolicy {
        case .denyAll:
            throw OAuthError(.accessDenied, WireText.noClientGrant(api.identifier), auditReason: "client policy is deny_all")
        case .requireClientGrant:
            let grants = context.stores.clientGrants
            guard let grant = try await grants.find(clientID: client.clientID, audience: api.identifier) else {
                let kind: OAuthError.Kind = client.isStranger ? .unauthorizedClient : .accessDenied
                throw OAuthError(kind, WireText.noClientGrant(api.identifier))
            }
            return ScopeDecision.decide(requested: grant.scope, flow: .clientCredentials, client: client, api: api)
        }
    }

    /// All of the grant when nothing is asked. Scopes of OpenID Connect are ignored; others outside the grant are refused.
    private func scopes(requested: Scopes, granted: Scopes, client: Client) throws(OAuthError) -> Scopes {
        guard !requested.isEmpty else { return granted }
        let ignored = ScopeDecision.claimScopes.union([Scopes.offlineAccess, Scopes.onlineAccess])
        let asked = Scopes(requested.values.filter { granted.contains($0) || !ignored.contains($0) })
        let refused = asked.subtracting(granted)
        let kind: OAuthError.Kind = context.profile(of: client).rules.refusesExcess ? .invalidScope : .accessDenied
        guard refused.isEmpty else { throw OAuthError(kind, WireText.scopesNotGranted(refused.values)) }
        return asked
    }
}

import OAuthProtocol
import Storage

/// Which API a refreshed access token is for, and with which scopes (contract 8.5): the grant's own, or another one of the
/// client's multi-resource policy.
struct RefreshAudience {
    private let context: TenantContext
    private let client: Client
    private let granted: GrantedAccess

    init(_ context: TenantContext, _ client: Client, _ granted: GrantedAccess) {
        (self.context, self.client, self.granted) = (context, client, granted)
    }

    /// What the access token would stand for, as far as it still may, when `requested` is the `audience` or `resource` of the
    /// request. Another audience is ignored when the client has no policy, unless the profile refuses what was not granted.
    /// Throws `accessDenied` (or `invalidTarget`) for an API outside the policy, and when the API is gone or refuses the client.
    func resolve(_ requested: String?, in request: RequestInfo) async throws -> (access: GrantedAccess, api: ResourceServer?) {
        guard let requested, !AudienceResolution(context).isGranted(requested, by: granted, in: request) else {
            return try await own()
        }
        let refusesExcess = context.profile(of: client).rules.refusesExcess
        guard !policies.isEmpty || refusesExcess else { return try await own() }
        guard let line = policies.first(where: { $0.audience.isExactly(requested) }),
            let api = try await api(of: line)
        else { throw OAuthError(refusesExcess ? .invalidTarget : .accessDenied, WireText.serviceNotFound(requested)) }
        var other = granted
        other.audience = requested
        other.scopes = Self.claims(of: granted.scopes).union(line.scope.intersection(api.definedScopes))
        // These were granted for the API that the grant was made for.
        other.details.authorizationDetails = nil
        return try await UserTokenIssuing.current(other, of: client, in: context)
    }

    /// The grant's own API, with what the policy adds to its scopes.
    private func own() async throws -> (access: GrantedAccess, api: ResourceServer?) {
        var own = granted
        if let line = policies.first(where: { granted.audience.map($0.audience.isExactly) ?? false }),
            let api = try await api(of: line)
        {
            own.scopes = own.scopes.union(line.scope.intersection(api.definedScopes))
        }
        return try await UserTokenIssuing.current(own, of: client, in: context)
    }

    /// First-party clients only.
    private var policies: [RefreshTokenPolicyEntry] { client.isFirstParty ? client.refreshToken.policies : [] }

    /// The API of a line that counts: it exists, lets first-party clients skip consent and is not the Management API.
    private func api(of line: RefreshTokenPolicyEntry) async throws -> ResourceServer? {
        guard OwnAPI(line.audience, of: context) != .management,
            let api = try await context.stores.resourceServers.find(identifier: line.audience),
            api.skipConsentForVerifiableFirstPartyClients
        else { return nil }
        return api
    }

    /// Scopes that belong to no API.
    private static func claims(of scopes: Scopes) -> Scopes {
        scopes.intersection(ScopeDecision.claimScopes.union([Scopes.offlineAccess]))
    }
}

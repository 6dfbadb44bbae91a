package import OAuthProtocol
package import Storage

/// What an access token is asked for.
package enum RequestedAudience: Sendable, Equatable {
    /// `/userinfo` alone: the token is opaque (contract 9.1).
    case userinfo
    case api(ResourceServer)

    /// `nil` for `/userinfo`.
    package var api: ResourceServer? {
        switch self {
        case .userinfo: nil
        case .api(let api): api
        }
    }

    /// The `audience` of the granted access: the API's identifier, `nil` for `/userinfo`.
    package var identifier: String? { api?.identifier }
}

/// Finds the API that a request names by `audience` (or `resource`, contract 24 row 15), or the tenant's default.
package struct AudienceResolution: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The API of a request in a user's name, as the client may see it: with the scopes that its user policy leaves, and
    /// without offline access where contract 8.1 row 10 forbids it. Pass it to `ScopeDecision.decide` as it is.
    /// Throws `accessDenied` for an unknown API or one whose policy refuses, `invalidRequest` for a malformed parameter.
    package func resolve(_ form: FormParameters, for client: Client, in request: RequestInfo) async throws -> RequestedAudience {
        guard let identifier = try requested(form), !isUserinfo(identifier, in: request) else { return .userinfo }
        return .api(restricted(try await api(identifier, for: client), in: request))
    }

    /// The API of a name with the scopes that its user policy leaves to the client. Throws `accessDenied` for an unknown API
    /// or one whose policy refuses.
    func api(_ identifier: String, for client: Client) async throws -> ResourceServer {
        guard let api = try await context.stores.resourceServers.find(identifier: identifier) else {
            throw OAuthError(.accessDenied, WireText.serviceNotFound(identifier))
        }
        return try await permitted(api, to: client)
    }

    /// The identifier that the request names, or the tenant's default.
    func requested(_ form: FormParameters) throws(OAuthError) -> String? {
        if let audience = try form.optional("audience") { return audience }
        if context.settings.resourceParameterCompatibility, let resource = try form.optional("resource") { return resource }
        return context.settings.defaultAudience
    }

    func isUserinfo(_ identifier: String, in request: RequestInfo) -> Bool {
        identifier.isExactly(request.issuer.url("userinfo"))
    }

    /// The API with the scopes that its user policy leaves to the client (contract 9.2, 23).
    private func permitted(_ api: ResourceServer, to client: Client) async throws -> ResourceServer {
        switch api.userPolicy {
        case .allowAll:
            return api
        case .denyAll:
            throw OAuthError(.accessDenied, WireText.serviceNotFound(api.identifier), auditReason: "user policy is deny_all")
        case .requireClientGrant:
            let grants = context.stores.clientGrants
            guard let grant = try await grants.find(clientID: client.clientID, audience: api.identifier) else {
                throw OAuthError(.accessDenied, WireText.noClientGrant(api.identifier))
            }
            var limited = api
            limited.scopes.removeAll { !grant.scope.contains($0.value) }
            return limited
        }
    }

    private func restricted(_ api: ResourceServer, in request: RequestInfo) -> ResourceServer {
        guard RefreshTokenPolicy.isManagementAPI(api.identifier, of: context.tenant, at: request.issuer) else { return api }
        var online = api
        online.allowOfflineAccess = false
        return online
    }
}

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

    /// The API of a request in a user's name, as `api` has it. Pass it to `ScopeDecision.decide` as it is.
    /// Throws `accessDenied` for an unknown API or one whose policy refuses (`invalidTarget` outside the `auth0` profile, RFC 8707
    /// section 2), `unauthorizedClient` for a third party without a grant, `invalidRequest` for a malformed parameter.
    package func resolve(_ form: FormParameters, for client: Client, in request: RequestInfo) async throws -> RequestedAudience {
        guard let identifier = try requested(form), !isUserinfo(identifier, in: request) else { return .userinfo }
        return .api(try await api(identifier, for: client))
    }

    /// The API of a name as the client may see it: with the scopes that its user policy leaves, and without offline access where
    /// contract 8.1 row 10 forbids it. Throws `accessDenied` for an unknown API or one whose policy refuses, `unauthorizedClient`
    /// for a third party without a grant.
    func api(_ identifier: String, for client: Client) async throws -> ResourceServer {
        guard let api = try await context.stores.resourceServers.find(identifier: identifier) else {
            throw refused(identifier, client, reason: "unknown API")
        }
        return restricted(try await permitted(api, to: client))
    }

    func refused(_ identifier: String, _ client: Client, reason: String) -> OAuthError {
        let kind: OAuthError.Kind = context.profile(of: client) == .auth0 ? .accessDenied : .invalidTarget
        return OAuthError(kind, WireText.serviceNotFound(identifier), auditReason: reason)
    }

    /// The identifier that the request names, or the tenant's default. Throws as `named`.
    func requested(_ form: FormParameters) throws(OAuthError) -> String? {
        try named(form) ?? context.settings.defaultAudience
    }

    /// The identifier that the request names by `audience` or by `resource`. Throws `invalidTarget` when the two differ, and
    /// `invalidRequest` for a malformed one.
    func named(_ form: FormParameters) throws(OAuthError) -> String? {
        let audience = try form.optional("audience")
        return try Self.agreed(audience, try form.optional("resource"), context.settings)
    }

    /// The one API that both parameters name; `resource` counts where the tenant says so (contract 4.1, RFC 8707 section 2).
    static func agreed(
        _ audience: String?, _ resource: String?, _ settings: TenantSettings
    ) throws(OAuthError) -> String? {
        guard settings.resourceParameterCompatibility, let resource else { return audience }
        guard audience?.isExactly(resource) ?? true else {
            throw OAuthError(.invalidTarget, WireText.malformedParameter("resource"))
        }
        return resource
    }

    /// Whether an identifier names what was granted; for a grant without an API `/userinfo`.
    func isGranted(_ identifier: String, by access: GrantedAccess, in request: RequestInfo) -> Bool {
        access.audience?.isExactly(identifier) ?? isUserinfo(identifier, in: request)
    }

    func isUserinfo(_ identifier: String, in request: RequestInfo) -> Bool {
        identifier.isExactly(request.issuer.url("userinfo"))
    }

    /// The API with the scopes that its user policy leaves to the client (contract 9.2, 23). That an API is open to all clients
    /// does not open it to strangers (4.7).
    private func permitted(_ api: ResourceServer, to client: Client) async throws -> ResourceServer {
        switch api.userPolicy {
        case .denyAll: throw refused(api.identifier, client, reason: "user policy is deny_all")
        case .allowAll where !client.isStranger: return api
        case .allowAll, .requireClientGrant: return try await granted(api, to: client)
        }
    }

    /// A grant of the client's own says more than the default one.
    private func granted(_ api: ResourceServer, to client: Client) async throws -> ResourceServer {
        let grants = context.stores.clientGrants
        guard let grant = try await grants.find(clientID: client.clientID, audience: api.identifier) else {
            if isOpenToStrangers(api), client.isStranger { return api }
            throw OAuthError(client.isStranger ? .unauthorizedClient : .accessDenied, WireText.noClientGrant(api.identifier))
        }
        var limited = api
        limited.scopes.removeAll { !grant.scope.contains($0.value) }
        return limited
    }

    /// The default client grant of third parties (contract 4.7, 21.1): the APIs that the tenant lists, and MCP servers.
    private func isOpenToStrangers(_ api: ResourceServer) -> Bool {
        api.isMCPServer || context.settings.registration.defaultAudiences.contains { api.identifier.isExactly($0) }
    }

    /// Contract 8.1 row 10: whatever the record of the Management API says.
    private func restricted(_ api: ResourceServer) -> ResourceServer {
        guard OwnAPI(api.identifier, of: context) == .management else { return api }
        var online = api
        online.allowOfflineAccess = false
        return online
    }
}

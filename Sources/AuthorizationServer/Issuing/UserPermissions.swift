import OAuthProtocol
package import Storage

/// What a user may do at an API (contract 9.2, "RBAC").
package struct UserPermissions: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The API with those of its scopes that the user holds as permissions, when the API enforces policies; unchanged otherwise.
    package func limiting(_ api: ResourceServer, to userID: String) async throws -> ResourceServer {
        guard api.enforcePolicies else { return api }
        let held = try await context.stores.permissions.permissions(of: userID, at: api.identifier)
        var limited = api
        limited.scopes.removeAll { !held.contains($0.value) }
        return limited
    }

    /// The `permissions` claim of an access token: the user's for the API, or the client grant's for a client in its own name.
    func claim(for access: GrantedAccess, at api: ResourceServer) async throws -> [String] {
        if access.userID.isExactly("\(access.clientID)@clients") {
            let grant = try await context.stores.clientGrants.find(clientID: access.clientID, audience: api.identifier)
            return grant?.scope.values ?? []
        }
        return try await context.stores.permissions.permissions(of: access.userID, at: api.identifier).values
    }
}

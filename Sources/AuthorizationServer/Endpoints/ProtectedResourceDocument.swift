package import OAuthProtocol
package import Storage

/// What clients read to find the authorization server of an API (RFC 9728): the document of one of the tenant's APIs, and the
/// challenge with which the API points to it. MCP clients begin here.
package struct ProtectedResourceDocument: Sendable {
    private let context: TenantContext

    package init(_ context: TenantContext) { self.context = context }

    /// The document of the API named by `resource`. `nil` when there is none, or when the API is not an MCP server.
    package func document(of resource: String, in request: RequestInfo) async throws -> JSONObject? {
        guard let api = try await context.stores.resourceServers.find(identifier: resource), api.isMCPServer else { return nil }
        return Self.document(of: api, issuer: request.issuer)
    }

    package static func document(of api: ResourceServer, issuer: Issuer) -> JSONObject {
        var document: JSONObject = [
            "resource": .string(api.identifier), "authorization_servers": .strings([issuer.description]),
            "bearer_methods_supported": .strings(["header"]), "resource_name": .string(api.name),
        ]
        if !api.scopes.isEmpty { document["scopes_supported"] = .strings(api.scopes.map(\.value)) }
        if !api.authorizationDetailsTypes.isEmpty {
            document["authorization_details_types_supported"] = .strings(api.authorizationDetailsTypes)
        }
        if api.proofOfPossession == .required { document["dpop_bound_access_tokens_required"] = true }
        return document
    }

    /// The value of the `WWW-Authenticate` header that the API answers a request without a token with (RFC 9728 section 5.1).
    package static func challenge(of api: ResourceServer, issuer: Issuer) -> String {
        "Bearer resource_metadata=\"\(address(of: api, issuer: issuer))\""
    }

    /// Where we publish the document; the API may as well serve it itself under its own `/.well-known`.
    package static func address(of api: ResourceServer, issuer: Issuer) -> String {
        issuer.url(".well-known/oauth-protected-resource?\(PercentEncoding.encodePairs([("resource", api.identifier)]))")
    }
}

/// "This API is an MCP server": everything that an MCP client needs, by one switch.
package enum MCPServer {
    /// Clients may register themselves or publish a document, name the API by `resource`, and stay signed in; tokens follow
    /// RFC 9068.
    package static func enable(_ api: inout ResourceServer, in settings: inout TenantSettings) {
        api.isMCPServer = true
        api.allowOfflineAccess = true
        api.tokenDialect = api.tokenDialect.listsPermissions ? .rfc9068Authz : .rfc9068
        settings.registration.enabled = true
        settings.registration.metadataDocuments = true
        settings.resourceParameterCompatibility = true
    }
}

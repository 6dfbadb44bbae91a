import OAuthProtocol
import Storage

/// Checking client grants (contract 7.3).
enum ClientGrantRecord {
    static let shape = RecordShape(name: "client grant", fixed: ["id"])

    /// Throws `CommandFailure` unless the API has the scopes and the client can prove itself.
    static func check(_ grant: ClientGrant, of client: Client, for api: ResourceServer) throws {
        var problems: [String] = []
        if client.isPublic { problems.append("client_id: a client without a secret cannot use client_credentials") }
        if !api.identifier.isExactly(grant.audience) { problems.append("audience: use the identifier \(api.identifier)") }
        for scope in grant.scope.subtracting(api.definedScopes).values {
            problems.append("scope: \(api.identifier) has no \"\(scope)\"; it has \(api.definedScopes)")
        }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the client grant") }
    }
}

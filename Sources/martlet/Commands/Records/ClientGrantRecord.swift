import OAuthProtocol
import Storage

/// Checking client grants (contract 4.7, 7.3).
enum ClientGrantRecord {
    static let shape = RecordShape(name: "client grant", fixed: ["id"])

    /// Whether the id is the address of the document that describes a client, of which there is no record.
    static func isDocument(_ clientID: String) -> Bool { clientID.hasPrefix("https://") }

    /// Throws `CommandFailure` unless the API has the scopes and the grant can be of use. There is no record of a client that is
    /// described by a document.
    static func check(_ grant: ClientGrant, of client: Client?, for api: ResourceServer) throws {
        var problems: [String] = []
        if let client, client.isPublic, !client.isStranger, api.userPolicy != .requireClientGrant {
            problems.append("client_id: a client without a secret cannot use client_credentials, and needs no grant otherwise")
        }
        if !api.identifier.isExactly(grant.audience) { problems.append("audience: use the identifier \(api.identifier)") }
        for scope in grant.scope.subtracting(api.definedScopes).values {
            problems.append("scope: \(api.identifier) has no \"\(scope)\"; it has \(api.definedScopes)")
        }
        guard problems.isEmpty else { throw CommandFailure(problems: problems, of: "the client grant") }
    }
}

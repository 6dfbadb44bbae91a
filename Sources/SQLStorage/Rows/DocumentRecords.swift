import OAuthProtocol
import Storage

// The records that are kept as documents. What `required` names has no default.

private let epoch = Timestamp(milliseconds: 0)

extension Tenant: DocumentRecord {
    static var prototype: Tenant { Tenant(id: .default, createdAt: epoch) }
    static let required = ["id", "createdAt"]
}

extension Client: DocumentRecord {
    static var prototype: Client {
        Client(clientID: "", name: "", tokenEndpointAuthMethod: .clientSecretPost, grantTypes: [], createdAt: epoch)
    }
    static let required = ["client_id", "name", "token_endpoint_auth_method", "grant_types", "created_at", "updated_at"]
}

extension ClientGrant: DocumentRecord {
    static var prototype: ClientGrant { ClientGrant(id: "", clientID: "", audience: "", scope: []) }
    static let required = ["id", "client_id", "audience", "scope"]
}

extension ResourceServer: DocumentRecord {
    static var prototype: ResourceServer { ResourceServer(id: "", identifier: "", name: "", createdAt: epoch) }
    static let required = ["id", "identifier", "name", "created_at"]
}

extension Connection: DocumentRecord {
    static var prototype: Connection { Connection(id: "", name: "") }
    static let required = ["id", "name", "strategy"]
}

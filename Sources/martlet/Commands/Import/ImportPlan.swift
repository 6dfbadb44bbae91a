import OAuthProtocol
import Storage

/// What an import will make and change. Everything in it is valid, alone and together.
struct ImportPlan {
    struct Change<Record> {
        var record: Record
        var isNew: Bool
    }

    struct UserChange {
        var user: User
        var isNew: Bool
        var password: SecretString?
        var passwordHash: SecretString?
        /// What the user may do, by the API's identifier.
        var permissions: [String: Scopes] = [:]
        /// What the user's accounts at identity providers gave.
        var tokens: [FederatedTokens] = []
    }

    var tenant: Change<Tenant>
    var connections: [Change<Connection>] = []
    var apis: [Change<ResourceServer>] = []
    var clients: [Change<Client>] = []
    /// Ids of clients whose secret was made up.
    var madeSecrets: Set<String> = []
    var grants: [Change<ClientGrant>] = []
    var users: [UserChange] = []

    init(tenant: Change<Tenant>) { self.tenant = tenant }
}

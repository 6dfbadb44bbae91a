import OAuthProtocol
import Storage

/// What is kept in memory of one tenant's configuration. Keys compare by bytes.
struct ConfigurationCaches: Sendable {
    struct GrantKey: Hashable, Sendable {
        var clientID: ExactString
        var audience: ExactString
    }

    /// A client, and whether it registered itself and was not used since.
    struct KnownClient: Sendable {
        var client: Client
        var isUnused: Bool
    }

    let clients = SnapshotCache<ExactString, KnownClient>()
    let grants = SnapshotCache<GrantKey, ClientGrant>()
    let apisByIdentifier = SnapshotCache<ExactString, ResourceServer>()
    let apisByID = SnapshotCache<ExactString, ResourceServer>()
    let connections = SnapshotCache<ExactString, Connection>()
    /// They never change while the tenant is there.
    let secrets = SnapshotCache<ExactString, SecretBytes>(limit: 64, timeToLive: .seconds(3600))

    func invalidate() {
        clients.invalidate()
        grants.invalidate()
        apisByIdentifier.invalidate()
        apisByID.invalidate()
        connections.invalidate()
        secrets.invalidate()
    }
}

/// What is kept in memory of tenants: by name and by custom domain.
struct TenantCaches: Sendable {
    let byID = SnapshotCache<TenantID, Tenant>()
    let byDomain = SnapshotCache<ExactString, Tenant>()

    func invalidate() {
        byID.invalidate()
        byDomain.invalidate()
    }
}

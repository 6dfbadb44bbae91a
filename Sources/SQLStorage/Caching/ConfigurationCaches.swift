import OAuthProtocol
import Storage

/// What is kept in memory of one tenant's configuration. Keys compare by bytes.
struct ConfigurationCaches: Sendable {
    struct GrantKey: Hashable, Sendable {
        var clientID: ExactString
        var audience: ExactString
    }

    let clients = SnapshotCache<ExactString, Client>()
    let grants = SnapshotCache<GrantKey, ClientGrant>()
    let apisByIdentifier = SnapshotCache<ExactString, ResourceServer>()
    let apisByID = SnapshotCache<ExactString, ResourceServer>()
    let connections = SnapshotCache<ExactString, Connection>()

    func invalidate() {
        clients.invalidate()
        grants.invalidate()
        apisByIdentifier.invalidate()
        apisByID.invalidate()
        connections.invalidate()
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

package import OAuthProtocol

/// Tenants of the database. The only store that is not bound to one tenant.
package protocol TenantStore: Sendable {
    /// Inserts. Throws `StoreConflict("id")` or `("custom_domains")`.
    func insert(_ tenant: Tenant) async throws
    /// May be answered from memory up to a short time-to-live after another process changed it.
    func find(_ id: TenantID) async throws -> Tenant?
    /// The tenant that lists the host among its custom domains.
    func find(customDomain host: String) async throws -> Tenant?
    func list() async throws -> [Tenant]
    /// False when there is no such tenant.
    func update(_ tenant: Tenant) async throws -> Bool
    /// Deletes the tenant and every row of it. False when there is none.
    func delete(_ id: TenantID) async throws -> Bool
}

/// Clients of one tenant. Reads may be answered from memory; a local write is seen at once, another node's within the
/// time-to-live.
package protocol ClientStore: Sendable {
    /// Inserts; the secret is sealed. Throws `StoreConflict("client_id")`.
    func insert(_ client: Client) async throws
    func find(_ clientID: String) async throws -> Client?
    /// In order of creation.
    func list() async throws -> [Client]
    /// Replaces the whole record, secret included. False when there is no such client.
    func update(_ client: Client) async throws -> Bool
    /// Deletes the client with its grants, consents, codes and refresh tokens in one transaction. Its access tokens end with the
    /// record: whoever reads one looks for its client.
    func delete(_ clientID: String) async throws -> Bool
    /// Inserts a client that registered itself. Unless it is used before `expiresAt`, a sweep deletes it.
    func insert(_ client: Client, unusedUntil expiresAt: Timestamp) async throws
    /// The client was used: a sweep no longer deletes it. Cheap when that is known already.
    func noteUse(of clientID: String, at now: Timestamp) async throws
}

package protocol ClientGrantStore: Sendable {
    /// Throws `StoreConflict("audience")` when the client already has a grant for that API.
    func insert(_ grant: ClientGrant) async throws
    func find(clientID: String, audience: String) async throws -> ClientGrant?
    func list(clientID: String?) async throws -> [ClientGrant]
    func update(_ grant: ClientGrant) async throws -> Bool
    func delete(_ id: String) async throws -> Bool
}

package protocol ResourceServerStore: Sendable {
    /// Throws `StoreConflict("identifier")`.
    func insert(_ api: ResourceServer) async throws
    /// Exact comparison of bytes.
    func find(identifier: String) async throws -> ResourceServer?
    func find(id: String) async throws -> ResourceServer?
    func list() async throws -> [ResourceServer]
    func update(_ api: ResourceServer) async throws -> Bool
    /// Deletes the API and the client grants for it.
    func delete(id: String) async throws -> Bool
}

package protocol ConnectionStore: Sendable {
    /// Throws `StoreConflict("name")`.
    func insert(_ connection: Connection) async throws
    func find(name: String) async throws -> Connection?
    func list() async throws -> [Connection]
    func update(_ connection: Connection) async throws -> Bool
}

/// Signing keys of one tenant; private keys are sealed under the master key.
package protocol SigningKeyStore: Sendable {
    /// All keys, newest first.
    func list() async throws -> [SigningKeyRecord]
    /// Inserts both as `current` and `next` if and only if the tenant has no key of their algorithm; otherwise changes nothing.
    /// Returns whether it inserted, so that two nodes starting at once agree on one pair. States count per algorithm.
    func bootstrap(current: SigningKeyRecord, next: SigningKeyRecord) async throws -> Bool
    /// In one transaction, among the keys of `newNext`'s algorithm: `current` becomes `previous` (an older `previous` is
    /// revoked), `next` becomes `current`, and `newNext` is inserted. False, changing nothing, when `current` is no longer the current key.
    func rotate(from current: String, newNext: SigningKeyRecord, at now: Timestamp) async throws -> Bool
    /// A `previous` key becomes `revoked` and its private key is erased. False when it is not a previous key.
    func revoke(_ kid: String, at now: Timestamp) async throws -> Bool
}

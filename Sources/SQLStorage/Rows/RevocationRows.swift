import OAuthProtocol
import Storage

/// The access tokens that a transaction revokes: rows of `revocations`, and what memory learns when they are committed.
struct TokenRevocations: Sendable {
    private(set) var expiries: [TokenHash: Timestamp] = [:]

    /// No access token lives longer, so a revocation need not either (the contract's greatest `token_lifetime`).
    static let longestToken: Lifetime = .days(30)

    private static let insertion = """
        INSERT INTO revocations AS old (tenant_id, key_hash, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, key_hash) DO UPDATE
        SET expires_at = CASE WHEN old.expires_at > excluded.expires_at THEN old.expires_at ELSE excluded.expires_at END
        """

    /// Inserts in one order for all, so that two transactions with the same keys cannot wait for each other.
    mutating func insert(
        _ keys: [RevocationKey], until expiresAt: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        for hash in keys.map({ TokenHash(of: $0.text) }).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
            _ = try connection.execute(Self.insertion, [scope.key, .hash(hash), .time(expiresAt)])
            expiries[hash] = max(expiries[hash] ?? expiresAt, expiresAt)
        }
    }

    /// Revokes what was issued under grants. An empty id, of a row of an older version, names none.
    mutating func insert(
        grants ids: [String], at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        let keys = ids.filter { !$0.isEmpty }.map(RevocationKey.grant)
        try insert(keys, until: now + Self.longestToken, in: scope, on: connection)
    }
}

extension TenantScope {
    /// A transaction that may revoke access tokens. What it revoked counts in this process from its commit on, and the
    /// others are told.
    func writeRevoking<T: Sendable>(
        _ body: @escaping @Sendable (any SQLConnection, inout TokenRevocations) throws -> T
    ) async throws -> T {
        let (announce, name) = (database.dialect.announceRevocation, tenant.rawValue)
        let (result, revoked) = try await database.write { connection in
            var revoked = TokenRevocations()
            let result = try body(connection, &revoked)
            if let announce, !revoked.expiries.isEmpty { try connection.forEachRow(of: announce, [.text(name)]) { _ in } }
            return (result, revoked)
        }
        if !revoked.expiries.isEmpty { revocations.add(revoked.expiries) }
        return result
    }
}

import OAuthProtocol
import Storage

/// The access tokens that a transaction revokes: rows of `revocations`, and what memory learns when they are committed.
struct TokenRevocations: Sendable {
    private(set) var expiries: [TokenHash: Timestamp] = [:]

    private static let insertion = """
        INSERT INTO revocations AS old (tenant_id, key_hash, expires_at) VALUES ($1, $2, $3)
        ON CONFLICT (tenant_id, key_hash) DO UPDATE
        SET expires_at = CASE WHEN old.expires_at > excluded.expires_at THEN old.expires_at ELSE excluded.expires_at END
        """

    /// Inserts in one order for all, so that two transactions with the same keys cannot wait for each other.
    mutating func insert(
        _ keys: [RevocationKey], until expiresAt: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        let rows = keys.map { (hash: TokenHash(of: $0.text), expiresAt: $0.expiry(ofRow: expiresAt)) }
        for row in rows.sorted(by: { $0.hash.bytes.lexicographicallyPrecedes($1.hash.bytes) }) {
            _ = try connection.execute(Self.insertion, [scope.key, .hash(row.hash), .time(row.expiresAt)])
            expiries[row.hash] = max(expiries[row.hash] ?? row.expiresAt, row.expiresAt)
        }
    }

    /// Revokes what was issued under grants. An empty id, of a row of an older version, names none.
    mutating func insert(
        grants ids: [String], at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        let keys = ids.filter { !$0.isEmpty }.map(RevocationKey.grant)
        try insert(keys, until: now + RevocationKey.longestToken, in: scope, on: connection)
    }
}

extension TokenRevocations {
    /// Revokes all that the user was given until now.
    mutating func insert(
        user userID: String, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws {
        try insert([.user(userID, issuedBy: now)], until: now, in: scope, on: connection)
    }
}

extension RevocationKey {
    /// A user's row ends when the last token ends that it concerns, and so tells when the user's tokens were revoked.
    fileprivate func expiry(ofRow expiresAt: Timestamp) -> Timestamp {
        switch self {
        case .user(_, let issuedBy): issuedBy + Self.longestToken
        case .token, .grant, .session, .issue: expiresAt
        }
    }
}

/// What is asked about one key: whether there is a row of its hash that ends after an instant.
struct RevocationQuestion: Sendable {
    let hash: TokenHash
    let end: Timestamp

    /// A user's row concerns the token if it was written in the instant of its issue or later.
    init(_ key: RevocationKey, at now: Timestamp) {
        hash = TokenHash(of: key.text)
        switch key {
        case .user(_, let issuedBy):
            end = Timestamp(milliseconds: (issuedBy + RevocationKey.longestToken).milliseconds - 1)
        case .token, .grant, .session, .issue: end = now
        }
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

import OAuthProtocol
import Storage

/// Token buckets, each kept as one number: the time at which it is full again. With `i` the interval of one token and
/// `now` the clock, `full_at - now` divided by `i` is how many tokens are missing; taking one moves `full_at` by `i`, and
/// is refused when more than `capacity` would be missing. A bucket without a row is full.
struct SQLAttemptStore: AttemptStore {
    let scope: TenantScope

    func take(_ key: String, count: Int, from bucket: Bucket, at now: Timestamp) async throws -> AttemptDecision {
        let cost = bucket.milliseconds(for: count)
        guard bucket.capacity > 0 else { return .refused(retryAfter: max(1, bucket.refillInterval)) }
        guard cost > 0 else { return .allowed(remaining: bucket.capacity - count) }
        let span = bucket.milliseconds(for: bucket.capacity)
        let sql = """
            INSERT INTO attempt_buckets AS bucket (tenant_id, key_hash, full_at)
            VALUES ($1, $2, CAST($3 AS BIGINT) + CAST($4 AS BIGINT))
            ON CONFLICT (tenant_id, key_hash) DO UPDATE
            SET full_at = CASE WHEN bucket.full_at > $3 THEN bucket.full_at ELSE $3 END + $4
            WHERE CASE WHEN bucket.full_at > $3 THEN bucket.full_at ELSE $3 END + $4 <= CAST($3 AS BIGINT) + CAST($5 AS BIGINT)
            RETURNING full_at
            """
        let row: [SQLValue] = [scope.key, .hash(TokenHash(of: key))]
        return try await scope.database.write { connection in
            let arguments = row + [.time(now), .integer(cost), .integer(span)]
            if let fullAt = try connection.first(sql, arguments, { try $0.integer() }) {
                return .allowed(remaining: bucket.tokens(in: span - (fullAt - now.milliseconds)))
            }
            let select = "SELECT full_at FROM attempt_buckets WHERE tenant_id = $1 AND key_hash = $2"
            let fullAt = try connection.first(select, row) { try $0.integer() } ?? now.milliseconds
            let wait = fullAt + cost - now.milliseconds - span
            return .refused(retryAfter: Lifetime(seconds: max(1, (wait + 999) / 1000)))
        }
    }

    func giveBack(_ key: String, to bucket: Bucket) async throws {
        let sql = "UPDATE attempt_buckets SET full_at = full_at - $3 WHERE tenant_id = $1 AND key_hash = $2"
        let arguments: [SQLValue] = [scope.key, .hash(TokenHash(of: key)), .integer(bucket.milliseconds(for: 1))]
        _ = try await scope.database.write { try $0.execute(sql, arguments) }
    }

    func reset(_ keys: [String]) async throws {
        let sql = "DELETE FROM attempt_buckets WHERE tenant_id = $1 AND key_hash = $2"
        try await scope.database.write { [scope] connection in
            // In one order for all, so that two resets of the same keys cannot wait for each other.
            for hash in keys.map(TokenHash.init(of:)).sorted(by: { $0.bytes.lexicographicallyPrecedes($1.bytes) }) {
                _ = try connection.execute(sql, [scope.key, .hash(hash)])
            }
        }
    }
}

import OAuthProtocol
import Storage

struct SQLRevocationStore: RevocationStore {
    let scope: TenantScope

    func revoke(_ keys: [RevocationKey], until expiresAt: Timestamp, at now: Timestamp) async throws {
        guard !keys.isEmpty, expiresAt > now else { return }
        try await scope.writeRevoking { [scope] connection, revoked in
            try revoked.insert(keys, until: expiresAt, in: scope, on: connection)
        }
    }

    func isRevoked(anyOf keys: [RevocationKey], at now: Timestamp) async throws -> Bool {
        let condition = scope.revocations.condition()
        guard condition != .empty else { return false }
        let questions = keys.map { RevocationQuestion($0, at: now) }
        switch condition {
        case .empty: return false
        case .filled: return scope.revocations.answers(anyOf: questions)
        case .stale(let age): return try await look(for: questions, at: now, age: age)
        case .overfull: return try await ask(for: questions)
        }
    }

    /// Reads all revocations into memory and answers from them.
    private func look(for questions: [RevocationQuestion], at now: Timestamp, age: UInt64) async throws -> Bool {
        let sql = "SELECT key_hash, expires_at FROM revocations WHERE tenant_id = $1 AND expires_at > $2 LIMIT $3"
        let arguments: [SQLValue] = [scope.key, .time(now), .count(scope.revocations.limit + 1)]
        let readAt = ContinuousClock.now
        let found = try await scope.database.read { connection in
            try connection.query(sql, arguments) { (key: try $0.hash(), expiresAt: try $0.time()) }
        }
        let expiries = Dictionary(found.map { ($0.key, $0.expiresAt) }, uniquingKeysWith: max)
        scope.revocations.fill(expiries, readAt: readAt, age: age, at: now)
        if found.count > scope.revocations.limit { return try await ask(for: questions) }
        let isFound = questions.contains { question in expiries[question.hash].map { $0 > question.end } ?? false }
        return isFound || scope.revocations.answers(anyOf: questions)
    }

    /// Asks the database for these keys alone.
    private func ask(for questions: [RevocationQuestion]) async throws -> Bool {
        let sql = "SELECT 1 FROM revocations WHERE tenant_id = $1 AND key_hash = $2 AND expires_at > $3"
        for question in questions {
            let arguments: [SQLValue] = [scope.key, .hash(question.hash), .time(question.end)]
            if try await scope.database.read({ try $0.exists(sql, arguments) }) { return true }
        }
        return false
    }
}

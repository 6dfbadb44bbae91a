import OAuthProtocol
import Storage

/// A code that is used up stays, without attempts, until it is swept or replaced.
struct SQLOneTimeCodeStore: OneTimeCodeStore {
    let scope: TenantScope

    private static let columns = """
        purpose, key_hash, code_mac, payload_key_id, payload, attempts_left, created_at, expires_at
        """
    private static let live = "tenant_id = $1 AND purpose = $2 AND key_hash = $3 AND attempts_left > 0 AND expires_at > $4"

    func put(_ code: OneTimeCode) async throws {
        let sql = """
            INSERT INTO one_time_codes (tenant_id, \(Self.columns)) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (tenant_id, purpose, key_hash) DO UPDATE
            SET code_mac = excluded.code_mac, payload_key_id = excluded.payload_key_id, payload = excluded.payload,
                attempts_left = excluded.attempts_left, created_at = excluded.created_at, expires_at = excluded.expires_at
            """
        let head: [SQLValue] = [scope.key, .text(code.purpose.rawValue), .hash(code.keyHash), .blob(code.codeMAC)]
        let payload = try scope.sealed(code.payload, for: "one_time_codes", Self.name(code.purpose, code.keyHash))
        let tail: [SQLValue] = [.count(code.attemptsLeft), .time(code.createdAt), .time(code.expiresAt)]
        try await scope.database.write { _ = try $0.execute(sql, head + payload + tail) }
    }

    func find(_ purpose: OneTimeCode.Purpose, key: TokenHash, at now: Timestamp) async throws -> OneTimeCode? {
        let sql = "SELECT \(Self.columns) FROM one_time_codes WHERE \(Self.live)"
        return try await scope.database.read { [self] connection in
            try connection.first(sql, arguments(purpose, key, now)) { try read(&$0, purpose) }
        }
    }

    func check(
        _ purpose: OneTimeCode.Purpose, key: TokenHash, codeMAC: [UInt8], at now: Timestamp
    ) async throws -> OneTimeCodeCheck {
        try await compare(purpose, key, codeMAC, now, attemptsIfRight: "0")
    }

    func verify(
        _ purpose: OneTimeCode.Purpose, key: TokenHash, codeMAC: [UInt8], at now: Timestamp
    ) async throws -> OneTimeCodeCheck {
        try await compare(purpose, key, codeMAC, now, attemptsIfRight: "attempts_left")
    }

    /// An empty MAC is right for nothing: a code whose handle alone is the secret is consumed, not guessed.
    private func compare(
        _ purpose: OneTimeCode.Purpose, _ key: TokenHash, _ codeMAC: [UInt8], _ now: Timestamp, attemptsIfRight left: String
    ) async throws -> OneTimeCodeCheck {
        let isRight = codeMAC.isEmpty ? "code_mac = $5 AND 1 = 0" : "code_mac = $5"
        let sql = """
            UPDATE one_time_codes SET attempts_left = CASE WHEN \(isRight) THEN \(left) ELSE attempts_left - 1 END
            WHERE \(Self.live) RETURNING \(Self.columns), CASE WHEN \(isRight) THEN 1 ELSE 0 END
            """
        return try await scope.database.write { [self] connection in
            try connection.first(sql, arguments(purpose, key, now) + [.blob(codeMAC)]) { columns in
                let code = try read(&columns, purpose)
                return try columns.flag() ? .accepted(code) : .wrong(attemptsLeft: code.attemptsLeft)
            } ?? .missing
        }
    }

    func consume(_ purpose: OneTimeCode.Purpose, key: TokenHash, at now: Timestamp) async throws -> OneTimeCode? {
        let sql = "DELETE FROM one_time_codes WHERE \(Self.live) RETURNING \(Self.columns)"
        return try await scope.database.write { [self] connection in
            try connection.first(sql, arguments(purpose, key, now)) { try read(&$0, purpose) }
        }
    }

    private func arguments(_ purpose: OneTimeCode.Purpose, _ key: TokenHash, _ now: Timestamp) -> [SQLValue] {
        [scope.key, .text(purpose.rawValue), .hash(key), .time(now)]
    }

    private static func name(_ purpose: OneTimeCode.Purpose, _ key: TokenHash) -> String {
        "\(purpose.rawValue)/\(key.rowName)"
    }

    private func read(_ columns: inout ColumnReader, _ purpose: OneTimeCode.Purpose) throws -> OneTimeCode {
        _ = try columns.text()
        let (key, mac) = (try columns.hash(), try columns.blob())
        let payload = try scope.openedText(&columns, from: "one_time_codes", Self.name(purpose, key))
        guard let payload else { throw SQLError.unexpectedValue(column: 4) }
        let (attempts, createdAt) = (Int(try columns.integer()), try columns.time())
        return OneTimeCode(
            purpose: purpose, keyHash: key, codeMAC: mac, payload: payload, attempts: attempts,
            lifetime: (createdAt, try columns.time()))
    }
}

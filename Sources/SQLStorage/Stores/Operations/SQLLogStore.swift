import OAuthProtocol
import Storage

/// The audit log.
///
/// `list(after:)` misses nothing where commits follow the order of ids (SQLite, one process). Elsewhere a record may be
/// committed after one with a greater id, so records younger than the settling time are withheld from `list`: a reader
/// that continues from the last id it saw misses none as long as every record is committed within the settling time of
/// getting its id (the last statement before the commit) and the nodes' clocks differ by less. `latest` shows all.
struct SQLLogStore: LogStore {
    let scope: TenantScope

    func record(_ event: LogEvent) async throws {
        try await scope.database.write { [scope] connection in try scope.record(event, on: connection) }
    }

    func list(after id: String?, limit: Int) async throws -> [LogRecord] {
        let sql = "\(LogRows.select) AND id > $2 AND id < $3 ORDER BY id LIMIT $4"
        let arguments: [SQLValue] = [scope.key, .text(id ?? ""), .text(scope.logIDs.settledBound()), .count(limit)]
        return try await scope.database.read { connection in
            try connection.query(sql, arguments) { try LogRows.read(&$0) }.compactMap(\.self)
        }
    }

    func latest(limit: Int) async throws -> [LogRecord] {
        let sql = "\(LogRows.select) ORDER BY id DESC LIMIT $2"
        return try await scope.database.read { [scope] connection in
            try connection.query(sql, [scope.key, .count(limit)]) { try LogRows.read(&$0) }.compactMap(\.self)
        }
    }
}

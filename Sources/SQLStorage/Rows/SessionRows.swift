import OAuthProtocol
import Storage

/// Rows of `sessions` that a transaction of another store rests on.
enum SessionRows {
    /// Whether the session is alive. If so it stays until the transaction is over: who ends it waits for that, and then finds all
    /// that was issued in it. To be called before anything else is locked.
    static func hold(
        _ sid: String, at now: Timestamp, in scope: TenantScope, on connection: any SQLConnection
    ) throws -> Bool {
        let sql = "UPDATE sessions SET sid = sid WHERE tenant_id = $1 AND sid = $2 AND expires_at > $3"
        let arguments: [SQLValue] = [scope.key, .text(sid), .time(now)]
        // The user may prove it again at the same time: then the row that was waited for is gone, and another has its `sid`.
        for _ in 0..<2 where try connection.execute(sql, arguments) == 1 { return true }
        return false
    }
}

import OAuthProtocol
import Storage

/// What every store of one tenant works with. The stores are values of this one reference, so making and passing them
/// costs nothing.
final class TenantScope: Sendable {
    let tenant: TenantID
    let database: any Database
    let masterKeys: MasterKeyRing
    let logIDs: LogIDGenerator
    let caches = ConfigurationCaches()
    let revocations = RevocationSnapshot()
    /// `$1` of every statement.
    let key: SQLValue

    init(tenant: TenantID, database: any Database, masterKeys: MasterKeyRing, logIDs: LogIDGenerator) {
        (self.tenant, self.database, self.masterKeys, self.logIDs) = (tenant, database, masterKeys, logIDs)
        key = .text(tenant.rawValue)
    }

    /// Writes configuration: commits, then forgets what this process remembers and tells the others.
    func configure<T: Sendable>(_ body: @escaping @Sendable (any SQLConnection) throws -> T) async throws -> T {
        defer { caches.invalidate() }
        let (announce, name) = (database.dialect.announce, tenant.rawValue)
        return try await database.write { connection in
            let result = try body(connection)
            if let announce { try connection.forEachRow(of: announce, [.text(name)]) { _ in } }
            return result
        }
    }

    /// The number of a `Dialect.transactionLock` on whatever the names say, in this tenant.
    func lockNumber(_ names: String...) -> Int64 {
        let name = ([tenant.rawValue] + names).joined(separator: " ")
        return TokenHash(of: name).bytes.prefix(8).reduce(0) { $0 << 8 | Int64($1) }
    }

    /// What a sealed value is bound to: a value moved to another table, tenant or row does not open.
    func sealingContext(_ table: String, _ id: String) -> String { "\(table)/\(tenant.rawValue)/\(id)" }

    /// Inserts the event. Called as the last statement of a transaction, so that ids follow the order of commits closely.
    func record(_ event: LogEvent, on connection: any SQLConnection) throws {
        try LogRows.insert(event, id: logIDs.next(), tenant: key, on: connection)
    }
}

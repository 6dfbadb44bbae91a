package import AuthorizationServer
package import Connections
package import OAuthProtocol
import SQLiteDriver
package import Storage

extension EngineFixture {
    /// 32 fixed bytes; `olderKey` is another key that the ring opens with.
    package static let masterKeys: MasterKeyRing = {
        guard let current = MasterKeyRing.Key(bytes: Array(0..<32)), let older = MasterKeyRing.Key(bytes: Array(32..<64)) else {
            preconditionFailure("32 bytes make a key")
        }
        return MasterKeyRing(current: current, older: [older])
    }()

    /// A fresh in-memory database with the seed.
    package static func make() async throws -> EngineFixture {
        try await make(engine: try await SQLiteEngine.open(.memory, masterKeys: masterKeys))
    }

    /// The same over another engine, whose keys must be `masterKeys`. Migrates it; its tenant `name` must not exist.
    package static func make(engine: any StorageEngine, tenant name: TenantID = .default) async throws -> EngineFixture {
        _ = try await engine.migrate()
        let clock = ManualNow()
        let (mail, hasher) = (MailCollector(), FakePasswordHasher())
        let environment = ServerEnvironment(
            randomness: .counting(), passwordHasher: hasher, mailer: mail, masterKeys: masterKeys,
            connections: ConnectionTable(passwords: ["auth0": DatabaseConnection()]))
        let stores = engine.stores(for: name)
        let seed = EngineSeed(now: clock.now)
        try await engine.tenants.insert(seed.tenant(name))
        try await seed.insert(into: stores)
        return EngineFixture(
            engine: engine, clock: clock, mail: mail, hasher: hasher, environment: environment, tenant: seed.tenant(name),
            stores: stores, spa: seed.spa, native: seed.native, web: seed.web, machine: seed.machine, api: seed.api,
            connection: seed.connection, user: seed.user)
    }
}

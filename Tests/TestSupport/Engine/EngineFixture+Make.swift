package import AuthorizationServer
import Connections
import Credentials
import OAuthProtocol
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
        let (clock, hasher, outside) = (ManualNow(), FakePasswordHasher(), FakeOutside())
        let environment = environment(hasher, outside, clock)
        let stores = engine.stores(for: name)
        let seed = EngineSeed(now: clock.now)
        try await engine.tenants.insert(seed.tenant(name))
        try await seed.insert(into: stores)
        return EngineFixture(
            engine: engine, clock: clock, hasher: hasher, outside: outside, environment: environment, tenant: seed.tenant(name),
            stores: stores, spa: seed.spa, native: seed.native, web: seed.web, machine: seed.machine, api: seed.api,
            connection: seed.connection, user: seed.user)
    }

    /// The same tenant on another node over `engine`, which must reach the same database: nothing but that is shared, not even
    /// what was fetched.
    package func otherNode(over engine: any StorageEngine) -> TenantContext {
        TenantContext(
            tenant: tenant, stores: engine.stores(for: tenant.id),
            environment: Self.environment(hasher, outside, clock, from: 1 << 32))
    }

    private static func environment(
        _ hasher: FakePasswordHasher, _ outside: FakeOutside, _ clock: ManualNow, from start: UInt64 = 0
    ) -> ServerEnvironment {
        ServerEnvironment(
            randomness: .counting(from: start), passwordHasher: hasher, masterKeys: masterKeys,
            connections: ConnectionTable(passwords: ["auth0": DatabaseConnection()]),
            outside: ServerEnvironment.Outside(
                messages: (outside.mail, outside.texts), outbound: outside.outbound, webAuthn: outside.webAuthn,
                timeBasedCodes: TOTP(), now: { clock.now }))
    }
}

/// The world outside the engine, as tests want it.
package struct FakeOutside: Sendable {
    package let mail = MailCollector()
    package let texts = TextCollector()
    package let outbound = FakeOutbound()
    package let webAuthn = FakeWebAuthn()
}

import AuthorizationServer
import Credentials
import Logging
import OAuthProtocol
import SQLStorage
import Storage

/// A tenant over an empty database, with nothing around it that could answer.
enum Surroundings {
    static let now = Timestamp(seconds: 1_755_188_974)
    static let issuer = Issuer(scheme: "https", host: "default.test")

    static let masterKeys: MasterKeyRing = {
        guard let key = MasterKeyRing.Key(bytes: Array(0..<32)) else { preconditionFailure("32 bytes make a key") }
        return MasterKeyRing(current: key)
    }()

    private static let engine = SQLStorageEngine(database: EmptyDatabase(), masterKeys: masterKeys, logSettling: .seconds(1))

    /// The same `profile` for every client.
    static func context(_ profile: WireProfile) -> TenantContext {
        var tenant = Tenant(id: .default, customDomains: ["default.test"], createdAt: now)
        tenant.settings.defaultWireProfile = profile
        return TenantContext(tenant: tenant, stores: engine.stores(for: .default), environment: environment)
    }

    private static let environment = ServerEnvironment(
        randomness: .system, passwordHasher: FakePasswordHasher(), masterKeys: masterKeys,
        connections: ConnectionTable(passwords: [:]),
        outside: ServerEnvironment.Outside(
            messages: (MailCollector(), TextCollector()), outbound: FakeOutbound(), webAuthn: WebAuthnChecks(),
            timeBasedCodes: TOTP(), now: { now }))

    static var request: RequestInfo {
        RequestInfo(now: now, issuer: issuer, logger: Logger(label: "fuzz") { _ in SwiftLogNoOpLogHandler() })
    }
}

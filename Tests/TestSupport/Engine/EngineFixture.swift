package import AuthorizationServer
import Connections
import Logging
package import OAuthProtocol
package import Storage

/// A tenant with one of everything, over an in-memory database, with fakes for all that is slow or random.
///
///     let fixture = try await EngineFixture.make()
///     let endpoint = TokenEndpoint(fixture.context)
///     _ = try await endpoint.respond(to: form, authorization: nil, in: fixture.request())
///
/// Tests may change what was seeded through `stores` (for instance `fixture.stores.clients.update(client)`).
package struct EngineFixture: Sendable {
    package static let password = SecretString("Correct-Horse-7")
    package static let email = "user@example.test"
    package static let secret = SecretString("fixture-secret-0123456789-0123456789-0123456789-0123456789-01234")
    package static let callback = "https://app.example.test/callback"
    package static let audience = "https://api.example.test/"

    package let engine: any StorageEngine
    package let clock: ManualNow
    package let hasher: FakePasswordHasher
    package let outside: FakeOutside
    package var environment: ServerEnvironment
    package var tenant: Tenant
    package let stores: Stores

    /// Public, rotating refresh tokens, 30 s of leeway.
    package var spa: Client
    /// Public, non-rotating and non-expiring refresh tokens.
    package var native: Client
    /// Confidential (`EngineFixture.secret`); every grant of this release, both password grants included.
    package var web: Client
    /// Confidential, `client_credentials` alone, with a grant for `read:items` of the API.
    package var machine: Client
    /// Allows offline access; scopes `read:items` and `write:items`; first-party clients skip consent.
    package var api: ResourceServer
    /// Every client's, strict third parties included.
    package var connection: Connection
    /// `EngineFixture.email` with `EngineFixture.password`, verified.
    package var user: User

    package var mail: MailCollector { outside.mail }
    package var outbound: FakeOutbound { outside.outbound }
    package var now: Timestamp { clock.now }
    package var context: TenantContext { TenantContext(tenant: tenant, stores: stores, environment: environment) }

    /// A request at the clock's present time, to `https://default.test/` unless told otherwise.
    package func request(
        address: String = "203.0.113.7", issuer: Issuer = Issuer(scheme: "https", host: "default.test")
    ) -> RequestInfo {
        var logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        logger.logLevel = .critical
        return RequestInfo(now: clock.now, issuer: issuer, address: address, userAgent: "test/1.0", logger: logger)
    }

    /// A call of the connection at the present time.
    package var call: ConnectionCall { ConnectionCall(connection: connection, context: context, now: clock.now) }
}

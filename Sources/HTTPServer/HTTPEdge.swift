package import AuthorizationServer
package import Storage
package import WebUI

/// What all requests share: the database, the engine's environment, the configuration and the caches of this layer.
package final class HTTPEdge: Sendable {
    package let engine: any StorageEngine
    package let environment: ServerEnvironment
    package let configuration: HTTPConfiguration
    package let pages: Pages
    let tenants: TenantResolver
    let origins = OriginCache()
    let limiter = RateLimiter()
    let limitLog = LimitLog()

    init(engine: any StorageEngine, environment: ServerEnvironment, configuration: HTTPConfiguration) throws {
        (self.engine, self.environment, self.configuration) = (engine, environment, configuration)
        pages = try Pages()
        tenants = TenantResolver(engine: engine, environment: environment, hosts: configuration.hosts)
    }
}

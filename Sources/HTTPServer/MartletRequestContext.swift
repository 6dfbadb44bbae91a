import AuthorizationServer
package import Hummingbird
import Logging
import NIOCore

/// What the middleware learns about a request on its way in. Values, so that what is learned flows inwards only.
package struct MartletRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The IP address of the connection's other end, when it has one.
    package let peer: String?
    /// Set by the responder before any middleware runs.
    package var match: RouteMatch = .notFound
    /// Set by `RequestIDMiddleware`.
    package var requestID = ""
    /// Set by `TenantMiddleware`.
    package var arrival: Arrival?
    package var tenant: TenantResolution = .unknownHost
    /// Present when a browser asks from another origin: the handler notes here which client asks.
    package var asker: AskingClient?

    package init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peer = source.channel.remoteAddress?.ipAddress
    }

    /// A context without a connection behind it, for driving the responder directly.
    package init(source: some RequestContextSource, peer: String?) {
        coreContext = CoreRequestContextStorage(source: source)
        self.peer = peer
    }
}

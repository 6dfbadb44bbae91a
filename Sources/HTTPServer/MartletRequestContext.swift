package import AuthorizationServer
package import Hummingbird
import Logging
package import NIOCore

/// What the middleware learns about a request on its way in. Values, so that what is learned flows inwards only.
package struct MartletRequestContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// The IP address of the connection's other end, when it has one.
    package let peer: String?
    /// The connection; `nil` when the responder is driven directly.
    package let channel: (any Channel)?
    /// The certificate of the connection's other end. Set by a listener that asks for one.
    package var clientCertificate: PresentedCertificate?
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
        (peer, channel) = (source.channel.remoteAddress?.ipAddress, source.channel)
    }

    /// A context without a connection behind it, for driving the responder directly.
    package init(source: some RequestContextSource, peer: String?) {
        coreContext = CoreRequestContextStorage(source: source)
        (self.peer, channel) = (peer, nil)
    }
}

package import AuthorizationServer
import HTTPTypes
package import Hummingbird
import OAuthProtocol
package import Storage

/// A request to a tenant, as handlers get it.
package struct TenantCall: Sendable {
    package let request: Request
    package let context: TenantContext
    package let info: RequestInfo
    package let edge: HTTPEdge
    /// Present when a browser asks from another origin.
    let asker: AskingClient?

    package var tenant: Tenant { context.tenant }
    package var isHead: Bool { request.method == .head }
}

package import HTTPTypes
package import Hummingbird
import NIOCore
package import Storage
package import WebUI

extension Response {
    /// A page under its own policy. Only a page whose policy names who may frame it can be framed.
    package static func page(_ page: some Page, from pages: Pages, status: HTTPResponse.Status = .ok) -> Response {
        var response = content(ByteBuffer(string: pages.render(page)), type: "text/html; charset=utf-8", status: status)
        let policy = page.contentSecurityPolicy.headerValue
        response.headers[.contentSecurityPolicy] = policy
        if policy.contains("frame-ancestors 'none'") { response.headers[.frameOptions] = "DENY" }
        return response
    }
}

extension PageFrame {
    /// The tenant's name, logo and support addresses; the product's own when the request has no tenant.
    package init(_ tenant: Tenant?) {
        guard let settings = tenant?.settings else {
            self.init(tenantName: "Martlet")
            return
        }
        self.init(
            tenantName: settings.friendlyName, logoURL: settings.pictureURL,
            support: Support(email: settings.supportEmail, url: settings.supportURL))
    }
}

extension TenantCall {
    /// A page of this tenant's server.
    package func page(_ page: some Page, status: HTTPResponse.Status = .ok) -> Response {
        .page(page, from: edge.pages, status: status)
    }

    package var frame: PageFrame { PageFrame(tenant) }
}

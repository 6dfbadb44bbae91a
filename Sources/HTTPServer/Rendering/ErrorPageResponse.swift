import AuthorizationServer
import HTTPTypes
package import Hummingbird
package import OAuthProtocol
package import Storage
package import WebUI

/// The error page as an answer (contract 4.2). Tenants may show errors on a page of their own.
package struct ErrorPageResponse: Sendable {
    private let pages: Pages
    private let tenant: Tenant?
    private let requestID: String

    /// - Parameter requestID: shown as the tracking id.
    package init(pages: Pages, tenant: Tenant?, requestID: String) {
        (self.pages, self.tenant, self.requestID) = (pages, tenant, requestID)
    }

    package init(_ call: TenantCall) {
        self.init(pages: call.edge.pages, tenant: call.tenant, requestID: call.info.requestID)
    }

    /// The page, or a redirect to the tenant's own with what is known. `known`: further query parameters, such as
    /// `client_id`.
    package func response(to error: OAuthError, known: [(String, String)] = []) -> Response {
        let wire = error.profile.wireError(for: error.kind, at: .page)
        if let url = tenant?.settings.errorPageURL.flatMap(RedirectURI.init) {
            let told = [("error", wire.code), ("error_description", error.description), ("tracking", requestID)]
            return .redirect(to: url.adding(query: known + told), status: .found)
        }
        var response = page(wire.code, error.description, HTTPResponse.Status(code: wire.status))
        if let delay = error.retryAfter { response.headers[.retryAfter] = String(delay.seconds) }
        return response
    }

    /// For people who followed a wrong link.
    var notFound: Response { page("not_found", WireText.notFound, .notFound) }

    private func page(_ code: String, _ description: String, _ status: HTTPResponse.Status) -> Response {
        let page = ErrorPage(
            PageFrame(tenant), status: status.code, error: code, description: description, trackingID: requestID)
        return .page(page, from: pages, status: status)
    }
}

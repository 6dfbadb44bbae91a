package import AuthorizationServer
import HTTPTypes
package import Hummingbird

extension TenantCall {
    /// The browser's cookies, by meaning.
    package var browser: BrowserState { BrowserCookies(info.issuer).state(request.headers) }
}

extension Response {
    /// Adds the cookies that the engine asked for.
    package func setting(_ changes: BrowserChanges, for issuer: Issuer) -> Response {
        var response = self
        for field in BrowserCookies(issuer).fields(for: changes) {
            response.headers.append(HTTPField(name: .setCookie, value: field))
        }
        return response
    }
}

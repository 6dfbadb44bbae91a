import HTTPTypes
package import OAuthProtocol
import Synchronization

/// Which client a cross-origin request named. The handler, which alone reads the body, notes it; the middleware reads it on
/// the way out. Made only for requests that carry `Origin`.
package final class AskingClient: Sendable {
    private let noted = Mutex<String?>(nil)

    package init() {}
    package var clientID: String? { noted.withLock { $0 } }

    /// `client_id` of the parameters, or the user of Basic authentication. A guess is enough: a wrong client id only makes
    /// the answer unreadable for the page that sent it.
    package func note(_ parameters: FormParameters, authorization: String?) {
        if case .text(let id) = parameters.values("client_id").first {
            noted.withLock { $0 = id }
        } else if let authorization, let id = Self.basicUser(authorization) {
            noted.withLock { $0 = id }
        }
    }

    private static func basicUser(_ authorization: String) -> String? {
        guard authorization.lowercased().hasPrefix("basic "), let bytes = Base64.decode(String(authorization.dropFirst(6))) else {
            return nil
        }
        return PercentEncoding.decodeForm(bytes.prefix { $0 != UInt8(ascii: ":") })
    }
}

/// The origin of a page as browsers send it in `Origin` (RFC 6454 section 7): scheme, host and port.
package struct WebOrigin: Hashable, Sendable {
    private let scheme: String
    private let host: String
    /// `nil` for the scheme's default port.
    private let port: Int?

    /// `nil` for `null`, for a value with a path, query or fragment, and for anything that is no origin.
    package init?(_ headerValue: String) {
        guard let uri = AbsoluteURI(headerValue), uri.path.isEmpty, uri.query == nil else { return nil }
        self.init(uri)
    }

    init?(_ uri: AbsoluteURI) {
        guard let host = uri.host, !host.isEmpty else { return nil }
        scheme = uri.scheme
        self.host = host
        port = uri.port == Self.defaultPort(uri.scheme) ? nil : uri.port
    }

    /// Whether an entry of `web_origins` or `allowed_origins` stands for this origin (contract 2.4). A `/` behind the host is
    /// overlooked; an entry with any other path, or with a query or fragment, matches nothing.
    package func matches(registered: String) -> Bool {
        guard let uri = AbsoluteURI(registered, allowsPlaceholders: true), ["", "/"].contains(uri.path), uri.query == nil,
            let entry = WebOrigin(uri), entry.scheme == scheme, entry.port == port
        else { return false }
        let isWeb = uri.isWeb || !entry.host.utf8.contains(UInt8(ascii: "*"))
        return isWeb && HostName.matches(host, registered: entry.host)
    }

    /// True for http(s) origins at `localhost`, names under it, 127.0.0.0/8 and `[::1]`.
    package var isLoopback: Bool { ["http", "https"].contains(scheme) && HostName.isLoopback(host) }

    /// `https://example.com:8443`, without the scheme's default port.
    package var serialized: String { "\(scheme)://\(host)" + (port.map { ":\($0)" } ?? "") }

    private static func defaultPort(_ scheme: String) -> Int? {
        switch scheme {
        case "https": 443
        case "http": 80
        default: nil
        }
    }
}

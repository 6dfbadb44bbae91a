/// Where a browser is sent back to: a client's `redirect_uri`, `returnTo` or `post_logout_redirect_uri`
/// (contract 2.3 to 2.5). The text that came in stays the truth; its parts serve only to compare and to inspect.
package struct RedirectURI: Sendable {
    /// As it was sent, without its fragment.
    package let original: String
    private let uri: AbsoluteURI

    /// `nil` unless `text` is an absolute URI of printable ASCII without backslash. `http` and `https` need a host and admit
    /// no userinfo; schemes that run code, such as `javascript`, are refused. A fragment is cut off (contract 2.3).
    package init?(_ text: String) {
        let original = Self.withoutFragment(text)
        guard let uri = AbsoluteURI(original) else { return nil }
        self.original = original
        self.uri = uri
    }

    /// Lower case.
    package var scheme: String { uri.scheme }
    /// Lower case, IPv6 in brackets; `nil` when there is no authority (`com.example.app:/callback`).
    package var host: String? { uri.host }
    package var port: Int? { uri.port }
    package var path: String { uri.path }
    package var query: String? { uri.query }

    /// The web origin, without the scheme's default port (RFC 6454 section 6.2); `nil` for custom schemes.
    package var origin: String? { uri.isWeb ? WebOrigin(uri)?.serialized : nil }
    /// True for http(s) URIs to `localhost`, names under it, 127.0.0.0/8 and `[::1]`.
    package var isLoopback: Bool { uri.isWeb && uri.host.map(HostName.isLoopback) == true }
    package var isCustomScheme: Bool { !uri.isWeb }

    /// Whether an entry of the client's list stands for this URI: equal but for the case of scheme and host and a lone
    /// trailing `/` after the host; or equal with one host label in the place of a `*` (contract 2.3, 2.4).
    package func matches(registered: String) -> Bool {
        guard let entry = entry(registered) else { return false }
        return matchesIgnoringQuery(entry) && Self.isExactly(uri.query, entry.query)
    }

    /// As `matches(registered:)`, without looking at either query: the rule of `/v2/logout` (contract 2.5).
    package func matchesIgnoringQuery(registered: String) -> Bool {
        entry(registered).map(matchesIgnoringQuery) ?? false
    }

    /// True when a registered entry has a placeholder, which third-party clients may not use (contract 2.4).
    package static func hasPlaceholder(_ registered: String) -> Bool {
        registered.utf8.contains { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "{") }
    }

    /// The URI with further query parameters behind those it has.
    package func adding(query pairs: [(String, String)]) -> String {
        guard !pairs.isEmpty else { return original }
        let separator =
            switch query {
            case nil: "?"
            case "": ""
            case .some: "&"
            }
        return original + separator + PercentEncoding.encodePairs(pairs)
    }

    /// The URI with parameters in its fragment.
    package func adding(fragment pairs: [(String, String)]) -> String {
        original + "#" + PercentEncoding.encodePairs(pairs)
    }

    private func entry(_ registered: String) -> AbsoluteURI? {
        guard let entry = AbsoluteURI(Self.withoutFragment(registered), allowsPlaceholders: true) else { return nil }
        let isPlain = entry.host?.utf8.contains(UInt8(ascii: "*")) != true
        return entry.isWeb || isPlain ? entry : nil
    }

    private func matchesIgnoringQuery(_ entry: AbsoluteURI) -> Bool {
        guard uri.scheme.isExactly(entry.scheme), uri.port == entry.port, samePath(entry) else { return false }
        guard let host = uri.host, let registeredHost = entry.host else { return uri.host == nil && entry.host == nil }
        return HostName.matches(host, registered: registeredHost)
    }

    private func samePath(_ entry: AbsoluteURI) -> Bool {
        uri.path.isExactly(entry.path)
            || uri.isWeb && ["", "/"].contains(uri.path) && ["", "/"].contains(entry.path)
    }

    private static func isExactly(_ left: String?, _ right: String?) -> Bool {
        switch (left, right) {
        case (let left?, let right?): left.isExactly(right)
        case (nil, nil): true
        case (.some, nil), (nil, .some): false
        }
    }

    private static func withoutFragment(_ text: String) -> String {
        guard let mark = text.utf8.firstIndex(of: UInt8(ascii: "#")) else { return text }
        return String(text[..<mark])
    }
}

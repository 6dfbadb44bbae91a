import OAuthProtocol

/// A redirect URI on the first line, a client's entry on the second: what matches goes where the entry goes.
enum RedirectsTarget {
    static func run(_ bytes: [UInt8]) {
        let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
        let sent = String(decoding: lines.first ?? [], as: UTF8.self)
        // The fragment of an entry does not count.
        let entry = lines.count > 1 ? lines[1].prefix { $0 != UInt8(ascii: "#") } : []
        let registered = String(decoding: entry, as: UTF8.self)
        redirect(sent, registered)
        origin(sent, registered)
    }

    private static func redirect(_ sent: String, _ registered: String) {
        guard let uri = RedirectURI(sent) else { return }
        expect(uri.original.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\\") }, "a URI is printable")
        expect(uri.isCustomScheme || uri.host?.isEmpty == false, "a web URI has a host")
        expect(uri.host?.utf8.contains(UInt8(ascii: "@")) != true, "a host is no userinfo")
        extended(uri)
        guard uri.matches(registered: registered) else { return }
        expect(uri.matchesIgnoringQuery(registered: registered), "what matches does so without its query")
        same(uri, registered)
    }

    /// Parameters behind a URI change neither where it goes nor what it says already.
    private static func extended(_ uri: RedirectURI) {
        guard let longer = RedirectURI(uri.adding(query: [("code", "a b&c=d#e"), ("state", "\n")])) else {
            return expect(false, "a URI stays one when parameters are added")
        }
        expect(
            longer.scheme.isExactly(uri.scheme) && longer.host == uri.host && longer.port == uri.port, "parameters move nobody")
        expect(longer.path.isExactly(uri.path), "parameters leave the path")
        expect(longer.query?.hasPrefix(uri.query ?? "") == true, "parameters come behind the query")
    }

    private static func same(_ uri: RedirectURI, _ registered: String) {
        // A star in a path stands for itself.
        let authority = registered.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2).prefix { !"/?".utf8.contains($0) }
        guard !authority.contains(UInt8(ascii: "*")) else { return placeholder(uri, registered) }
        guard let entry = RedirectURI(registered) else { return expect(false, "an entry that is matched is a URI") }
        expect(
            entry.scheme.isExactly(uri.scheme) && entry.host == uri.host && entry.port == uri.port, "the place is the entry's")
        expect(entry.origin == uri.origin && entry.query == uri.query, "origin and query are the entry's")
        let paths = [entry.path, uri.path]
        expect(entry.path.isExactly(uri.path) || paths.allSatisfy { ["", "/"].contains($0) }, "the path is the entry's")
    }

    /// One label of the host, and nothing else, may differ.
    private static func placeholder(_ uri: RedirectURI, _ registered: String) {
        guard let host = uri.host else { return expect(false, "a placeholder stands for a host") }
        let domain = host.split(separator: ".", omittingEmptySubsequences: false).dropFirst().joined(separator: ".")
        expect(!domain.isEmpty && registered.lowercased().contains(".\(domain)"), "the domain is the entry's")
    }

    private static func origin(_ sent: String, _ registered: String) {
        guard let origin = WebOrigin(sent) else { return }
        expect(WebOrigin(origin.serialized) == origin, "an origin comes back the same")
        expect(origin.matches(registered: origin.serialized), "an origin matches itself")
        guard origin.matches(registered: registered), !RedirectURI.hasPlaceholder(registered) else { return }
        expect(RedirectURI(registered)?.origin.map { $0 == origin.serialized } ?? true, "what matches is the same origin")
    }
}

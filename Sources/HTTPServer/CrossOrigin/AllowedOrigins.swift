import OAuthProtocol
import Storage

/// `allowed_origins`, `web_origins` and the origins of `callbacks` (contract 1.6), with the wildcards of 2.4.
struct AllowedOrigins: Sendable {
    private var exact: Set<WebOrigin> = []
    private var patterns: [String] = []
    private var acceptsAnyLoopback = false

    /// - Parameter isDevelopment: of the tenant; only then `acceptsAnyLoopback` counts.
    init(_ clients: [Client], isDevelopment: Bool) {
        for client in clients {
            for entry in client.allowedOrigins + client.webOrigins { add(entry, client) }
            for callback in client.callbacks { add(Self.origin(of: callback), client) }
            acceptsAnyLoopback = acceptsAnyLoopback || (isDevelopment && client.acceptsAnyLoopback)
        }
    }

    func allows(_ origin: WebOrigin) -> Bool {
        exact.contains(origin) || (acceptsAnyLoopback && origin.isLoopback)
            || patterns.contains { origin.matches(registered: $0) }
    }

    private mutating func add(_ entry: String, _ client: Client) {
        // Wildcards are for clients of the tenant's own (contract 2.4).
        guard client.isFirstParty || !RedirectURI.hasPlaceholder(entry) else { return }
        if let origin = WebOrigin(entry) { exact.insert(origin) } else { patterns.append(entry) }
    }

    /// The part of a callback before its path; placeholders stay.
    private static func origin(of callback: String) -> String {
        var slashes = 0
        let end = callback.utf8.firstIndex { byte in
            if byte == UInt8(ascii: "/") { slashes += 1 }
            return slashes == 3 || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
        }
        return String(callback[..<(end ?? callback.endIndex)])
    }
}

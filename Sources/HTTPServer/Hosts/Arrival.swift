package import HTTPTypes

/// How a request came in: from which address, to which host, by which scheme.
package struct Arrival: Sendable, Equatable {
    package var authority: String?
    package var scheme: ListenerScheme
    /// The user's address as far as it can be known; empty when it cannot.
    package var address: String
    /// The peer is one of the configured proxies.
    package var isThroughProxy: Bool

    /// Reads the connection, and the `X-Forwarded-*` fields if, and only if, the peer is a configured proxy.
    package init(_ head: HTTPRequest, peer: String?, listener: ListenerScheme, trusting proxies: [AddressRange]) {
        (authority, scheme) = (head.authority, listener)
        address = peer.flatMap(AddressRange.canonical) ?? ""
        isThroughProxy = !proxies.isEmpty && proxies.contains { $0.contains(peer ?? "") }
        guard isThroughProxy else { return }
        // The nearest proxy appends, so the right-most element is the only one that it vouches for.
        if let host = Self.elements(head, .forwardedHost).last { authority = host }
        if let text = Self.elements(head, .forwardedProto).last {
            scheme = ListenerScheme(rawValue: text.lowercased()) ?? listener
        }
        address = Self.client(Self.elements(head, .forwardedFor), proxies) ?? address
    }

    /// The right-most address that is not a proxy of ours; all to the left of it is the sender's own claim.
    private static func client(_ chain: [String], _ proxies: [AddressRange]) -> String? {
        for element in chain.reversed() {
            guard let address = AddressRange.canonical(element) else { return nil }
            if !proxies.contains(where: { $0.contains(address) }) { return address }
        }
        return chain.first.flatMap(AddressRange.canonical)
    }

    private static func elements(_ head: HTTPRequest, _ name: HTTPField.Name) -> [String] {
        head.headerFields[values: name].flatMap { $0.split(separator: ",") }.map { $0.filter { $0 != " " && $0 != "\t" } }
    }
}

/// What may be asked: https to public addresses, and what the operator allows besides. Pure.
package struct OutboundRules: Sendable {
    private var names: Set<Entry> = []
    private var blocks: [AddressBlock] = []

    private struct Entry: Hashable {
        var host: OutboundTarget.Host
        /// `nil` is every port.
        var port: Int?
    }

    /// Public addresses by https, nothing else.
    package static let strict = OutboundRules()

    /// This machine, for development.
    package static let loopback = OutboundRules(allowing: ["localhost", "127.0.0.0/8", "::1"])

    private init() {}

    /// `nil` when an entry is not a host, a host with a port, an address or a range of addresses (`10.0.0.0/8`).
    ///
    /// A host that is named may have any address and may be asked by http. A range allows the connection to its addresses,
    /// whatever the host; in URLs that hold the address itself also by http.
    package init?(allow entries: [String]) {
        for entry in entries {
            if let block = AddressBlock(entry) {
                blocks.append(block)
            } else if !entry.contains("/"), !entry.contains("?"), !entry.contains("#"),
                let target = OutboundTarget("http://\(entry)")
            {
                let hasPort = target.port != 80 || entry.hasSuffix(":80")
                names.insert(Entry(host: target.host, port: hasPort ? target.port : nil))
            } else {
                return nil
            }
        }
    }

    private init(allowing entries: [String]) { self = OutboundRules(allow: entries) ?? OutboundRules() }

    /// Both lists together.
    package func union(_ other: OutboundRules) -> OutboundRules {
        var result = self
        result.names.formUnion(other.names)
        result.blocks += other.blocks
        return result
    }

    /// Whether the URL may be asked, as far as it tells without resolving its host.
    package func admits(_ target: OutboundTarget) -> Bool {
        if isNamed(target) { return true }
        switch target.host {
        case .name: return target.isSecure
        case .address(let address): return isAllowed(address) || (target.isSecure && PublicAddress.isPublic(address))
        }
    }

    /// Whether a connection may be made to this address of the URL's host.
    package func admits(_ address: IPAddress, of target: OutboundTarget) -> Bool {
        isNamed(target) || isAllowed(address) || PublicAddress.isPublic(address)
    }

    private func isNamed(_ target: OutboundTarget) -> Bool {
        names.contains(Entry(host: target.host, port: nil)) || names.contains(Entry(host: target.host, port: target.port))
    }

    private func isAllowed(_ address: IPAddress) -> Bool { blocks.contains { $0.contains(address) } }
}

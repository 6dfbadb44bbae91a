/// Which addresses are on the public internet (the IANA special-purpose registries, RFC 6890). Pure.
package enum PublicAddress {
    /// False for everything that is not plain global unicast. Addresses that carry an IPv4 address inside (mapped, compatible,
    /// 6to4, Teredo, NAT64) are refused whatever they carry: nobody publishes one.
    package static func isPublic(_ address: IPAddress) -> Bool {
        if address.isVersion4 { return !reserved4.contains { $0.contains(address) } }
        return globalUnicast.contains { $0.contains(address) } && !reserved6.contains { $0.contains(address) }
    }

    private static let reserved4 = blocks(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
        "224.0.0.0/4", "240.0.0.0/4")

    /// All that was ever given out; loopback, unique local, link-local, multicast, mapped and NAT64 addresses lie outside.
    private static let globalUnicast = blocks("2000::/3")

    /// IETF protocols with Teredo and benchmarking, documentation, 6to4.
    private static let reserved6 = blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func blocks(_ texts: String...) -> [AddressBlock] { texts.compactMap(AddressBlock.init) }
}

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IP address, or all addresses that share a prefix (RFC 4632, RFC 4291 section 2.3).
package struct AddressRange: Sendable, Equatable {
    private let network: [UInt8]
    private let prefixLength: Int

    /// Parses `10.0.0.0/8`, `192.0.2.7`, `fd00::/8`. `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = Self.bytes(of: String(first)) else { return nil }
        guard parts.count == 2 else {
            (network, prefixLength) = (address, address.count * 8)
            return
        }
        guard let length = Int(parts[1]), (0...address.count * 8).contains(length) else { return nil }
        (network, prefixLength) = (address, length)
    }

    /// False for text that is not an address, and for addresses of the other family.
    package func contains(_ text: String) -> Bool {
        guard let address = Self.bytes(of: text), address.count == network.count else { return false }
        let whole = prefixLength / 8
        guard address.prefix(whole).elementsEqual(network.prefix(whole)) else { return false }
        let rest = prefixLength % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return address[whole] & mask == network[whole] & mask
    }

    /// The address in its usual form, `::ffff:192.0.2.1` as `192.0.2.1`. `nil` when it is none.
    package static func canonical(_ text: String) -> String? {
        guard bytes(of: text) != nil else { return nil }
        guard text.utf8.contains(UInt8(ascii: ":")) else { return text }
        let isMapped = text.lowercased().hasPrefix("::ffff:") && text.contains(".")
        return isMapped ? String(text.dropFirst(7)) : text
    }

    /// 4 or 16 bytes; an IPv4 address that is written as IPv6 gives 4.
    private static func bytes(of text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let bytes = withUnsafeBytes(of: sixteen) { Array($0) }
        let isMapped = bytes.prefix(10).allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        return isMapped ? Array(bytes[12...]) : bytes
    }
}

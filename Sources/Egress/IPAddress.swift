#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An IP address as bytes: 4 or 16.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    package let bytes: [UInt8]

    /// Parses the standard spellings only: four plain decimal numbers, or RFC 4291 text without a zone. `nil` for the octal,
    /// hexadecimal and shortened ones that resolvers take for addresses.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var sixteen = in6_addr()
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        bytes = withUnsafeBytes(of: sixteen) { Array($0) }
    }

    package var isVersion4: Bool { bytes.count == 4 }

    package var description: String {
        if isVersion4 { return bytes.map(String.init).joined(separator: ".") }
        let groups = stride(from: 0, to: 16, by: 2).map { String(UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]), radix: 16) }
        return groups.joined(separator: ":")
    }
}

/// All addresses of one family that share a prefix (RFC 4632, RFC 4291 section 2.3).
package struct AddressBlock: Sendable, Hashable {
    private let network: [UInt8]
    private let length: Int

    /// Parses `10.0.0.0/8`, `fd00::/8`, or one address. `nil` for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(parts[0]) else { return nil }
        let bits = address.bytes.count * 8
        guard let length = parts.count == 1 ? bits : Int(parts[1]), (0...bits).contains(length) else { return nil }
        (network, self.length) = (address.bytes, length)
    }

    package func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == network.count else { return false }
        let whole = length / 8
        guard address.bytes.prefix(whole).elementsEqual(network.prefix(whole)) else { return false }
        let rest = length % 8
        guard rest > 0 else { return true }
        let mask = UInt8(truncatingIfNeeded: 0xFF00 >> rest)
        return address.bytes[whole] & mask == network[whole] & mask
    }
}

/// What of a network address counts as one guesser: an IPv4 address, or the first 64 bits of an IPv6 address, since a
/// single customer is handed at least that many of them.
package enum NetworkPrefix {
    package static func of(_ address: String) -> String {
        let bare = address.split(separator: "%", maxSplits: 1).first.map(String.init) ?? address
        guard bare.utf8.contains(UInt8(ascii: ":")) else { return bare }
        if let mapped = mappedIPv4(bare) { return mapped }
        guard let groups = groups(of: bare) else { return bare }
        return groups.prefix(4).map { String($0, radix: 16) }.joined(separator: ":") + "::/64"
    }

    /// `::ffff:192.0.2.1` is the IPv4 address (RFC 4291 section 2.5.5.2).
    private static func mappedIPv4(_ address: String) -> String? {
        guard address.lowercased().hasPrefix("::ffff:"), address.utf8.contains(UInt8(ascii: ".")) else { return nil }
        return String(address.dropFirst(7))
    }

    /// The eight groups, with `::` filled in (RFC 4291 section 2.2). `nil` when it is no IPv6 address.
    private static func groups(of address: String) -> [UInt16]? {
        let halves = address.components(separatedByPair: ":")
        guard halves.count <= 2, let head = parse(halves[0]), let tail = parse(halves.count == 2 ? halves[1] : "") else {
            return nil
        }
        let missing = 8 - head.count - tail.count
        guard halves.count == 2 ? missing >= 1 : missing == 0 else { return nil }
        return head + Array(repeating: 0, count: missing) + tail
    }

    private static func parse(_ half: String) -> [UInt16]? {
        var groups: [UInt16] = []
        for part in half.split(separator: ":") {
            guard part.utf8.count <= 4, let group = UInt16(part, radix: 16) else { return nil }
            groups.append(group)
        }
        return groups
    }
}

extension String {
    /// Splits at each doubled separator: `a::b` at `:` is `["a", "b"]`.
    fileprivate func components(separatedByPair separator: Character) -> [String] {
        var result = [""]
        var rest = Substring(self)
        while let character = rest.popFirst() {
            if character == separator, rest.first == separator {
                rest.removeFirst()
                result.append("")
            } else {
                result[result.count - 1].append(character)
            }
        }
        return result
    }
}

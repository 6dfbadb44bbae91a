/// An address of 4 or 16 bytes in its one recommended spelling: dotted decimals, or RFC 5952.
struct IPAddressText {
    let text: String

    /// `nil` for any other number of bytes.
    init?(_ bytes: [UInt8]) {
        switch bytes.count {
        case 4: text = bytes.map { String($0) }.joined(separator: ".")
        case 16: text = Self.version6(stride(from: 0, to: 16, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) })
        default: return nil
        }
    }

    private static func version6(_ groups: [UInt16]) -> String {
        func joined(_ part: ArraySlice<UInt16>) -> String { part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard let zeros = longestZeros(groups) else { return joined(groups[...]) }
        return joined(groups[..<zeros.lowerBound]) + "::" + joined(groups[zeros.upperBound...])
    }

    /// The first longest run of at least two groups of zero (RFC 5952 section 4.2).
    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var longest = 0..<1
        var start = 0
        for index in 0...groups.count where index == groups.count || groups[index] != 0 {
            if index - start > longest.count { longest = start..<index }
            start = index + 1
        }
        return longest.count >= 2 ? longest : nil
    }
}

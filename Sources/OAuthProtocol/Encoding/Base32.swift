/// base32 (RFC 4648 section 6): the spelling of shared secrets in `otpauth:` URIs, which leave the padding out.
package enum Base32 {
    private static let symbols = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)
    private static let padding = UInt8(ascii: "=")

    package static func encode(_ bytes: some Sequence<UInt8>, isPadded: Bool = false) -> String {
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var pending: UInt32 = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            pending += 8
            while pending >= 5 {
                pending -= 5
                output.append(symbols[Int(bits >> pending & 31)])
            }
        }
        if pending > 0 { output.append(symbols[Int(bits << (5 - pending) & 31)]) }
        while isPadded, output.count % 8 != 0 { output.append(padding) }
        return String(decoding: output, as: UTF8.self)
    }

    /// With all of its padding or without any. `nil` for foreign characters (lower case and white space too), other
    /// padding, lengths that no bytes have and non-zero trailing bits.
    package static func decode(_ text: String) -> [UInt8]? {
        guard let input = withoutPadding(Array(text.utf8)), ![1, 3, 6].contains(input.count % 8) else { return nil }
        var output: [UInt8] = []
        var bits: UInt32 = 0
        var pending: UInt32 = 0
        for symbol in input {
            guard let value = value(of: symbol) else { return nil }
            bits = bits << 5 | value
            pending += 5
            if pending >= 8 {
                pending -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> pending))
            }
        }
        return bits & (1 << pending - 1) == 0 ? output : nil
    }

    private static func withoutPadding(_ input: [UInt8]) -> [UInt8]? {
        guard input.last == padding else { return input }
        guard input.count % 8 == 0, let end = input.lastIndex(where: { $0 != padding }) else { return nil }
        return input.count - end <= 7 ? Array(input[...end]) : nil
    }

    private static func value(of symbol: UInt8) -> UInt32? {
        switch symbol {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(symbol - UInt8(ascii: "A"))
        case UInt8(ascii: "2")...UInt8(ascii: "7"): UInt32(symbol - UInt8(ascii: "2")) + 26
        default: nil
        }
    }
}

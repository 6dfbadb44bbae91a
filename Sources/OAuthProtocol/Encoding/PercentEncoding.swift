/// `application/x-www-form-urlencoded` (WHATWG URL section 5, RFC 6749 appendix B), the form of queries and form bodies.
package enum PercentEncoding {
    private static let hexadecimal = Array("0123456789ABCDEF".utf8)

    /// Keeps RFC 3986 unreserved characters and escapes all else. A space becomes `%20`, which form decoders and plain
    /// percent decoders both read as a space; some clients read fragments with the latter.
    package static func encodeForm(_ text: String) -> String {
        if text.utf8.allSatisfy(isUnreserved) { return text }
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 16)
        encodeForm(text, appendingTo: &output)
        return String(decoding: output, as: UTF8.self)
    }

    /// `a=1&b=2` with names and values escaped.
    package static func encodePairs(_ pairs: [(String, String)]) -> String {
        var output: [UInt8] = []
        for (name, value) in pairs {
            if !output.isEmpty { output.append(UInt8(ascii: "&")) }
            encodeForm(name, appendingTo: &output)
            output.append(UInt8(ascii: "="))
            encodeForm(value, appendingTo: &output)
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func encodeForm(_ text: String, appendingTo output: inout [UInt8]) {
        for byte in text.utf8 {
            if isUnreserved(byte) {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output.append(hexadecimal[Int(byte >> 4)])
                output.append(hexadecimal[Int(byte & 15)])
            }
        }
    }

    /// Decodes one name or value. `nil` for a broken escape, invalid UTF-8 or a NUL.
    package static func decodeForm(_ bytes: some Collection<UInt8>) -> String? {
        bytes.withContiguousBytes { input in
            var needsDecoding = false
            for byte in input {
                if byte == 0 { return nil }
                if byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+") { needsDecoding = true }
            }
            if !needsDecoding { return String(validating: input, as: UTF8.self) }
            guard let decoded = decodeEscapes(input) else { return nil }
            return String(validating: decoded, as: UTF8.self)
        }
    }

    private static func decodeEscapes(_ input: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(input.count)
        var index = 0
        while index < input.count {
            switch input[index] {
            case UInt8(ascii: "+"): output.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < input.count, let high = ASCII.hexadecimalValue(input[index + 1]),
                    let low = ASCII.hexadecimalValue(input[index + 2]), high | low != 0
                else { return nil }
                output.append(high << 4 | low)
                index += 2
            case let byte: output.append(byte)
            }
            index += 1
        }
        return output
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool { ASCII.isUnreserved(byte) }
}

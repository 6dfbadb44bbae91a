import OAuthProtocol

extension CBOR {
    /// The shortest spelling of every head; map entries in the order in which they are held.
    package var encoded: [UInt8] {
        var output: [UInt8] = []
        write(to: &output)
        return output
    }

    private func write(to output: inout [UInt8]) {
        switch self {
        case .integer(let number): Self.write(number, to: &output)
        case .bytes(let bytes):
            Self.writeHead(2, UInt64(bytes.count), to: &output)
            output += bytes
        case .text(let text): Self.write(text, to: &output)
        case .array(let values):
            Self.writeHead(4, UInt64(values.count), to: &output)
            for value in values { value.write(to: &output) }
        case .map(let map): Self.write(map, to: &output)
        case .bool(let flag): output.append(flag ? 0xF5 : 0xF4)
        case .null: output.append(0xF6)
        }
    }

    private static func write(_ number: Int64, to output: inout [UInt8]) {
        // `-1 - n` is the complement of n, which no Int64 overflows.
        writeHead(number < 0 ? 1 : 0, UInt64(number < 0 ? ~number : number), to: &output)
    }

    private static func write(_ text: String, to output: inout [UInt8]) {
        writeHead(3, UInt64(text.utf8.count), to: &output)
        output += text.utf8
    }

    private static func write(_ map: CBORMap, to output: inout [UInt8]) {
        writeHead(5, UInt64(map.entries.count), to: &output)
        for entry in map.entries {
            switch entry.key {
            case .integer(let number): write(number, to: &output)
            case .text(let text): write(text.value, to: &output)
            }
            entry.value.write(to: &output)
        }
    }

    private static func writeHead(_ major: UInt8, _ argument: UInt64, to output: inout [UInt8]) {
        let (low, width): (UInt8, Int) =
            switch argument {
            case 0..<24: (UInt8(argument), 0)
            case 24...0xFF: (24, 1)
            case 0x100...0xFFFF: (25, 2)
            case 0x1_0000...0xFFFF_FFFF: (26, 4)
            default: (27, 8)
            }
        output.append(major << 5 | low)
        for index in (0..<width).reversed() { output.append(UInt8(truncatingIfNeeded: argument >> UInt64(index * 8))) }
    }
}

/// The one implementation of base64 (RFC 4648 sections 4 and 5): two alphabets, with or without padding.
struct Base64Codec: Sendable {
    private let symbols: [UInt8]
    /// Indexed by byte; `unused` marks bytes outside the alphabet.
    private let values: [UInt8]
    private let isPadded: Bool
    private static let unused: UInt8 = 0xFF
    private static let padding = UInt8(ascii: "=")

    /// - Parameter extra: the symbols for 62 and 63.
    init(extra: StaticString, isPadded: Bool) {
        let letters = Array(UInt8(ascii: "A")...UInt8(ascii: "Z")) + Array(UInt8(ascii: "a")...UInt8(ascii: "z"))
        let symbols = letters + Array(UInt8(ascii: "0")...UInt8(ascii: "9")) + [extra.utf8Start[0], extra.utf8Start[1]]
        var values = [UInt8](repeating: Self.unused, count: 256)
        for (value, symbol) in symbols.enumerated() { values[Int(symbol)] = UInt8(value) }
        self.symbols = symbols
        self.values = values
        self.isPadded = isPadded
    }

    func encodedCount(of count: Int) -> Int { isPadded ? (count + 2) / 3 * 4 : (count * 4 + 2) / 3 }

    /// Writes `encodedCount(of: input.count)` bytes to the start of `output`.
    func encode(_ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>) {
        symbols.withUnsafeBufferPointer { symbols in
            var read = 0
            var write = 0
            while read + 2 < input.count {
                let group = UInt32(input[read]) << 16 | UInt32(input[read + 1]) << 8 | UInt32(input[read + 2])
                output[write] = symbols[Int(group >> 18)]
                output[write + 1] = symbols[Int(group >> 12 & 63)]
                output[write + 2] = symbols[Int(group >> 6 & 63)]
                output[write + 3] = symbols[Int(group & 63)]
                read += 3
                write += 4
            }
            encodeTail(input[read...], into: output[write...], symbols)
        }
    }

    private func encodeTail(
        _ input: Slice<UnsafeBufferPointer<UInt8>>, into output: Slice<UnsafeMutableBufferPointer<UInt8>>,
        _ symbols: UnsafeBufferPointer<UInt8>
    ) {
        guard let first = input.first else { return }
        let second = input.count == 2 ? input[input.startIndex + 1] : 0
        var output = output
        let start = output.startIndex
        output[start] = symbols[Int(first >> 2)]
        output[start + 1] = symbols[Int(first << 4 & 0x30 | second >> 4)]
        if input.count == 2 { output[start + 2] = symbols[Int(second << 2 & 0x3C)] }
        if isPadded {
            if input.count == 1 { output[start + 2] = Self.padding }
            output[start + 3] = Self.padding
        }
    }

    func encodeToString(_ input: UnsafeBufferPointer<UInt8>) -> String {
        let count = encodedCount(of: input.count)
        return String(unsafeUninitializedCapacity: count) { output in
            encode(input, into: output)
            return count
        }
    }

    /// Strict: `nil` for bytes outside the alphabet, missing or superfluous padding and non-zero trailing bits, so that
    /// every byte string has exactly one accepted spelling.
    func decode(_ encoded: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
        guard let input = withoutPadding(encoded), input.count % 4 != 1 else { return nil }
        let tail = input.count % 4
        let count = input.count / 4 * 3 + (tail == 0 ? 0 : tail - 1)
        var isValid = true
        let decoded = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
            isValid = decodeSymbols(input, into: output)
            initialized = isValid ? count : 0
        }
        return isValid ? decoded : nil
    }

    private func withoutPadding(_ encoded: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8>? {
        guard isPadded else { return encoded }
        guard encoded.count % 4 == 0 else { return nil }
        let padding = encoded.suffix(2).reversed().prefix { $0 == Self.padding }.count
        return UnsafeBufferPointer(rebasing: encoded.dropLast(padding))
    }

    private func decodeSymbols(
        _ input: UnsafeBufferPointer<UInt8>, into output: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        values.withUnsafeBufferPointer { values in
            var seen: UInt8 = 0
            var bits: UInt32 = 0
            var pending = 0
            var write = 0
            for symbol in input {
                let value = values[Int(symbol)]
                seen |= value
                bits = bits << 6 | UInt32(value & 63)
                pending += 6
                if pending >= 8 {
                    pending -= 8
                    output[write] = UInt8(truncatingIfNeeded: bits >> UInt32(pending))
                    write += 1
                }
            }
            // Values are below 64, so only a foreign byte sets a high bit.
            let leftover = bits & (1 << UInt32(pending) - 1)
            return seen < 64 && leftover == 0
        }
    }
}

extension Sequence<UInt8> {
    /// The bytes in contiguous memory, copied only when the sequence has them elsewhere.
    func withContiguousBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        if let result = withContiguousStorageIfAvailable(body) { return result }
        return Array(self).withUnsafeBufferPointer(body)
    }
}

extension JSONValue {
    /// Compact JSON in UTF-8: members in order, no white space, `/` not escaped.
    package var serialized: [UInt8] { JSONWriter.bytes { $0.write(self) } }
    package var serializedString: String { String(decoding: serialized, as: UTF8.self) }
    /// As `serializedString`, safe inside a `<script>` element: `<`, `>`, `&`, U+2028 and U+2029 are escaped.
    package var serializedForHTML: String {
        String(decoding: JSONWriter.bytes(escapesForHTML: true) { $0.write(self) }, as: UTF8.self)
    }
}

extension JSONObject {
    /// As `JSONValue.serialized`.
    package var serialized: [UInt8] { JSONWriter.bytes { $0.write(self) } }
    package var serializedString: String { String(decoding: serialized, as: UTF8.self) }
    /// As `JSONValue.serializedForHTML`.
    package var serializedForHTML: String { JSONValue.object(self).serializedForHTML }
}

/// Appends JSON to a byte array.
struct JSONWriter {
    private var output: [UInt8] = []
    private let escapesForHTML: Bool
    private static let hexadecimal = Array("0123456789abcdef".utf8)

    static func bytes(escapesForHTML: Bool = false, _ body: (inout JSONWriter) -> Void) -> [UInt8] {
        var writer = JSONWriter(escapesForHTML: escapesForHTML)
        body(&writer)
        return writer.output
    }

    private init(escapesForHTML: Bool) {
        self.escapesForHTML = escapesForHTML
        output.reserveCapacity(512)
    }

    mutating func write(_ value: JSONValue) {
        switch value {
        case .null: write(literal: "null")
        case .bool(true): write(literal: "true")
        case .bool(false): write(literal: "false")
        case .integer(let integer): write(integer)
        case .number(let number): write(number)
        case .string(let text): write(text)
        case .array(let values): write(values)
        case .object(let object): write(object)
        }
    }

    mutating func write(_ object: JSONObject) {
        output.append(UInt8(ascii: "{"))
        var isFirst = true
        for member in object.members {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(member.name)
            output.append(UInt8(ascii: ":"))
            write(member.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    private mutating func write(_ values: [JSONValue]) {
        output.append(UInt8(ascii: "["))
        var isFirst = true
        for value in values {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(value)
        }
        output.append(UInt8(ascii: "]"))
    }

    private mutating func write(literal: StaticString) {
        output.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    private mutating func write(_ integer: Int64) {
        if integer < 0 { output.append(UInt8(ascii: "-")) }
        let start = output.count
        var rest = integer.magnitude
        repeat {
            output.append(UInt8(ascii: "0") + UInt8(rest % 10))
            rest /= 10
        } while rest > 0
        output[start...].reverse()
    }

    /// JSON has no infinities and no NaN; they become `null`, as in JavaScript.
    private mutating func write(_ number: Double) {
        guard number.isFinite else { return write(literal: "null") }
        output.append(contentsOf: Array(number.description.utf8))
    }

    private mutating func write(_ text: String) {
        output.append(UInt8(ascii: "\""))
        if text.utf8.withContiguousStorageIfAvailable({ writeEscaped($0) }) == nil {
            Array(text.utf8).withUnsafeBufferPointer { writeEscaped($0) }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// Copies runs that need no escape at once.
    private mutating func writeEscaped(_ bytes: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for index in bytes.indices where needsEscape(bytes, index) {
            output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<index]))
            start = index + escape(bytes, index)
        }
        output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start...]))
    }

    private func needsEscape(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        let byte = bytes[index]
        if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return true }
        guard escapesForHTML else { return false }
        switch byte {
        case UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"): return true
        case 0xE2: return isLineSeparator(bytes, index)
        default: return false
        }
    }

    /// U+2028 and U+2029 are E2 80 A8 and E2 80 A9.
    private func isLineSeparator(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Bool {
        index + 2 < bytes.count && bytes[index + 1] == 0x80 && bytes[index + 2] & 0xFE == 0xA8
    }

    /// Writes the escape of the character at `index`; returns how many bytes that character had.
    private mutating func escape(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int) -> Int {
        switch bytes[index] {
        case UInt8(ascii: "\""): write(literal: "\\\"")
        case UInt8(ascii: "\\"): write(literal: "\\\\")
        case 0x0A: write(literal: "\\n")
        case 0x0D: write(literal: "\\r")
        case 0x09: write(literal: "\\t")
        case 0xE2:
            write(literal: "\\u202")
            output.append(Self.hexadecimal[Int(bytes[index + 2] & 0x0F)])
            return 3
        case let byte:
            write(literal: "\\u00")
            output.append(Self.hexadecimal[Int(byte >> 4)])
            output.append(Self.hexadecimal[Int(byte & 15)])
        }
        return 1
    }
}

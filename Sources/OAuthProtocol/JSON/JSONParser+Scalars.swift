extension JSONParser {
    /// The string at the cursor, which stands on its opening quote.
    mutating func string() throws(JSONError) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let text = try validated(UnsafeBufferPointer(rebasing: bytes[start..<position]))
                position += 1
                return text
            case UInt8(ascii: "\\"): return try escapedString(from: start)
            case 0..<0x20: throw malformed
            default: position += 1
            }
        }
        throw malformed
    }

    private func validated(_ utf8: UnsafeBufferPointer<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: utf8, as: UTF8.self) else { throw malformed }
        return text
    }

    /// The rest of a string that has escapes. The cursor stands on the first backslash.
    private mutating func escapedString(from start: Int) throws(JSONError) -> String {
        var unescaped = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: unescaped, as: UTF8.self) else { throw malformed }
                position += 1
                return text
            case UInt8(ascii: "\\"):
                position += 1
                try unescape(into: &unescaped)
            case 0..<0x20: throw malformed
            default:
                unescaped.append(byte)
                position += 1
            }
        }
        throw malformed
    }

    /// One escape; the cursor stands behind its backslash.
    private mutating func unescape(into output: inout [UInt8]) throws(JSONError) {
        guard let letter = next else { throw malformed }
        position += 1
        switch letter {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(letter)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): output.append(contentsOf: Array(String(try escapedScalar()).utf8))
        default: throw malformed
        }
    }

    /// The scalar of `\uXXXX` or of a surrogate pair; a surrogate alone is refused.
    private mutating func escapedScalar() throws(JSONError) -> Character {
        let first = try fourHexadecimalDigits()
        if let scalar = Unicode.Scalar(first) { return Character(scalar) }
        guard first & 0xFC00 == 0xD800, next == UInt8(ascii: "\\") else { throw malformed }
        position += 1
        guard next == UInt8(ascii: "u") else { throw malformed }
        position += 1
        let second = try fourHexadecimalDigits()
        guard second & 0xFC00 == 0xDC00 else { throw malformed }
        guard let scalar = Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) else { throw malformed }
        return Character(scalar)
    }

    private mutating func fourHexadecimalDigits() throws(JSONError) -> UInt32 {
        guard position + 4 <= bytes.count else { throw malformed }
        var result: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = ASCII.hexadecimalValue(bytes[position]) else { throw malformed }
            result = result << 4 | UInt32(digit)
            position += 1
        }
        return result
    }

    /// The number at the cursor, by the grammar of RFC 8259 section 6.
    mutating func number() throws(JSONError) -> JSONValue {
        let start = position
        if next == UInt8(ascii: "-") { position += 1 }
        if next == UInt8(ascii: "0") { position += 1 } else { try digits() }
        var isInteger = true
        if next == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try digits()
        }
        if let letter = next, letter | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
            try digits()
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isInteger, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw malformed }
        return .number(number)
    }

    private mutating func digits() throws(JSONError) {
        let start = position
        while let byte = next, ASCII.isDigit(byte) { position += 1 }
        guard position > start else { throw malformed }
    }
}

extension JSONObject {
    /// The members of a parsed object whose names were found to differ.
    init(distinct members: [Member]) {
        self.init()
        for member in members { append(member.name, member.value) }
    }

    /// The last member of each name, in the place of the first.
    init(lastOfEach members: [Member]) {
        self.init()
        var last: [ExactString: JSONValue] = [:]
        for member in members { last[ExactString(member.name)] = member.value }
        for member in members {
            if let value = last.removeValue(forKey: ExactString(member.name)) { append(member.name, value) }
        }
    }
}

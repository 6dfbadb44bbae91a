/// Why bytes are not the JSON that was asked for.
package enum JSONError: Error, Sendable, Equatable {
    case tooLarge, tooDeep
    /// An object names a member twice, which parsers read differently (RFC 8259 section 4).
    case duplicateMember(String)
    /// Not RFC 8259 JSON in UTF-8; the byte offset at which that was noticed.
    case malformed(at: Int)
}

/// What a JSON text may cost.
package struct JSONLimits: Sendable {
    package var maximumBytes: Int
    package var maximumDepth: Int
    package var allowsDuplicateMembers: Bool

    package init(maximumBytes: Int = 65_536, maximumDepth: Int = 32, allowsDuplicateMembers: Bool = false) {
        self.maximumBytes = maximumBytes
        self.maximumDepth = maximumDepth
        self.allowsDuplicateMembers = allowsDuplicateMembers
    }

    package static let standard = JSONLimits()
}

extension JSONValue {
    /// Parses one strict RFC 8259 text: UTF-8 without overlong forms, no trailing text, no lone surrogates, no numbers
    /// beyond `Double`. With `allowsDuplicateMembers` the last member of a name wins.
    package static func parse(_ bytes: [UInt8], limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try JSONParser.run(bytes, limits) { (parser) throws(JSONError) in try parser.value(depth: 0) }
    }

    /// Parses a text whose top level is an object and keeps its members as written, repeated names included.
    /// Objects inside follow `limits`.
    package static func parseMembers(
        _ bytes: [UInt8], limits: JSONLimits = .standard
    ) throws(JSONError) -> [JSONObject.Member] {
        try JSONParser.run(bytes, limits) { (parser) throws(JSONError) in try parser.topLevelMembers() }
    }
}

/// A cursor over the bytes of one JSON text; descends recursively, bounded by `JSONLimits.maximumDepth`.
struct JSONParser {
    let bytes: UnsafeBufferPointer<UInt8>
    let limits: JSONLimits
    var position = 0

    static func run<Value>(
        _ bytes: [UInt8], _ limits: JSONLimits, _ body: (inout JSONParser) throws(JSONError) -> Value
    ) throws(JSONError) -> Value {
        guard bytes.count <= limits.maximumBytes else { throw .tooLarge }
        return try bytes.withUnsafeBufferPointer { (buffer) throws(JSONError) in
            var parser = JSONParser(bytes: buffer, limits: limits)
            parser.skipWhitespace()
            let value = try body(&parser)
            parser.skipWhitespace()
            guard parser.position == buffer.count else { throw parser.malformed }
            return value
        }
    }

    var malformed: JSONError { .malformed(at: position) }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func skipWhitespace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Consumes `byte` and the white space after it, if it comes next.
    private mutating func consume(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        skipWhitespace()
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(JSONError) {
        guard consume(byte) else { throw malformed }
    }

    mutating func value(depth: Int) throws(JSONError) -> JSONValue {
        guard depth <= limits.maximumDepth else { throw .tooDeep }
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case .some, .none: return try number()
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(JSONError) -> JSONValue {
        let end = position + text.utf8CodeUnitCount
        guard end <= bytes.count else { throw malformed }
        for offset in 0..<text.utf8CodeUnitCount where bytes[position + offset] != text.utf8Start[offset] { throw malformed }
        position = end
        return value
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSONValue] {
        try expect(UInt8(ascii: "["))
        var values: [JSONValue] = []
        if consume(UInt8(ascii: "]"), closing: true) { return values }
        while true {
            values.append(try value(depth: depth + 1))
            skipWhitespace()
            if consume(UInt8(ascii: "]"), closing: true) { return values }
            try expect(UInt8(ascii: ","))
        }
    }

    /// Closing brackets leave the white space behind them to whoever called.
    private mutating func consume(_ byte: UInt8, closing: Bool) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    /// The members of the object at the cursor as written.
    private mutating func members(depth: Int) throws(JSONError) -> [JSONObject.Member] {
        try expect(UInt8(ascii: "{"))
        var members: [JSONObject.Member] = []
        if consume(UInt8(ascii: "}"), closing: true) { return members }
        while true {
            guard next == UInt8(ascii: "\"") else { throw malformed }
            let name = try string()
            skipWhitespace()
            try expect(UInt8(ascii: ":"))
            members.append(JSONObject.Member(name: name, value: try value(depth: depth + 1)))
            skipWhitespace()
            if consume(UInt8(ascii: "}"), closing: true) { return members }
            try expect(UInt8(ascii: ","))
        }
    }

    mutating func topLevelMembers() throws(JSONError) -> [JSONObject.Member] {
        guard next == UInt8(ascii: "{") else { throw malformed }
        return try members(depth: 0)
    }

    private mutating func object(depth: Int) throws(JSONError) -> JSONObject {
        let members = try members(depth: depth)
        guard let repeated = firstRepeatedName(members) else { return JSONObject(distinct: members) }
        guard limits.allowsDuplicateMembers else { throw .duplicateMember(repeated) }
        return JSONObject(lastOfEach: members)
    }

    /// Few members are compared pairwise; many go through a set, so that a hostile object costs linear time.
    private func firstRepeatedName(_ members: [JSONObject.Member]) -> String? {
        if members.count > 12 {
            var seen = Set<ExactString>(minimumCapacity: members.count)
            return members.first { !seen.insert(ExactString($0.name)).inserted }?.name
        }
        for index in members.indices.dropFirst() {
            for earlier in 0..<index where members[earlier].name.isExactly(members[index].name) { return members[index].name }
        }
        return nil
    }
}

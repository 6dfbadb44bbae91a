import OAuthProtocol
import Testing

@Suite struct JSONParserTests {
    private func parse(_ text: String, _ limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try JSONValue.parse(Array(text.utf8), limits: limits)
    }

    @Test("Values of every kind parse, with the white space of RFC 8259 around them")
    func values() throws {
        let text = " \t\r\n{ \"a\" : [ 1 , -2 , 0.5 , 1e2 , true , false , null , \"x\" ] , \"b\" : { } , \"c\" : [ ] } "
        let expected: JSONValue = .object([
            "a": .array([1, -2, .number(0.5), .number(100), true, false, .null, "x"]), "b": .object([:]), "c": .array([]),
        ])
        #expect(try parse(text) == expected)
    }

    @Test("Members keep the order in which they were written")
    func order() throws {
        let object = try #require(try parse(#"{"z":1,"a":2,"m":3}"#).object)
        #expect(object.members.map(\.name) == ["z", "a", "m"])
    }

    @Test(
        "Escapes and raw scalars give the same text",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u00e9\u20AC""#, "é€"), (#""\ud83d\ude00!""#, "😀!"),
            ("\"é€😀\"", "é€😀"), (#""a\u0000b""#, "a\u{0}b"), (#""\u2028""#, "\u{2028}"), ("\"\u{7F}\"", "\u{7F}"),
        ])
    func strings(json: String, expected: String) throws {
        #expect(try #require(try parse(json).string).isExactly(expected))
    }

    @Test(
        "Numbers without fraction that fit 64 bits are integers, the others doubles",
        arguments: [
            ("0", .integer(0)), ("-0", .integer(0)), ("9223372036854775807", .integer(.max)),
            ("-9223372036854775808", .integer(.min)),
            ("9223372036854775808", .number(9_223_372_036_854_775_808)), ("1.0", .number(1)), ("1E+2", .number(100)),
            ("1e-2", .number(0.01)), ("-0.5", .number(-0.5)), ("1760000000", .integer(1_760_000_000)),
        ] as [(String, JSONValue)])
    func numbers(json: String, expected: JSONValue) throws { #expect(try parse(json) == expected) }

    @Test(
        "Text that is not strict JSON is refused",
        arguments: [
            "", " ", "{", "}", "[", "]", "[1", "[1,", "[,1]", "[1,]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}",
            "{a:1}",
            "{'a':1}", "{1:1}", "{\"a\" 1}", "{}x", "{} {}", "1 2", "tru", "True", "nul", "NaN", "Infinity", "-", "+1", "01",
            "-01", "1.", ".5",
            "1e", "1e+", "0x10", "1_000", "--1", "1e999", "-1e999", "\"", "\"a", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"",
            "\"\\u+123\"",
            "\"a\nb\"", "\"a\tb\"", "\"\u{0}\"", "\u{FEFF}1", "// c\n1", "[1]/**/", "\u{A0}1", "１",
        ])
    func malformed(text: String) { #expect(throws: JSONError.self) { try parse(text) } }

    @Test(
        "Lone and swapped surrogates are refused",
        arguments: [
            #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\n""#, #""\ud800\u0041""#, #""\ude00\ud83d""#,
            #""\ud83d\ud83d""#, #""\ud83d\"#,
        ])
    func surrogates(text: String) { #expect(throws: JSONError.self) { try parse(text) } }

    @Test(
        "Overlong, truncated and surrogate UTF-8 is refused, with and without an escape beside it",
        arguments: [
            [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xF0, 0x80, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xC3],
            [0x80], [0xFF],
        ] as [[UInt8]])
    func invalidUTF8(bytes: [UInt8]) {
        let quote = UInt8(ascii: "\"")
        #expect(throws: JSONError.self) { try JSONValue.parse([quote] + bytes + [quote]) }
        #expect(throws: JSONError.self) { try JSONValue.parse([quote] + Array("\\n".utf8) + bytes + [quote]) }
    }

    @Test("Nesting beyond the limit is refused, and a megabyte of brackets ends without overflowing the stack")
    func depth() throws {
        let limits = JSONLimits(maximumBytes: 2_000_000, maximumDepth: 3)
        #expect(try parse("[[[1]]]", limits) == .array([.array([.array([1])])]))
        #expect(throws: JSONError.tooDeep) { try parse("[[[[1]]]]", limits) }
        #expect(throws: JSONError.tooDeep) { try parse(#"{"a":{"a":{"a":{"a":1}}}}"#, limits) }
        #expect(throws: JSONError.tooDeep) { try parse(String(repeating: "[", count: 1_000_000), limits) }
    }

    @Test("More bytes than the limit are refused before anything is parsed")
    func size() throws {
        #expect(throws: JSONError.tooLarge) { try parse("[1,2]", JSONLimits(maximumBytes: 4)) }
        #expect(try parse("[1,2]", JSONLimits(maximumBytes: 5)) == .array([1, 2]))
    }
}

@Suite struct JSONDuplicateMemberTests {
    private func parse(_ text: String, _ limits: JSONLimits = .standard) throws(JSONError) -> JSONValue {
        try JSONValue.parse(Array(text.utf8), limits: limits)
    }

    @Test("A member named twice is refused at any depth and in any spelling")
    func refused() {
        #expect(throws: JSONError.duplicateMember("a")) { try parse(#"{"a":1,"a":1}"#) }
        #expect(throws: JSONError.duplicateMember("a")) { try parse(#"{"a":1,"b":2,"\u0061":1}"#) }
        #expect(throws: JSONError.duplicateMember("x")) { try parse(#"[{"y":{"x":1,"x":2}}]"#) }
    }

    @Test("Names that are canonically equivalent but differ in bytes are different members")
    func bytes() throws {
        let object = try #require(try parse("{\"caf\u{E9}\":1,\"cafe\u{301}\":2}").object)
        #expect(object["caf\u{E9}"] == 1)
        #expect(object["cafe\u{301}"] == 2)
    }

    @Test("In an object with thousands of members the last one repeating the first is found")
    func many() throws {
        let members = (0..<4000).map { "\"m\($0)\":\($0)" }.joined(separator: ",")
        #expect(try parse("{\(members)}").object?.members.count == 4000)
        #expect(throws: JSONError.duplicateMember("m0")) { try parse("{\(members),\"m0\":0}") }
    }

    @Test("Where repeats are allowed the last value stands in the place of the first")
    func allowed() throws {
        let limits = JSONLimits(allowsDuplicateMembers: true)
        #expect(try parse(#"{"a":1,"b":2,"a":3}"#, limits) == .object(["a": 3, "b": 2]))
    }

    @Test("The top-level members can be had as written")
    func members() throws {
        let members = try JSONValue.parseMembers(Array(#" {"a":1,"b":2,"a":3} "#.utf8))
        #expect(members.map(\.name) == ["a", "b", "a"])
        #expect(members.map(\.value) == [1, 2, 3])
        #expect(throws: JSONError.self) { try JSONValue.parseMembers(Array("[1]".utf8)) }
    }
}

import OAuthProtocol
import Testing

@Suite struct JSONWriterTests {
    @Test(
        "Each kind of value has one compact spelling",
        arguments: [
            (.null, "null"), (true, "true"), (false, "false"), (0, "0"), (-7, "-7"), (1_760_000_000, "1760000000"),
            (.integer(.min), "-9223372036854775808"), (.integer(.max), "9223372036854775807"), (.number(0.5), "0.5"),
            (.number(.nan), "null"), (.number(.infinity), "null"), ("", "\"\""), (.array([]), "[]"), (.object([:]), "{}"),
            (.array([1, "a", .null]), "[1,\"a\",null]"),
            (.object(["b": 1, "a": .object(["c": true])]), "{\"b\":1,\"a\":{\"c\":true}}"),
        ] as [(JSONValue, String)])
    func values(value: JSONValue, expected: String) { #expect(value.serializedString == expected) }

    @Test("A slash is not escaped; quotes, backslashes and control characters are")
    func strings() {
        let value: JSONValue = "https://a.b/ \"q\" \\ \n\r\t\u{0}\u{1F}\u{7F} ü😀\u{2028}"
        #expect(value.serializedString.isExactly("\"https://a.b/ \\\"q\\\" \\\\ \\n\\r\\t\\u0000\\u001f\u{7F} ü😀\u{2028}\""))
    }

    @Test("For a script element the characters that could end or change it are escaped")
    func html() throws {
        let object: JSONObject = ["state": "</script><!--&\u{2028}\u{2029}\u{202A}…", "<": 1]
        let expected = #"{"state":"\u003c/script\u003e\u003c!--\u0026\u2028\u2029"# + "\u{202A}…" + #"","\u003c":1}"#
        #expect(object.serializedForHTML.isExactly(expected))
        #expect(try JSONValue.parse(Array(object.serializedForHTML.utf8)) == .object(object))
    }

    @Test("What is written parses to the same value", arguments: [
        .array([.number(1e300), .number(5e-324), .number(-0.1), .number(123_456_789.125), .number(1e16)]),
        .string((0..<0x250).compactMap { Unicode.Scalar($0).map(String.init) }.joined()),
        .object(["": "", "\"": "\\", "nested": .array([.array([.object(["a": .null])])])]),
    ] as [JSONValue])
    func roundTrip(value: JSONValue) throws {
        #expect(try JSONValue.parse(value.serialized) == value)
    }

    @Test("Setting a member again replaces its value in place, setting nil removes it")
    func object() {
        var object: JSONObject = ["a": 1, "b": 2]
        object["a"] = 3
        object["c"] = 4
        object["b"] = nil
        object["absent"] = nil
        #expect(object.serializedString == #"{"a":3,"c":4}"#)
    }
}

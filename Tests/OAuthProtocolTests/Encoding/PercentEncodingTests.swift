import OAuthProtocol
import Testing

@Suite struct PercentEncodingTests {
    @Test(
        "Only unreserved characters stay; a space becomes %20",
        arguments: [
            ("", ""), ("AZaz09-._~", "AZaz09-._~"), ("a b", "a%20b"), ("a+b", "a%2Bb"), ("&=?#/:", "%26%3D%3F%23%2F%3A"),
            ("ü€😀", "%C3%BC%E2%82%AC%F0%9F%98%80"), ("\r\n", "%0D%0A"), ("%41", "%2541"), ("'\"<>", "%27%22%3C%3E"),
        ])
    func encode(text: String, expected: String) throws {
        #expect(PercentEncoding.encodeForm(text) == expected)
        #expect(try #require(PercentEncoding.decodeForm(expected.utf8)).isExactly(text))
    }

    @Test("Plus and %20 both decode to a space, %2B to a plus; either case of hexadecimal is read")
    func decode() {
        #expect(PercentEncoding.decodeForm("a+b%20c%2Bd%2bé".utf8) == "a b c+d+é")
    }

    @Test(
        "A broken escape, invalid UTF-8 or a NUL is refused",
        arguments: [
            "%", "%4", "a%", "%zz", "%4g", "%-1", "%+1", "%00", "a%00b", "%FF", "%C3", "%C3%28", "%C0%AF", "%E0%80%AF",
            "%F0%80%80%AF",
            "%ED%A0%80", "%F4%90%80%80", "%80", "a\u{0}",
        ])
    func refused(text: String) { #expect(PercentEncoding.decodeForm(text.utf8) == nil) }

    @Test(
        "Raw bytes that are not UTF-8 are refused",
        arguments: [[0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xC3], [0x61, 0x80]] as [[UInt8]])
    func refusedBytes(bytes: [UInt8]) { #expect(PercentEncoding.decodeForm(bytes) == nil) }

    @Test("Pairs are joined in order with names and values escaped")
    func pairs() {
        #expect(PercentEncoding.encodePairs([("a&b", "1=2"), ("c", ""), ("a&b", "x y")]) == "a%26b=1%3D2&c=&a%26b=x%20y")
        #expect(PercentEncoding.encodePairs([]).isEmpty)
    }
}

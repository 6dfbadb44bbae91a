import OAuthProtocol
import Testing

@Suite struct FormParametersTests {
    @Test("Entries keep their order, empty pieces vanish, a name without = has an empty value, and only the first = separates")
    func parsing() throws {
        let form = try FormParameters(query: "&b=2&a=1+%2B&&flag&x=y=z&a=3&")
        #expect(form.entries.map(\.name) == ["b", "a", "flag", "x", "a"])
        #expect(form.values("a") == [.text("1 +"), .text("3")])
        #expect(form.values("flag") == [.text("")])
        #expect(form.values("x") == [.text("y=z")])
        #expect(form.formEncoded == "b=2&a=1%20%2B&flag=&x=y%3Dz&a=3")
    }

    @Test("Names are decoded too, so an escaped name cannot smuggle a repeat past the check")
    func escapedName() throws {
        let form = try FormParameters(query: "client_id=a&client%5Fid=b")
        #expect(throws: OAuthError.self) { try form.optional("client_id") }
    }

    @Test(
        "A form with a broken escape, invalid UTF-8 or a NUL is refused whole",
        arguments: ["a=%", "a=%g0", "a=%C0%AF", "a=%ED%A0%80", "%FF=1", "a=b%00c", "x%00=1", "a=\u{0}", "ok=1&a=%F"])
    func malformed(query: String) {
        let error = #expect(throws: OAuthError.self) { try FormParameters(query: query) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.description == WireText.malformedForm)
    }

    @Test("A body of raw invalid UTF-8 is refused", arguments: [[0x61, 0x3D, 0xFF], [0x61, 0x3D, 0xC0, 0x80]] as [[UInt8]])
    func invalidBytes(body: [UInt8]) { #expect(throws: OAuthError.self) { try FormParameters(formBody: body) } }

    @Test("Bytes and parameters beyond the limits are refused, at the limits accepted")
    func limits() throws {
        let limits = FormParameters.Limits(maximumBytes: 11, maximumParameters: 3)
        #expect(try FormParameters(query: "a=1&b=2&c=3", limits: limits).entries.count == 3)
        let tooLong = #expect(throws: OAuthError.self) { try FormParameters(query: "a=1&b=2&c=33", limits: limits) }
        #expect(tooLong?.description == WireText.requestTooLarge)
        let tooMany = #expect(throws: OAuthError.self) { try FormParameters(query: "a&b&c&d", limits: limits) }
        #expect(tooMany?.description == WireText.tooManyParameters)
        let json = Array(#"{"a":1,"b":2,"c":3,"d":4}"#.utf8)
        let members = FormParameters.Limits(maximumBytes: 100, maximumParameters: 3)
        #expect(throws: OAuthError.self) { try FormParameters(jsonBody: json, limits: members) }
        #expect(throws: OAuthError.self) { try FormParameters(jsonBody: json, limits: .init(maximumBytes: 10)) }
    }

    @Test("Absent and empty parameters are nil, and missing when required (RFC 6749 section 3.1)")
    func absent() throws {
        let form = try FormParameters(query: "empty=&set=x")
        #expect(try form.optional("empty") == nil)
        #expect(try form.optional("none") == nil)
        #expect(try form.required("set") == "x")
        for name in ["empty", "none"] {
            let error = #expect(throws: OAuthError.self) { try form.required(name) }
            #expect(error?.description == "Missing required parameter: \(name)")
        }
        #expect(form.contains("empty") && !form.contains("none"))
    }

    @Test("A repeated parameter is refused even when one of the two is empty; repeats of others do not matter")
    func repeated() throws {
        let form = try FormParameters(query: "a=1&a=&other=1&other=2&b=3")
        let error = #expect(throws: OAuthError.self) { try form.optional("a") }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.description == WireText.repeatedParameter("a"))
        #expect(try form.required("b") == "3")
    }

    @Test("Control characters are refused, other scalars are not", arguments: ["%0A", "%0D%0A", "%09", "%1F", "%7F", "a%1Bb"])
    func control(escaped: String) throws {
        let form = try FormParameters(query: "state=\(escaped)&ok=%C3%BC%F0%9F%98%80")
        let error = #expect(throws: OAuthError.self) { try form.optional("state") }
        #expect(error?.description == WireText.malformedParameter("state"))
        #expect(try form.required("ok") == "ü😀")
    }

    @Test("A value longer in bytes than asked for is refused")
    func tooLong() throws {
        let form = FormParameters([("a", "ééé")])
        #expect(try form.required("a", maximumBytes: 6) == "ééé")
        let error = #expect(throws: OAuthError.self) { try form.required("a", maximumBytes: 5) }
        #expect(error?.description == WireText.parameterTooLong("a"))
        #expect(throws: OAuthError.self) { try FormParameters([("a", String(repeating: "x", count: 4097))]).optional("a") }
    }

    @Test("Names compare by bytes, not by canonical equivalence or case")
    func exactNames() throws {
        let form = FormParameters([("caf\u{E9}", "composed"), ("cafe\u{301}", "decomposed"), ("Scope", "x")])
        #expect(try form.required("cafe\u{301}") == "decomposed")
        #expect(!form.contains("scope"))
    }
}

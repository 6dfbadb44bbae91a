import OAuthProtocol
import Testing

@Suite struct JSONBodyTests {
    private func form(_ json: String) throws -> FormParameters { try FormParameters(jsonBody: Array(json.utf8)) }

    @Test("String members are text, null members are absent, other members keep their JSON")
    func members() throws {
        let form = try form(#"{"grant_type":"password","scope":null,"n":1,"flag":true,"list":["a"],"o":{"a":"b"}}"#)
        #expect(try form.required("grant_type") == "password")
        #expect(!form.contains("scope"))
        #expect(form.values("n") == [.json(1)])
        #expect(form.values("list") == [.json(.strings(["a"]))])
        #expect(form.formEncoded == "grant_type=password")
    }

    @Test(
        "A number, boolean, array or object where a string is required is refused",
        arguments: ["1", "true", "[\"x\"]", "{}", "1.5"])
    func notAString(value: String) throws {
        let form = try form("{\"client_id\":\(value)}")
        let error = #expect(throws: OAuthError.self) { try form.optional("client_id") }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.description == WireText.parameterNotAString("client_id"))
    }

    @Test("A repeated member is a repeated parameter, also when one spelling is escaped")
    func repeated() throws {
        for json in [#"{"code":"a","code":"b"}"#, #"{"code":"a","c\u006fde":"b"}"#, #"{"code":"a","code":1}"#] {
            let form = try form(json)
            let error = #expect(throws: OAuthError.self) { try form.optional("code") }
            #expect(error?.description == WireText.repeatedParameter("code"))
        }
    }

    @Test(
        "Anything but one object is refused",
        arguments: [
            "", " ", "[]", "null", "\"a\"", "1", "{", "{}{}", "{\"a\":1,}", "a=1&b=2",
            "{\"a\":{\"b\":1,\"b\":2}}", "\u{FEFF}{}",
        ])
    func notAnObject(json: String) {
        let error = #expect(throws: OAuthError.self) { try form(json) }
        #expect(error?.kind == .invalidRequest)
        #expect(error?.description == WireText.malformedJSON)
    }

    @Test("Control characters that JSON escapes bring in are refused too")
    func control() throws {
        let form = try form(#"{"state":"a\r\nSet-Cookie: x","nul":"a\u0000"}"#)
        #expect(throws: OAuthError.self) { try form.optional("state") }
        #expect(throws: OAuthError.self) { try form.optional("nul") }
    }

    @Test("An object parameter comes as a member or as text that is an object")
    func objects() throws {
        let form = try form(#"{"a":{"x":1},"b":"{\"x\":1}","c":"[1]","d":[1],"e":"{","f":"","g":"{\"x\":1,\"x\":2}"}"#)
        #expect(try form.object("a") == ["x": 1])
        #expect(try form.object("b") == ["x": 1])
        #expect(try form.object("f") == nil)
        #expect(try form.object("absent") == nil)
        for name in ["c", "d", "e", "g"] { #expect(throws: OAuthError.self) { try form.object(name) } }
    }
}

import OAuthProtocol
import Testing

@Suite struct ScopesTests {
    @Test("A list keeps its order, loses repeats and tolerates extra spaces")
    func parsing() throws {
        let scopes = try #require(Scopes(parsing: "  openid  profile openid email "))
        #expect(scopes.values == ["openid", "profile", "email"])
        #expect(scopes.description == "openid profile email")
        #expect(try #require(Scopes(parsing: "")).isEmpty)
    }

    @Test(
        "A character outside RFC 6749 section 3.3 refuses the list",
        arguments: ["a\"b", "a\\b", "a\tb", "a\nb", "a\u{0}", "é", "a\u{7F}", "a\u{A0}b", "openid\r\nprofile"])
    func refused(text: String) { #expect(Scopes(parsing: text) == nil) }

    @Test("The edges of the grammar are accepted", arguments: ["!", "#", "[", "]", "~", "read:users", "https://a.b/c?d#e", "a,b"])
    func accepted(token: String) { #expect(Scopes(parsing: token)?.values == [token]) }

    @Test("Equality ignores order and case does not fold")
    func equality() {
        #expect(Scopes(["a", "b"]) == ["b", "a"])
        #expect(Scopes(["a"]) != ["A"])
        #expect(Scopes(["a"]) != ["a", "b"])
    }

    @Test("Set operations keep the order of the receiver")
    func operations() {
        let scopes: Scopes = ["c", "a", "b"]
        #expect(scopes.intersection(["b", "c", "x"]).values == ["c", "b"])
        #expect(scopes.subtracting(["a"]).values == ["c", "b"])
        #expect(scopes.union(["x", "a"]).values == ["c", "a", "b", "x"])
        #expect(Scopes(["a"]).isSubset(of: scopes) && !scopes.isSubset(of: ["a"]))
        #expect(Scopes([]).isSubset(of: scopes) && scopes.contains("b"))
    }
}

@Suite struct ResponseTypeTests {
    @Test(
        "The members come in any order and are written in the registered one",
        arguments: [
            ("code", "code"), ("token", "token"), ("id_token", "id_token"), ("token code", "code token"),
            ("id_token code", "code id_token"),
            ("id_token token", "token id_token"), ("token id_token code", "code token id_token"),
            ("id_token code token", "code token id_token"),
        ])
    func parsing(text: String, canonical: String) throws {
        #expect(try #require(ResponseType(parsing: text)).description == canonical)
    }

    @Test(
        "Unknown, repeated and no members are refused",
        arguments: ["", " ", "none", "Code", "code code", "code none", "code,token", "code\ttoken", "ｃode"])
    func refused(text: String) { #expect(ResponseType(parsing: text) == nil) }

    @Test("All seven combinations are listed once, and all but code issue in the front channel")
    func all() {
        #expect(Set(ResponseType.all).count == 7)
        #expect(ResponseType.all.filter { !$0.issuesInFrontChannel } == [.code])
        for type in ResponseType.all { #expect(ResponseType(parsing: type.description) == type) }
    }
}

@Suite struct SecretTests {
    @Test("Secrets print as <redacted> in every way of printing")
    func redacted() {
        let values: [any Sendable] = [SecretString("hunter2"), SecretBytes(Array("hunter2".utf8))]
        for value in values {
            #expect("\(value)" == "<redacted>")
            #expect(String(describing: value) == "<redacted>")
            #expect(String(reflecting: value) == "<redacted>")
            #expect(Mirror(reflecting: value).children.isEmpty)
        }
        var dumped = ""
        dump(SecretString("hunter2"), to: &dumped)
        #expect(!dumped.contains("hunter2"))
    }

    @Test("Exact comparison tells canonically equivalent texts apart, also as dictionary keys")
    func exact() {
        let (composed, decomposed) = ("caf\u{E9}", "cafe\u{301}")
        #expect(composed == decomposed)
        #expect(!composed.isExactly(decomposed) && composed.isExactly("caf\u{E9}"))
        #expect(Set([ExactString(composed), ExactString(decomposed)]).count == 2)
        #expect(SecretString(composed) != SecretString(decomposed))
    }
}

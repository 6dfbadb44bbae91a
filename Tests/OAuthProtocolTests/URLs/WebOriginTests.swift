import OAuthProtocol
import Testing

@Suite struct WebOriginTests {
    @Test(
        "What browsers send as Origin parses and is written canonically",
        arguments: [
            ("https://a.b", "https://a.b"), ("http://a.b:80", "http://a.b"), ("https://a.b:443", "https://a.b"),
            ("HTTPS://A.B:8443", "https://a.b:8443"),
            ("http://localhost:3000", "http://localhost:3000"), ("http://[::1]:3000", "http://[::1]:3000"),
            ("capacitor://localhost", "capacitor://localhost"),
        ])
    func parses(text: String, expected: String) throws { #expect(try #require(WebOrigin(text)).serialized == expected) }

    @Test(
        "Anything with a path, query, fragment or userinfo, and null, is no origin",
        arguments: [
            "", "null", "*", "https://", "https://a.b/", "https://a.b/x", "https://a.b?", "https://a.b?x", "https://a.b#x",
            "https://u@a.b", "a.b",
            "https://a.b https://c.d", "https://*.a.b", "app:x", "app://", "https://a.b,https://c.d", "//a.b",
        ])
    func refused(text: String) { #expect(WebOrigin(text) == nil) }

    @Test(
        "An entry matches by scheme, host and port, a placeholder by one label",
        arguments: [
            ("https://a.b", "https://a.b", true), ("https://a.b", "https://a.b/", true), ("https://a.b", "HTTPS://A.B:443", true),
            ("https://a.b:443", "https://a.b", true), ("https://x.a.com", "https://*.a.com", true),
            ("http://x.localhost:3000", "http://*.localhost:3000", true),
            ("https://a.b", "http://a.b", false), ("https://a.b", "https://a.b:8443", false),
            ("https://a.b", "https://a.b/app", false),
            ("https://a.b", "https://a.b?x", false), ("https://a.b", "https://a.b#x", false),
            ("https://a.b.evil.com", "https://a.b", false),
            ("https://x.y.a.com", "https://*.a.com", false), ("https://a.com", "https://*.com", false),
            ("https://a.b", "*", false), ("https://a.b", "", false),
            ("app://x.a.com", "app://*.a.com", false), ("https://a.b.", "https://a.b", false), ("https://a.b", "null", false),
        ])
    func matching(origin: String, registered: String, expected: Bool) throws {
        #expect(try #require(WebOrigin(origin)).matches(registered: registered) == expected)
    }

    @Test("Equal origins are equal whatever their spelling")
    func equality() { #expect(WebOrigin("HTTPS://a.B:443") == WebOrigin("https://a.b")) }

    @Test("Loopback is decided by the host and only for http and https")
    func loopback() throws {
        #expect(try #require(WebOrigin("http://localhost:3000")).isLoopback)
        #expect(try #require(WebOrigin("http://127.0.0.1")).isLoopback)
        #expect(try !#require(WebOrigin("http://127.0.0.1.evil.com")).isLoopback)
        #expect(try !#require(WebOrigin("capacitor://localhost")).isLoopback)
    }
}

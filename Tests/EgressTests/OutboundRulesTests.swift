import Egress
import Testing

@Suite struct OutboundRulesTests {
    private static func admits(_ url: String, _ rules: OutboundRules = .strict) -> Bool {
        OutboundTarget(url).map(rules.admits) ?? false
    }

    @Test(
        "A hostile URL is refused before any look-up",
        arguments: [
            "", "keys.example.com/jwks", "//keys.example.com/", "http://keys.example.com/", "ftp://keys.example.com/",
            "file:///etc/passwd", "gopher://127.0.0.1:25/_x", "https:keys.example.com", "https:/keys.example.com", "https://",
            "https:///path", "https://user@example.com/", "https://user:pw@example.com/", "https://example.com@127.0.0.1/",
            "https://example.com:0/", "https://example.com:65536/", "https://example.com:/", "https://example.com:8o/",
            "https://example.com:+443/", "https://127.0.0.1/", "https://127.1/", "https://2130706433/", "https://0x7f000001/",
            "https://0x7f.1/", "https://0177.0.0.1/", "https://017700000001/", "https://0/", "https://1.2.3.4.5/",
            "https://example.0x1/", "https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::7f00:1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25eth0]/", "https://[127.0.0.1]/",
            "https://[::1/", "https://::1/", "https://169.254.169.254/latest/meta-data/", "https://10.0.0.1/",
            "https://0.0.0.0/", "https://255.255.255.255/", "https://example.com./", "https://.example.com/",
            "https://example..com/", "https://-example.com/", "https://exam%70le.com/", "https://ex ample.com/",
            "https://example.com\\@127.0.0.1/", "https://example.com/\r\nHost: x", "https://ex\u{e4}mple.com/",
            "https://example\u{3002}com/", "https://\u{24d4}xample.com/", "https://example.com\u{0}/", "https://a_b!c/",
        ])
    func hostile(url: String) { #expect(!Self.admits(url)) }

    @Test(
        "A usual URL may be asked",
        arguments: [
            "https://keys.example.com/jwks.json", "HTTPS://Keys.Example.COM", "https://keys.example.com:8443/a?b=c#d",
            "https://8.8.8.8/", "https://[2606:4700:4700::1111]:8443/", "https://xn--exmple-cua.com/?q",
            "https://a_b.example.com/",
        ])
    func usual(url: String) { #expect(Self.admits(url)) }

    @Test("What is sent is put together from the parts: lower-case host, port, path and query, no fragment")
    func normalized() throws {
        #expect(OutboundTarget("HTTPS://Keys.Example.COM?a=b#c")?.url == "https://keys.example.com:443/?a=b")
        #expect(OutboundTarget("https://[2606:4700::1]/x#y")?.url == "https://[2606:4700:0:0:0:0:0:1]:443/x")
        #expect(OutboundTarget("http://h:81/")?.url == "http://h:81/")
    }

    @Test("An entry of the allow-list admits its host at its port, also by http, and nothing else")
    func named() throws {
        let rules = try #require(OutboundRules(allow: ["keys.internal:8443", "localhost"]))
        #expect(Self.admits("https://keys.internal:8443/", rules))
        #expect(Self.admits("http://keys.internal:8443/", rules))
        #expect(!Self.admits("http://keys.internal:8444/", rules))
        #expect(!Self.admits("http://xkeys.internal:8443/", rules))
        #expect(Self.admits("http://localhost:1/", rules))
        #expect(!Self.admits("https://127.0.0.1/", rules))
        let private4 = try #require(IPAddress("10.0.0.1"))
        #expect(rules.admits(private4, of: try #require(OutboundTarget("https://keys.internal:8443/"))))
        #expect(!rules.admits(private4, of: try #require(OutboundTarget("https://keys.internal/"))))
    }

    @Test("A range of the allow-list admits its addresses for every host, but http only where the URL holds the address")
    func ranges() throws {
        let rules = try #require(OutboundRules(allow: ["10.1.0.0/16", "::1"]))
        #expect(rules.admits(try #require(IPAddress("10.1.2.3")), of: try #require(OutboundTarget("https://a.example/"))))
        #expect(!rules.admits(try #require(IPAddress("10.2.2.3")), of: try #require(OutboundTarget("https://a.example/"))))
        #expect(Self.admits("http://10.1.2.3:8080/", rules))
        #expect(Self.admits("http://[::1]:8080/", rules))
        #expect(!Self.admits("http://a.example/", rules))
    }

    @Test(
        "What is no host, address or range is no entry",
        arguments: ["", "a b", "http://x", "10.0.0.0/99", "x/y", "user@host", "*.x"])
    func entries(text: String) { #expect(OutboundRules(allow: [text]) == nil) }

    @Test("The rules for development admit this machine and no other private address")
    func loopback() {
        for url in ["http://localhost:3000/", "https://127.0.0.1:8443/", "http://[::1]:80/"] {
            #expect(Self.admits(url, .loopback))
        }
        for url in ["http://10.0.0.1/", "https://192.168.1.1/", "http://example.com/"] { #expect(!Self.admits(url, .loopback)) }
    }
}

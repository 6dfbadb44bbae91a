import OAuthProtocol
import Testing

@Suite struct RedirectURITests {
    @Test(
        "Text that is no absolute URI, or that browsers would rewrite, is no redirect URI",
        arguments: [
            "", "/callback", "callback", "//evil.com/", "example.com/cb", "https:", "https:/a.b", "https://", "https:///cb",
            "https://?x",
            "://a.b", "1http://a.b", "ht tp://a.b", "https://a.b/c d", " https://a.b", "https://a.b\n",
            "https://a.b/\r\nSet-Cookie:x",
            "https://a.b/\u{0}", "https://a.b\\@evil.com", "https:\\\\a.b", "https://a.b/\u{7F}", "https://a.b/ü", "https://ａ.b/",
            "https://user@a.b/", "https://user:pass@a.b/", "https://a.b@evil.com/", "https://@a.b/", "https://a.b:/",
            "https://a.b:0/",
            "https://a.b:65536/", "https://a.b:080/", "https://a.b:80x/", "https://a.b:-1/", "https://a.b:443:1/",
            "https://[::1/", "https://::1/",
            "https://[]/", "https://[::1]x/", "https://[g::1]/", "https://a%2eb/", "https://a%00b/", "https://a.b%40evil.com/",
            "https://a,b/", "https://*.a.b/", "https://a.b/<script>", "https://a.b/\"", "https://a.b/`",
            "https://{organization_name}.a.b/",
            "javascript:alert(1)", "JavaScript://a.b/%0aalert(1)", "data:text/html,x", "vbscript:x", "blob:https://a.b/x",
            "about:blank",
        ])
    func refused(text: String) { #expect(RedirectURI(text) == nil) }

    @Test("The parts of a URI are readable, the original stays as sent")
    func parts() throws {
        let uri = try #require(RedirectURI("HTTPS://App.Example.COM:8443/Cb/x?A=b&c"))
        #expect(uri.original == "HTTPS://App.Example.COM:8443/Cb/x?A=b&c")
        #expect(uri.scheme == "https")
        #expect(uri.host == "app.example.com")
        #expect(uri.port == 8443)
        #expect(uri.path == "/Cb/x")
        #expect(uri.query == "A=b&c")
        #expect(!uri.isCustomScheme)
        #expect(uri.origin == "https://app.example.com:8443")
    }

    @Test("A fragment is cut off, whatever it contains (contract 2.3)", arguments: ["#", "#x", "#/a?b=c", "#<\u{0} ü#"])
    func fragment(suffix: String) throws {
        #expect(try #require(RedirectURI("https://a.b/c?d" + suffix)).original == "https://a.b/c?d")
    }

    @Test(
        "Custom schemes need no authority and have no origin",
        arguments: [
            "com.example.app:/cb", "com.example.app://cb", "com.example.app://tenant.example/ios/com.example.app/callback",
            "myapp://",
        ])
    func customSchemes(text: String) throws {
        let uri = try #require(RedirectURI(text))
        #expect(uri.isCustomScheme)
        #expect(uri.origin == nil)
        #expect(!uri.isLoopback)
        #expect(uri.matches(registered: text))
    }

    @Test(
        "An origin has no default port",
        arguments: [
            ("https://a.b:443/x", "https://a.b"), ("http://a.b:80", "http://a.b"), ("https://a.b:80/", "https://a.b:80"),
            ("http://[::1]:3000/", "http://[::1]:3000"),
        ])
    func origin(text: String, expected: String) throws { #expect(try #require(RedirectURI(text)).origin == expected) }

    @Test(
        "Loopback is localhost, names under it, 127.0.0.0/8 and [::1]",
        arguments: [
            "http://localhost", "https://localhost:3000/cb", "http://LOCALHOST/", "http://acme.localhost:3000/",
            "http://127.0.0.1:8080/",
            "http://127.255.255.254/", "http://[::1]/", "http://[::1]:9/",
        ])
    func loopback(text: String) throws { #expect(try #require(RedirectURI(text)).isLoopback) }

    @Test(
        "What only looks like loopback, or is another spelling of it, is not",
        arguments: [
            "http://127.0.0.1.evil.com/", "http://localhost.evil.com/", "http://notlocalhost/", "http://localhostx/",
            "http://127.0.0.1.nip.io/",
            "http://[::ffff:127.0.0.1]/", "http://[::2]/", "http://[0:0:0:0:0:0:0:1]/", "http://127.1/", "http://2130706433/",
            "http://0x7f.0.0.1/",
            "http://0177.0.0.1/", "http://127.0.0.256/", "http://127.0.0.01/", "http://127.0.0.1./", "http://localhost./",
            "http://128.0.0.1/",
            "http://127.0.0/", "http://127.0.0.1.1/", "http://127..0.1/", "http://10.0.0.1/", "http://0.0.0.0/", "localhost://x",
            "app://127.0.0.1/",
        ])
    func notLoopback(text: String) throws { #expect(try !#require(RedirectURI(text)).isLoopback) }

    @Test(
        "Answers are added behind an existing query, escaped",
        arguments: [
            ("https://a.b", "https://a.b?code=x%26y&state=%20%2B"), ("https://a.b/?", "https://a.b/?code=x%26y&state=%20%2B"),
            ("https://a.b/c?d=e", "https://a.b/c?d=e&code=x%26y&state=%20%2B"), ("app:/cb#f", "app:/cb?code=x%26y&state=%20%2B"),
        ])
    func addingQuery(text: String, expected: String) throws {
        #expect(try #require(RedirectURI(text)).adding(query: [("code", "x&y"), ("state", " +")]) == expected)
    }

    @Test("Answers in the fragment replace the fragment that was sent, and nothing is added for no pairs")
    func addingFragment() throws {
        let uri = try #require(RedirectURI("https://a.b/c?d=e#old"))
        #expect(uri.adding(fragment: [("id_token", "a.b"), ("state", "#")]) == "https://a.b/c?d=e#id_token=a.b&state=%23")
        #expect(uri.adding(query: []) == "https://a.b/c?d=e")
    }
}
